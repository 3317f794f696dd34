#pragma once
// What one commit adds to one segment of a shard, as it is stored
// (docs/formats/local-tablestore-store.md).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/tablestore/log_segment.h"

namespace otsstream::local {

struct LogChunk {
  uint64_t shard = 0;     // number
  uint64_t position = 0;  // of the first record
  int64_t timestamp_us = 0;
  uint64_t in_segment = 0;  // records of its segment before it
  uint64_t records = 0;
  std::string_view fields;  // stream_records fields, one behind the other

  uint64_t end() const { return position + records; }
  uint64_t segment_start() const { return position - in_segment; }
};

// The key within a log space. Keys of a shard begin with log_key(shard).
std::string log_key(uint64_t shard, uint64_t position);
std::string log_key(uint64_t shard);
std::string behind_shard(uint64_t shard);  // the smallest key above all of its keys
std::string chunk_value(const LogChunk& chunk);
// The views point into `value`. kCorrupt "Store-Damaged" when it is no chunk.
Result<LogChunk> parse_chunk(std::string_view key, std::string_view value);

// Puts the chunks of one segment together again.
class SegmentBuilder {
 public:
  bool empty() const { return index_.empty(); }
  // Of the first record that was added.
  uint64_t start() const { return start_; }
  uint64_t end() const { return start_ + index_.size(); }
  // kCorrupt "Store-Damaged" when the fields are not what the chunk says.
  Status add(const LogChunk& chunk);
  // The segment; the builder is empty again.
  std::shared_ptr<LogSegment> take();

 private:
  uint64_t start_ = 0;
  std::string bytes_;
  std::vector<LogSegment::IndexEntry> index_;
};

tl::unexpected<Error> damaged_store(std::string what);

}  // namespace otsstream::local
