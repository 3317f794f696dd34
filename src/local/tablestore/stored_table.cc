// Rows of a table: writes with their log records, point and range reads. Partitions and the Stream
// are in stored_table_stream.cc.

#include "local/tablestore/stored_table.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "local/tablestore/rejection.h"
#include "local/tablestore/schema_rules.h"
#include "local/tablestore/sort_key.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

Result<Row> decode_stored(const SharedBuffer& bytes) {
  RowView view;
  OTS_CHECK(read_single_row(bytes.view(), view));
  return to_row(view);
}

// The smallest byte string above every key that begins with `key`'s bytes and is no longer a full
// key: for exclusive bounds.
std::string behind(std::string key) {
  key.push_back('\0');
  return key;
}

SharedBuffer returned_row(const RowWrite& change, const ChangeOutcome& outcome,
                          const PrimaryKey& key) {
  switch (change.return_type) {
    case ReturnType::kNone:
      break;
    case ReturnType::kPrimaryKey:
      return SharedBuffer(encode_key(key));
    case ReturnType::kAfterModify:
      if (outcome.row) {
        RowProjection projection;
        projection.columns = change.return_columns;
        if (auto shown = project(*outcome.row, projection)) return SharedBuffer(encode_row(*shown));
      }
  }
  return {};
}

}  // namespace

struct StoredTable::Commit {
  int64_t time_us = 0;
  VersionRules rules;
  struct Record {
    size_t partition;
    std::string field;  // a finished stream_records field
  };
  StorageBatch batch;
  std::vector<Record> records;
  // Rows that this commit has changed already: what a later change of the same row builds on.
  std::map<std::string, std::optional<Row>, std::less<>> pending;
  bool keep_pending = false;  // more than one change
};

StoredTable::StoredTable(TableMeta meta, TableOptions options, CapacityUnit reserved,
                         std::vector<CellValue> split_keys, SpaceId space, Storage& storage,
                         DataClock& clock, Random& random)
    : meta_(std::move(meta)),
      space_(space),
      storage_(storage),
      clock_(clock),
      random_(random),
      created_us_(clock.now_us()),
      options_(std::move(options)),
      reserved_(reserved) {
  options_.time_to_live = options_.time_to_live.value_or(-1);
  options_.max_versions = options_.max_versions.value_or(1);
  options_.max_version_deviation =
      options_.max_version_deviation.value_or(kDefaultVersionDeviation);
  options_.allow_update = options_.allow_update.value_or(true);
  partitions_.emplace_back();
  for (CellValue& key : split_keys) {
    Partition partition;
    append_sort_key(partition.begin, key);
    partition.begin_key = std::move(key);
    partitions_.push_back(std::move(partition));
  }
}

TableDescription StoredTable::describe() const {
  std::shared_lock lock(mutex_);
  TableDescription out{meta_, options_, reserved_, created_us_, stream_, {}};
  for (const Partition& partition : partitions_) {
    if (partition.begin_key)
      out.split_keys.push_back({{meta_.primary_key.front().name, *partition.begin_key}});
  }
  return out;
}

Status StoredTable::drop() {
  std::unique_lock lock(mutex_);
  dropped_ = true;
  close_stream_locked();
  return storage_.drop(space_);
}

VersionRules StoredTable::version_rules_locked(int64_t now_us) const {
  return {now_us / 1000, *options_.max_versions, *options_.time_to_live,
          *options_.max_version_deviation};
}

Result<std::optional<Row>> StoredTable::current_row(const std::string& key,
                                                    const Commit& commit) const {
  if (auto found = commit.pending.find(key); found != commit.pending.end()) return found->second;
  OTS_TRY(std::optional<SharedBuffer> bytes, storage_.get(space_, key));
  if (!bytes) return std::nullopt;
  OTS_TRY(Row row, decode_stored(*bytes));
  if (!expire(row, commit.rules)) return std::nullopt;
  return row;
}

