#pragma once
// One table: rows in its storage space, partitions, and, while its Stream is on, the change log. A
// write and its log record happen under one lock, so that table and log always agree.

#include <cstdint>
#include <functional>
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
#include "local/tablestore/limit_rules.h"
#include "local/tablestore/local_transactions.h"
#include "local/tablestore/row_rules.h"
#include "local/tablestore/storage.h"
#include "local/tablestore/table_record.h"
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
struct WriteOptions {
  bool all_or_nothing = false;
  std::string transaction_id;  // "" = none
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
  std::string transaction_id;  // "" = none
};
struct RangeResult {
  tablestore::CapacityUnit consumed;
  std::vector<tablestore::Row> rows;
  std::optional<tablestore::PrimaryKey> next_start;  // absent: range exhausted
};
struct PointResult {
  tablestore::CapacityUnit consumed;
  SharedBuffer row;  // PlainBuffer; empty = no such row
};

// Where a table can be cut into splits of about one size.
struct SplitPoints {
  tablestore::CapacityUnit consumed;
  std::vector<tablestore::PrimaryKey> points;  // ascending; trailing INF_MIN columns left out
  std::vector<std::string> locations;          // of each split, one more than points
};

// What CreateTable asks for, opened.
struct TableDefinition {
  tablestore::TableMeta meta;
  tablestore::TableOptions options;
  tablestore::CapacityUnit reserved;
  std::optional<tablestore::StreamSpec> stream;
  std::vector<tablestore::CellValue>
      split_keys;  // first key column: where the second, third ... partition begins
  std::optional<tablestore::SseSpec> sse;
  bool local_transactions = false;
};
struct TableDescription {
  tablestore::TableMeta meta;
  tablestore::TableOptions options;
  tablestore::ThroughputDetails throughput;
  std::optional<tablestore::SseSpec> sse;
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

// What the tables of an instance share.
struct TableServices {
  Storage& storage;
  LogCache& log_cache;
  DataClock& clock;
  Random& random;
  LimitRules limits;
};

// All of a table but its rows, as of one moment.
struct TableSnapshot {
  SpaceId space = 0;
  TableRecord record;
  std::vector<ShardRecord> shards;
  int64_t last_commit_us = 0;
  std::vector<LogRun> runs;  // the log, where storage does not have it
};

// Thread-safe. Errors carry the service's code; those of split and merge are "Control-...".
class StoredTable {
 public:
  // Everything is validated already (schema_rules.h). What `services` refers to must outlive the
  // table. Nothing is stored before begin(), and the Stream is not on yet.
  StoredTable(TableDefinition definition, SpaceId space, const TableServices& services);
  // As it was stored; load() brings its log.
  StoredTable(TableRecord record, SpaceId space, const TableServices& services);
  // Stores a new table, its Stream on or not, together with what is in `batch`.
  Status begin(const std::optional<tablestore::StreamSpec>& stream, StorageBatch batch);
  // The log that storage has.
  Status load(std::vector<ShardRecord> shards, int64_t last_commit_us);
  // For a log that storage does not have: its next segment.
  void adopt_log(uint64_t shard, uint64_t start, std::shared_ptr<LogSegment> segment);

  const std::string& name() const { return meta_.name; }
  // Name and primary key, which never change; the defined columns are in describe().
  const tablestore::TableMeta& meta() const { return meta_; }
  SpaceId space() const { return space_; }
  TableDescription describe() const;
  // Removes rows and log; whoever still holds the table gets OTSObjectNotExist from every call but
  // describe().
  Status drop();
  // The same in a batch of the caller's: nobody else gets at the table until the lock goes.
  std::unique_lock<std::shared_mutex> begin_drop(StorageBatch& batch);
  void finish_drop();

  // Nobody writes while the lock is held.
  std::shared_lock<std::shared_mutex> lock_shared() const { return std::shared_lock(mutex_); }
  TableSnapshot snapshot_locked() const;

  // Validated changes of UpdateTable: absent parts stay. Stream on: a new stream id with one root
  // shard per partition; off: the log is gone.
  Status update(const std::optional<tablestore::TableOptions>& options,
                const std::optional<tablestore::CapacityUnit>& reserved,
                const std::optional<tablestore::StreamSpec>& stream);
  // OTSParameterInvalid when a column is there already (is not there), or there are too many.
  Status add_defined_columns(const std::vector<tablestore::DefinedColumn>& columns);
  Status delete_defined_columns(const std::vector<std::string>& names);

  // One result per change, in order; each row succeeds or fails alone, all share one commit time.
  // With `all_or_nothing` the first failure undoes everything and every row carries its error. In
  // a transaction nothing is committed yet. OTSRowOperationConflict for a row whose partition key a
  // transaction holds.
  std::vector<Result<RowWriteResult>> write(const std::vector<RowWrite>& changes,
                                            const WriteOptions& options = {});

