#pragma once
// The change log of one Stream: shards, each a queue of records in commit order
// (docs/formats/change-log.md). A record is kept as the finished
// `stream_records` field of a GetStreamRecord answer, so that a read is a slice
// of a segment and is never encoded again. With a storage that outlives the
// process only the newest segments are in memory, older ones are read back when
// somebody asks for them; otherwise the segments here are the log.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/result.h"
#include "local/tablestore/log_cache.h"
#include "local/tablestore/log_chunk.h"
#include "local/tablestore/log_segment.h"
#include "local/tablestore/storage.h"
#include "local/tablestore/table_record.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

// Records in one page, and the position behind them.
struct LogPage {
  std::vector<SharedBuffer> parts;
  size_t records = 0;
  size_t bytes = 0;
  std::optional<Md5> first_part_md5;  // set when the first part is a whole
                                      // segment: its digest is at hand
  uint64_t next_position = 0;
  bool at_end = false;           // nothing behind the page now
  bool closed_and_read = false;  // ... and nothing will ever be
};

// What a trim will let go.
struct LogTrim {
  struct Move {
    size_t shard;  // index
    uint64_t oldest;
    std::optional<int64_t> oldest_us;
    bool erases;  // what lies before is erased from storage too
  };
  std::vector<Move> moves;
  std::vector<uint64_t> gone;  // numbers of closed shards
  bool empty() const { return moves.empty() && gone.empty(); }
};

// Published records of one segment, for a snapshot.
struct LogRun {
  uint64_t shard = 0;  // number
  uint64_t start = 0;
  SharedBuffer bytes;
  std::vector<LogSegment::IndexEntry> index;
};

// Not synchronised: the table's lock guards it, shared for const calls.
// Positions count the records of a shard from its birth. Whatever changes the
// log goes into a StorageBatch first; when that was applied, the call that
// shows it cannot fail.
class ChangeLog {
 public:
  // `table`: its number. References must outlive the log.
  ChangeLog(std::string stream_id, int64_t created_us, SpaceId table, const Storage& storage,
            LogCache& cache);
  ~ChangeLog();
  ChangeLog(const ChangeLog&) = delete;
  ChangeLog& operator=(const ChangeLog&) = delete;
  const std::string& stream_id() const { return stream_id_; }
  int64_t created_us() const { return created_us_; }

  void open_shard(ShardRecord shard);
  void close_shard(std::string_view shard_id, int64_t now_us);
  // An open shard as open_shard() was given it, or loaded; nullptr when it is
  // not listed.
  const ShardRecord* shard_record(std::string_view shard_id) const;
  // After open_shard(), of a log that storage has: finds where it begins and
  // ends.
  Status load();
  // The next segment of a shard, for a log that only memory has.
  void adopt(uint64_t shard, uint64_t start, std::shared_ptr<LogSegment> segment);

  // Adds behind what is there; one time for all until publish() or discard().
  void stage(std::string_view shard_id, std::string_view field, int64_t timestamp_us);
  void add_staged(StorageBatch& batch) const;
  void publish();
  void discard();

  // Listed shards, parents before children. Closed shards disappear once they
  // closed before the trim horizon.
  std::vector<tablestore::StreamShard> shards() const;
  std::vector<ShardRecord> shard_records() const;
  bool has_shard(std::string_view shard_id) const { return find(shard_id) != nullptr; }

  // The rest fails with OTSTrimmedDataAccess for a shard that is not (or no
  // longer) listed, and as the storage does.
  Result<uint64_t> oldest_position(std::string_view shard_id) const;
  // Position of the first record at or after `us`; nullopt: the shard is closed
  // and everything in it is older.
  Result<std::optional<uint64_t>> seek(std::string_view shard_id, int64_t us) const;
  // At least one record when there is one; at most `limit` (all pages: limits.h
  // kStreamPageBytes). Fails with OTSTrimmedDataAccess also for a position
  // before the oldest or behind the newest record.
  Result<LogPage> read(std::string_view shard_id, uint64_t position,
                       std::optional<size_t> limit) const;

  // Whether a trim up to that time would remove anything.
  bool wants_trim(int64_t horizon_us) const;
  // Records and closed shards from before `horizon_us`, and what that means for
  // storage.
  Result<LogTrim> plan_trim(int64_t horizon_us, StorageBatch& batch) const;
  // What plan_trim() planned on this very log.
  void trim(const LogTrim& trim);

  // What memory keeps of the log on behalf of a storage that does not
  // (StorageBatch::memory_bytes).
  int64_t memory_bytes() const { return memory_bytes_; }
  static int64_t memory_of(const LogSegment& segment);
  // All that memory has.
  std::vector<LogRun> runs() const;

 private:
  struct Recent {
    uint64_t start;
    std::shared_ptr<LogSegment> segment;
  };
  struct Shard {
    ShardRecord record;
    std::deque<Recent> recent;  // without a gap, up to `end`
    uint64_t end = 0;           // position behind the newest record
    std::optional<int64_t> oldest_us;
    uint64_t erased_to = 0;
    std::optional<size_t> staged;  // its newest in staged_
    uint64_t recent_start() const { return recent.empty() ? end : recent.front().start; }
  };
  // Records behind the published ones of one segment: a chunk.
  struct Staged {
    size_t shard;
    uint64_t segment_start;
    std::shared_ptr<LogSegment> segment;
    bool is_new;
    int64_t timestamp_us;
  };
  struct Found {
    uint64_t start;
    std::shared_ptr<const LogSegment> segment;
  };
  const Shard* find(std::string_view shard_id) const;
  Shard* find(std::string_view shard_id);
  Result<const Shard*> require(std::string_view shard_id) const;
  uint64_t end_of(const Staged& staged) const;
  void add_recent(Shard& shard, uint64_t start, std::shared_ptr<LogSegment> segment);
  void drop_oldest_recent(Shard& shard);
  Result<Found> segment_at(const Shard& shard, uint64_t position) const;
  // The stored chunk that holds `position`. `value` keeps its bytes.
  Result<LogChunk> chunk_at(const Shard& shard, uint64_t position, std::string& value) const;
  Result<Found> load_segment(const Shard& shard, uint64_t position) const;
  Result<int64_t> timestamp_at(const Shard& shard, uint64_t position) const;
  // Of the first record at or after `us` that is kept, or the end.
  Result<uint64_t> lower_bound(const Shard& shard, int64_t us) const;

  const std::string stream_id_;
  const int64_t created_us_;
  const SpaceId table_;
  const Storage& storage_;
  LogCache& cache_;
  std::vector<Shard> shards_;  // in order of birth
  struct TextHash {            // looks up without making a string
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, size_t, TextHash, std::equal_to<>> by_id_;  // into shards_
  std::vector<Staged> staged_;
  int64_t memory_bytes_ = 0;
};

}  // namespace otsstream::local