Result<RowWriteResult> StoredTable::prepare(const RowWrite& change, Commit& commit) {
  OTS_TRY(PrimaryKey key, check_key(meta_, change.row.primary_key, KeyUse::kWrite));
  OTS_CHECK(check_written_row(meta_, change.type, change.row));
  if (change.type == WriteType::kUpdate && !*options_.allow_update)
    return reject_parameter("UpdateRow is not allowed: the table's option allow_update is false.");
  for (KeyColumn& column : key) {
    if (column.value.type != CellType::kAutoIncrement) continue;
    if (change.type != WriteType::kPut)
      return reject_parameter("AUTO_INCREMENT is allowed in PutRow only.");
    // Commit times rise, so they serve as the generated numbers; rows of one commit are told apart
    // by their index.
    column.value = CellValue::of_integer(
        commit.time_us * 1000 +
        static_cast<int64_t>(commit.records.size() + commit.batch.changes.size()));
  }

  std::string storage_key = sort_key(key);
  bool is_conditional =
      change.condition.existence != RowExistence::kIgnore || change.condition.columns;
  bool has_origin = log_ && !stream_->columns_to_get.empty();
  std::optional<Row> stored;
  if (change.type == WriteType::kUpdate || is_conditional || has_origin) {
    OTS_TRY(stored, current_row(storage_key, commit));
  }
  const Row* old = stored ? &*stored : nullptr;
  OTS_CHECK(check_condition(change.condition, old));

  ChangeOutcome outcome;
  switch (change.type) {
    case WriteType::kPut: {
      OTS_TRY(outcome, apply_put(key, change.row, commit.rules));
      break;
    }
    case WriteType::kUpdate: {
      OTS_TRY(outcome, apply_update(key, old, change.row, commit.rules));
      break;
    }
    case WriteType::kDelete:
      outcome = apply_delete(key);
      break;
  }

  RowWriteResult result;
  result.consumed = {is_conditional ? 1 : 0, capacity_units(row_size(outcome.record))};
  result.row = returned_row(change, outcome, key);
  if (log_) {
    outcome.record.sequence =
        SequenceInfo{0, commit.time_us, static_cast<int32_t>(commit.records.size())};
    std::string origin =
        has_origin && old ? encode_row(origin_row(*old, stream_->columns_to_get)) : std::string();
    std::string field;
    append_stream_record(field, outcome.action, encode_row(outcome.record), origin);
    commit.records.push_back({partition_of(storage_key), std::move(field)});
  }
  if (commit.keep_pending) commit.pending.insert_or_assign(storage_key, outcome.row);
  if (outcome.row) {
    commit.batch.put(space_, std::move(storage_key), SharedBuffer(encode_row(*outcome.row)));
  } else {
    commit.batch.erase(space_, std::move(storage_key));
  }
  return result;
}

std::vector<Result<RowWriteResult>> StoredTable::write(const std::vector<RowWrite>& changes,
                                                       bool all_or_nothing) {
  std::vector<Result<RowWriteResult>> results;
  results.reserve(changes.size());
  std::unique_lock lock(mutex_);
  if (dropped_) {
    results.assign(changes.size(), reject_missing_table(meta_.name));
    return results;
  }
  Commit commit;
  commit.time_us = clock_.next_us();
  commit.rules = version_rules_locked(commit.time_us);
  commit.keep_pending = changes.size() > 1;
  for (const RowWrite& change : changes) {
    results.push_back(prepare(change, commit));
    if (all_or_nothing && !results.back()) {
      Error error = results.back().error();
      results.assign(changes.size(), fail(std::move(error)));
      return results;
    }
  }
  if (Status done = commit_locked(commit); !done) {
    for (auto& result : results) {
      if (result) result = fail(done.error());
    }
  }
  return results;
}

Status StoredTable::commit_locked(Commit& commit) {
  OTS_CHECK(storage_.apply(std::move(commit.batch)));
  for (const Commit::Record& record : commit.records)
    log_->append(partitions_[record.partition].shard_id, record.field, commit.time_us);
  if (log_ && log_->wants_trim(log_horizon_locked())) log_->trim(log_horizon_locked());
  return {};
}

Result<PointResult> StoredTable::get(const PrimaryKey& key, const RowProjection& projection) const {
  std::shared_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  PointResult out;
  out.consumed = {1, 0};
  OTS_TRY(std::optional<SharedBuffer> bytes, storage_.get(space_, sort_key(key)));
  if (!bytes) return out;
  OTS_TRY(Row row, decode_stored(*bytes));
  if (!expire(row, version_rules_locked(clock_.now_us()))) return out;
  out.consumed.read = capacity_units(bytes->size());
  if (auto shown = project(row, projection)) out.row = SharedBuffer(encode_row(*shown));
  return out;
}

Result<RangeResult> StoredTable::range(const RangeRead& read) const {
  std::shared_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  std::string start = sort_key(read.inclusive_start);
  std::string end = sort_key(read.exclusive_end);
  if (read.backward ? start < end : end < start)
    return reject_parameter(read.backward
                                ? "Begin key must not be less than end key in a BACKWARD range."
                                : "Begin key must not be greater than end key in a FORWARD range.");

  size_t limit = std::min<size_t>(read.limit ? static_cast<size_t>(*read.limit) : kMaxRangeRows,
                                  kMaxRangeRows);
  VersionRules rules = version_rules_locked(clock_.now_us());
  RangeResult out;
  size_t shown_rows = 0, looked_at = 0, bytes_looked_at = 0;
  Status decoded;
  auto visit = [&](std::string_view, const SharedBuffer& value) {
    auto row = decode_stored(value);
    if (!row) {
      decoded = fail(std::move(row).error());
      return false;
    }
    if (shown_rows >= limit || looked_at >= kMaxRangeRows ||
        (looked_at > 0 && bytes_looked_at + value.size() > kMaxRangeBytes)) {
      out.next_start = std::move(row->primary_key);
      return false;
    }
    ++looked_at;
    bytes_looked_at += value.size();
    if (!expire(*row, rules)) return true;
    auto shown = project(*row, read.projection);
    if (!shown) return true;
    if (out.rows.empty()) append_header(out.rows);
    append_row(out.rows, *shown);
    ++shown_rows;
    return true;
  };
  if (read.backward) {
    OTS_CHECK(storage_.scan(space_, behind(end), behind(start), true, visit));
  } else {
    OTS_CHECK(storage_.scan(space_, start, end, false, visit));
  }
  OTS_CHECK(std::move(decoded));
  out.consumed = {capacity_units(bytes_looked_at), 0};
  return out;
}

}  // namespace otsstream::local