  // A transaction on one value of the first key column; gives its id. OTSParameterInvalid when the
  // table was created without transactions.
  Result<std::string> start_transaction(const tablestore::CellValue& partition_key);
  // Its rows and log records become visible together, with one commit time. Both:
  // OTSSessionNotExist.
  Status commit_transaction(std::string_view id);
  Status abort_transaction(std::string_view id);

  // With a transaction's id: what it wrote is seen too.
  Result<PointResult> get(const tablestore::PrimaryKey& key, const RowProjection& projection,
                          std::string_view transaction_id = {}) const;
  Result<RangeResult> range(const RangeRead& read) const;
  Result<SplitPoints> split_points(uint64_t split_bytes, std::optional<size_t> limit) const;

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
  Status expire_log(int64_t until_us);

 private:
  struct Partition : PartitionRecord {
    explicit Partition(PartitionRecord record);
    std::string begin;  // sort key; "" for the first
  };
  struct Commit;    // what a group of writes becomes visible with
  struct Changing;  // where and when changes are prepared
  Result<RowWriteResult> prepare(const RowWrite& change, Changing& at);
  // Of every change; false when `all_or_nothing` undid them.
  bool prepare_all(const std::vector<RowWrite>& changes, bool all_or_nothing, Changing& at,
                   std::vector<Result<RowWriteResult>>& results);
  void write_in_transaction_locked(const std::vector<RowWrite>& changes,
                                   const WriteOptions& options,
                                   std::vector<Result<RowWriteResult>>& results);
  Status check_partition_free(const std::string& partition, const Changing& at) const;
  // Gives the records their sequence and puts everything into one batch.
  Commit seal_locked(PendingWrites writes, int64_t time_us) const;
  // Rows and log records of a commit become visible together; on failure neither does.
  Status commit_locked(Commit& commit);
  Result<std::optional<tablestore::Row>> current_row(const std::string& key,
                                                     const PendingWrites* pending,
                                                     const VersionRules& rules) const;
  // nullptr for "".
  Result<const LocalTransaction*> transaction_of(std::string_view id) const;
  // Rows of [from, to) as they are for a reader who sees `pending` too, with their size in the
  // storage, until `visit` says false.
  using RowVisitor = std::function<bool(tablestore::Row, size_t bytes)>;
  Status scan_rows(const std::string& from, const std::string& to, bool backward,
                   const PendingWrites* pending, const RowVisitor& visit) const;
  VersionRules version_rules_locked(int64_t now_us) const;
  size_t partition_of(std::string_view key) const;
  std::string partition_end(size_t index) const;
  Result<size_t> partition_of_shard(std::string_view shard_id) const;
  Result<std::vector<std::string>> keys_in(size_t index) const;
  Result<tablestore::CellValue> middle_key(size_t index) const;
  Result<size_t> largest_partition() const;
  TableRecord record_locked() const;
  // Stores the changed table, and with it what is in `batch`; on failure nothing has changed.
  Status store_locked(TableRecord changed, StorageBatch batch);
  void adopt_locked(TableRecord record);
  void put_shard(const ShardRecord& shard, StorageBatch& batch) const;
  ShardRecord new_shard(TableRecord& table, std::string parent, std::string sibling,
                        StorageBatch& batch) const;
  void close_shard(std::string_view shard_id, int64_t now_us, StorageBatch& batch) const;
  // The Stream of `table` on, with one root shard per partition, or off.
  std::vector<ShardRecord> switch_on(TableRecord& table, const tablestore::StreamSpec& spec,
                                     StorageBatch& batch) const;
  void switch_off(TableRecord& table, StorageBatch& batch) const;
  void open_log_locked(std::vector<ShardRecord> shards);
  Status trim_locked(int64_t horizon_us);
  int64_t log_horizon_locked() const;
  // Runs `body` with the log under a shared lock, trimmed to the retention. OTSObjectNotExist when
  // the Stream is another one, or off.
  template <class Body>
  auto with_log(std::string_view stream_id, Body body)
      -> decltype(body(std::declval<const ChangeLog&>()));

  const tablestore::TableMeta meta_;  // without defined columns
  const std::optional<tablestore::SseSpec> sse_;
  const bool has_transactions_;
  const SpaceId space_;
  Storage& storage_;
  LogCache& log_cache_;
  DataClock& clock_;
  Random& random_;
  const LimitRules limits_;
  const int64_t created_us_;

  mutable std::shared_mutex mutex_;
  bool dropped_ = false;
  tablestore::TableOptions options_;  // every member set
  tablestore::ThroughputDetails throughput_;
  std::vector<tablestore::DefinedColumn> defined_columns_;
  LocalTransactions transactions_;
  std::vector<Partition> partitions_;  // by begin, never empty
  std::optional<tablestore::StreamDetails> stream_;
  uint64_t next_shard_ = 1;
  int64_t last_commit_us_ = 0;
  std::unique_ptr<ChangeLog> log_;  // while the Stream is on
};

}  // namespace otsstream::local
