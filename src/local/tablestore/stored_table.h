#pragma once
// One table: rows in its storage space, partitions, and, while its Stream is on, the change log. A
// write and its log record happen under one lock, so that table and log always agree.

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "local/data_clock.h"
#include "local/tablestore/change_log.h"
#include "local/tablestore/row_rules.h"
#include "local/tablestore/storage.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

// One row change, opened and checked against nothing yet. Views must stay good during the call.
struct RowWrite {
  tablestore::WriteType type = tablestore::WriteType::kPut;
  tablestore::RowView row;
  RowCondition condition;
  tablestore::ReturnType return_type = tablestore::ReturnType::kNone;
  std::vector<std::string> return_columns;
};
struct RowWriteResult {
  tablestore::CapacityUnit consumed;
  SharedBuffer row;  // PlainBuffer, what return_type asks for; empty = nothing
};

struct RangeRead {
  tablestore::PrimaryKey inclusive_start;
  tablestore::PrimaryKey exclusive_end;
  bool backward = false;
  std::optional<int32_t> limit;
  RowProjection projection;
};
struct RangeResult {
  tablestore::CapacityUnit consumed;
  std::string rows;                                  // PlainBuffer; empty = none
  std::optional<tablestore::PrimaryKey> next_start;  // absent: range exhausted
};
struct PointResult {
  tablestore::CapacityUnit consumed;
  SharedBuffer row;  // PlainBuffer; empty = no such row
};

struct TableDescription {
  tablestore::TableMeta meta;
  tablestore::TableOptions options;
  tablestore::CapacityUnit reserved;
  int64_t created_us = 0;
  std::optional<tablestore::StreamDetails> stream;  // absent: no Stream was ever on
  std::vector<tablestore::PrimaryKey> split_keys;   // first key column only
};
struct StreamDescription {
  std::string stream_id;
  int32_t expiration_hours = 0;
  std::string table;
  int64_t created_us = 0;
  std::vector<tablestore::StreamShard> shards;
};

struct SplitResult {
  std::string parent;
  std::string left;
  std::string right;
};  // shard ids, "" while the Stream is off
struct MergeResult {
  std::string child;
  std::string parent;
  std::string sibling;
};

// Thread-safe. Errors carry the service's code; those of split and merge are "Control-...".
class StoredTable {
 public:
  // Everything is validated already (schema_rules.h). References must outlive the table.
  StoredTable(tablestore::TableMeta meta, tablestore::TableOptions options,
              tablestore::CapacityUnit reserved, std::vector<tablestore::CellValue> split_keys,
              SpaceId space, Storage& storage, DataClock& clock, Random& random);

  const std::string& name() const { return meta_.name; }
  const tablestore::TableMeta& meta() const { return meta_; }  // never changes
  SpaceId space() const { return space_; }
  TableDescription describe() const;
  // Removes rows and log; whoever still holds the table gets OTSObjectNotExist from every call but
  // describe().
  Status drop();

  // Validated changes of UpdateTable: absent parts stay. Stream on: a new stream id with one root
  // shard per partition; off: the log is gone.
  Status update(const std::optional<tablestore::TableOptions>& options,
                const std::optional<tablestore::CapacityUnit>& reserved,
                const std::optional<tablestore::StreamSpec>& stream);

  // One result per change, in order; each row succeeds or fails alone, all share one commit time.
  // With `all_or_nothing` the first failure undoes everything and every row carries its error.
  std::vector<Result<RowWriteResult>> write(const std::vector<RowWrite>& changes,
                                            bool all_or_nothing = false);
  Result<PointResult> get(const tablestore::PrimaryKey& key, const RowProjection& projection) const;
  Result<RangeResult> range(const RangeRead& read) const;

  // "" while the Stream is off.
  std::string stream_id() const;
  // All of them: OTSObjectNotExist when `stream_id` is not this table's Stream now (any more).
  Result<StreamDescription> describe_stream(std::string_view stream_id);
  Result<uint64_t> oldest_position(std::string_view stream_id, std::string_view shard_id);
  Result<std::optional<uint64_t>> seek(std::string_view stream_id, std::string_view shard_id,
                                       int64_t timestamp_us);
  Result<LogPage> read_log(std::string_view stream_id, std::string_view shard_id, uint64_t position,
                           std::optional<size_t> limit);

  // Splits the partition that holds `key` there; without a key: the partition of `shard_id` (or the
  // one with most rows) in half.
  Result<SplitResult> split(const std::optional<tablestore::CellValue>& key,
                            std::string_view shard_id = {});
  // Two neighbouring partitions become one.
  Result<MergeResult> merge(std::string_view shard_a, std::string_view shard_b);
  // Forgets log records and closed shards from before `until_us`.
  void expire_log(int64_t until_us);

 private:
  struct Partition {
    std::string begin;                               // sort key; "" for the first
    std::optional<tablestore::CellValue> begin_key;  // absent for the first
    std::string shard_id;                            // "" while the Stream is off
  };
  struct Commit;  // what a group of writes gathers before it becomes visible
  Result<RowWriteResult> prepare(const RowWrite& change, Commit& commit);
  // Rows and log records of a commit become visible together; on failure neither does.
  Status commit_locked(Commit& commit);
  Result<std::optional<tablestore::Row>> current_row(const std::string& key,
                                                     const Commit& commit) const;
  VersionRules version_rules_locked(int64_t now_us) const;
  size_t partition_of(std::string_view key) const;
  std::string partition_end(size_t index) const;
  Result<size_t> partition_of_shard(std::string_view shard_id) const;
  Result<std::vector<std::string>> keys_in(size_t index) const;
  Result<tablestore::CellValue> middle_key(size_t index) const;
  Result<size_t> largest_partition() const;
  std::string open_shard_locked(std::string parent = {},
                                std::string sibling = {});  // "" while the Stream is off
  void open_stream_locked(const tablestore::StreamSpec& spec);
  void close_stream_locked();
  int64_t log_horizon_locked() const;
  // Runs `body` with the log under a shared lock, trimmed to the retention. OTSObjectNotExist when
  // the Stream is another one, or off.
  template <class Body>
  auto with_log(std::string_view stream_id, Body body)
      -> decltype(body(std::declval<const ChangeLog&>()));

  const tablestore::TableMeta meta_;
  const SpaceId space_;
  Storage& storage_;
  DataClock& clock_;
  Random& random_;
  int64_t created_us_ = 0;

  mutable std::shared_mutex mutex_;
  bool dropped_ = false;
  tablestore::TableOptions options_;  // every member set
  tablestore::CapacityUnit reserved_;
  std::vector<Partition> partitions_;  // by begin, never empty
  std::optional<tablestore::StreamDetails> stream_;
  std::unique_ptr<ChangeLog> log_;  // while the Stream is on
};

}  // namespace otsstream::local
