#pragma once
// The change log of one Stream: shards, each a queue of records in commit order
// (docs/formats/change-log.md). A record is kept as the finished `stream_records` field of a
// GetStreamRecord answer, so that a read is a slice of a segment and is never encoded again.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

// A run of records in one buffer that never moves: a reader's slice stays good while the writer
// appends behind it.
class LogSegment {
 public:
  explicit LogSegment(size_t capacity);
  bool fits(size_t bytes) const { return bytes <= capacity_ - used_; }
  // Requires fits(field.size()).
  void append(std::string_view field, int64_t timestamp_us);

  size_t records() const { return index_.size(); }
  size_t capacity() const { return capacity_; }
  size_t bytes() const { return used_; }
  int64_t timestamp(size_t record) const { return index_[record].timestamp_us; }
  size_t offset(size_t record) const {
    return record == index_.size() ? used_ : index_[record].offset;
  }
  // First record with a timestamp of at least `us`, records() when there is none.
  size_t lower_bound(int64_t us) const;
  // Records [first, last) as they go on the wire.
  SharedBuffer slice(size_t first, size_t last) const;
  // MD5 state of all bytes so far: a page that is this whole segment needs no other hashing.
  const Md5& md5() const { return md5_; }

 private:
  struct IndexEntry {
    size_t offset;
    int64_t timestamp_us;
  };
  std::shared_ptr<char[]> data_;
  size_t capacity_;
  size_t used_ = 0;
  std::vector<IndexEntry> index_;
  Md5 md5_;
};

// Records in one page, and the position behind them.
struct LogPage {
  std::vector<SharedBuffer> parts;
  size_t records = 0;
  size_t bytes = 0;
  std::optional<Md5>
      first_part_md5;  // set when the first part is a whole segment: its digest is at hand
  uint64_t next_position = 0;
  bool at_end = false;           // nothing behind the page now
  bool closed_and_read = false;  // ... and nothing will ever be
};

// Not synchronised: the table's lock guards it. Positions count the records of a shard from its
// birth.
class ChangeLog {
 public:
  ChangeLog(std::string stream_id, int64_t created_us)
      : stream_id_(std::move(stream_id)), created_us_(created_us) {}
  const std::string& stream_id() const { return stream_id_; }
  int64_t created_us() const { return created_us_; }

  void open_shard(tablestore::StreamShard shard);
  void close_shard(std::string_view shard_id, int64_t now_us);
  void append(std::string_view shard_id, std::string_view field, int64_t timestamp_us);

  // Listed shards, parents before children. Closed shards disappear once they closed before the
  // trim horizon.
  std::vector<tablestore::StreamShard> shards() const;
  bool has_shard(std::string_view shard_id) const { return find(shard_id) != nullptr; }

  // The rest fails with OTSTrimmedDataAccess for a shard that is not (or no longer) listed.
  Result<uint64_t> oldest_position(std::string_view shard_id) const;
  // Position of the first record at or after `us`; nullopt: the shard is closed and everything in
  // it is older.
  Result<std::optional<uint64_t>> seek(std::string_view shard_id, int64_t us) const;
  // At least one record when there is one; at most `limit` (all pages: limits.h kStreamPageBytes).
  // Fails with OTSTrimmedDataAccess also for a position before the oldest or behind the newest
  // record.
  Result<LogPage> read(std::string_view shard_id, uint64_t position,
                       std::optional<size_t> limit) const;

  // Whether trim(horizon_us) would remove anything.
  bool wants_trim(int64_t horizon_us) const;
  // Forgets records and closed shards from before `horizon_us`.
  void trim(int64_t horizon_us);

 private:
  struct Shard {
    tablestore::StreamShard info;
    std::deque<LogSegment> segments;
    uint64_t first_segment_position = 0;  // of segments.front()'s first record
    uint64_t oldest = 0;
    uint64_t end = 0;  // position behind the newest record
    std::optional<int64_t> closed_us;
  };
  const Shard* find(std::string_view shard_id) const;
  Shard* find(std::string_view shard_id);
  Result<const Shard*> require(std::string_view shard_id) const;

  std::string stream_id_;
  int64_t created_us_;
  std::deque<Shard> shards_;  // in order of birth
};

}  // namespace otsstream::local
