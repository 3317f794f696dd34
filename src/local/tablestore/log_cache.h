#pragma once
// Full segments of change logs that were read back from storage, shared by all
// tables of an instance and bounded in bytes: the least recently used go first.

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "local/tablestore/log_segment.h"
#include "local/tablestore/storage.h"

namespace otsstream::local {

// Thread-safe.
class LogCache {
 public:
  // `recent_bytes`: what all logs of the instance together may keep of their
  // newest full segments; `loaded_bytes`: what is kept of those read back.
  explicit LogCache(size_t recent_bytes = size_t{64} << 20, size_t loaded_bytes = size_t{32} << 20)
      : recent_limit_(recent_bytes), loaded_limit_(loaded_bytes) {}

  struct Found {
    uint64_t start = 0;
    std::shared_ptr<const LogSegment> segment;  // nullptr: not here
  };
  // The segment that holds `position`.
  Found find(SpaceId space, uint64_t shard, uint64_t position);
  void add(SpaceId space, uint64_t shard, uint64_t start,
           std::shared_ptr<const LogSegment> segment);

  // Change logs count their newest segments here and let go of the oldest of
  // them while it is too much.
  void count_recent(int64_t bytes) { recent_ += bytes; }
  bool has_too_many_recent() const { return recent_ > static_cast<int64_t>(recent_limit_); }

 private:
  using Key = std::tuple<SpaceId, uint64_t, uint64_t>;  // space, shard, start
  struct Entry {
    std::shared_ptr<const LogSegment> segment;
    std::list<Key>::iterator use;
  };
  const size_t recent_limit_;
  const size_t loaded_limit_;
  std::atomic<int64_t> recent_ = 0;
  std::mutex mutex_;
  std::map<Key, Entry> entries_;
  std::list<Key> uses_;  // most recent first
  size_t loaded_ = 0;
};

}  // namespace otsstream::local
