// A table and its writes with their log records. Reads are in stored_table_reads.cc, partitions and
// the Stream in stored_table_stream.cc.

#include "local/tablestore/stored_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/log.h"
#include "local/tablestore/rejection.h"
#include "local/tablestore/schema_rules.h"
#include "local/tablestore/sort_key.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

// A change as it will be kept: PlainBuffer.
struct EncodedChange {
  ActionType action = ActionType::kPut;
  SharedBuffer record;              // without a sequence
  std::optional<SharedBuffer> row;  // absent: there is none afterwards
  size_t bytes = 0;                 // of the record (row_rules.h row_size)
};

// In one piece of memory of its own: kept as long as the row.
SharedBuffer kept(std::string_view bytes) {
  auto memory = std::make_shared_for_overwrite<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), memory.get());
  const std::string_view view(memory.get(), bytes.size());
  return SharedBuffer(std::move(memory), view);
}

SharedBuffer encoded(const RowView& row, std::string& scratch) {
  scratch.clear();
  append_header(scratch);
  append_row(scratch, row);
  return kept(scratch);
}

EncodedChange encoded(const PutOutcome& put, std::string& scratch) {
  EncodedChange out;
  out.record = encoded(put.record, scratch);
  out.row = put.is_record ? out.record : encoded(put.row, scratch);
  out.bytes = row_size(put.record);
  return out;
}

EncodedChange encoded(const ChangeOutcome& outcome) {
  EncodedChange out;
  out.action = outcome.action;
  out.record = SharedBuffer(encode_row(outcome.record));
  if (outcome.row) out.row = SharedBuffer(encode_row(*outcome.row));
  out.bytes = row_size(outcome.record);
  return out;
}

SharedBuffer returned_row(const RowWrite& change, const EncodedChange& done,
                          const PrimaryKey& key) {
  switch (change.return_type) {
    case ReturnType::kNone:
      break;
    case ReturnType::kPrimaryKey:
      return SharedBuffer(encode_key(key));
    case ReturnType::kAfterModify:
      RowView row;
      if (done.row && read_single_row(done.row->view(), row)) {
        RowProjection projection;
        projection.columns = change.return_columns;
        if (auto shown = project(to_row(row), projection).row)
          return SharedBuffer(encode_row(*shown));
      }
  }
  return {};
}

}  // namespace

struct StoredTable::Commit {
  int64_t time_us = 0;
  struct Record {
    size_t partition;
    size_t end;  // in `fields`; it begins where the one before ends
  };
  StorageBatch batch;
  std::vector<Record> records;
  std::string fields;  // finished stream_records fields
};

struct StoredTable::Changing {
  int64_t time_us = 0;
  VersionRules rules;
  PendingWrites& pending;
  const LocalTransaction* transaction = nullptr;
  // Used again for every row.
  PutOutcome put = {};
  std::string scratch = {};
};

TableDescription StoredTable::describe() const {
  std::shared_lock lock(mutex_);
  TableDescription out{meta_, options_, throughput_, sse_, created_us_, stream_, {}};
  out.meta.defined_columns = defined_columns_;
  for (const Partition& partition : partitions_) {
    if (partition.begin_key)
      out.split_keys.push_back({{meta_.primary_key.front().name, *partition.begin_key}});
  }
  return out;
}

Status StoredTable::add_defined_columns(const std::vector<DefinedColumn>& columns) {
  std::unique_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  TableRecord changed = record_locked();
  auto& defined = changed.meta.defined_columns;
  defined.insert(defined.end(), columns.begin(), columns.end());
  OTS_CHECK(check_meta(changed.meta, limits_));
  return store_locked(std::move(changed), {});
}

Status StoredTable::delete_defined_columns(const std::vector<std::string>& names) {
  std::unique_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  TableRecord changed = record_locked();
  auto& left = changed.meta.defined_columns;
  for (const std::string& name : names) {
    if (std::erase_if(left, [&](const DefinedColumn& column) { return column.name == name; }) == 0)
      return reject_parameter("Defined column does not exist: '" + name + "'.");
  }
  return store_locked(std::move(changed), {});
}

VersionRules StoredTable::version_rules_locked(int64_t now_us) const {
  return {now_us / 1000, *options_.max_versions, *options_.time_to_live,
          *options_.max_version_deviation};
}

// A partition key is locked by the transaction that was started on it (vendor's page "Use the local
// transaction feature"): only its own writes may touch it, and it may touch nothing else.
Status StoredTable::check_partition_free(const std::string& partition, const Changing& at) const {
  if (at.transaction && partition != at.transaction->partition) return reject_foreign_partition();
  if (!at.transaction && transactions_.holds(partition, at.time_us))
    return reject("OTSRowOperationConflict", "Data is being modified by the other request.");
  return {};
}

Result<RowWriteResult> StoredTable::prepare(const RowWrite& change, Changing& at) {
  OTS_TRY(PrimaryKey key, check_key(meta_, change.row.primary_key, KeyUse::kWrite, limits_));
  OTS_CHECK(check_written_row(meta_, defined_columns_, change.type, change.row, limits_));
  if (change.type == WriteType::kUpdate && !*options_.allow_update)
    return reject_parameter("UpdateRow is not allowed: the table's option allow_update is false.");
  for (KeyColumn& column : key) {
    if (column.value.type != CellType::kAutoIncrement) continue;
    if (change.type != WriteType::kPut)
      return reject_parameter("AUTO_INCREMENT is allowed in PutRow only.");
    if (at.transaction)
      return reject_parameter("AUTO_INCREMENT is not allowed in a local transaction.");
    // Commit times rise, so they serve as the generated numbers; rows of one commit are told apart
    // by their number.
    column.value =
        CellValue::of_integer(at.time_us * 1000 + static_cast<int64_t>(at.pending.rows.size()));
  }
  std::string storage_key = sort_key(key);
  if (at.transaction || !transactions_.none()) {
    std::string partition;
    append_sort_key(partition, key.front().value);
    OTS_CHECK(check_partition_free(partition, at));
  }

  bool is_conditional =
      change.condition.existence != RowExistence::kIgnore || change.condition.columns;
  bool has_origin = log_ && !stream_->columns_to_get.empty();
  std::optional<Row> stored;
  if (change.type == WriteType::kUpdate || is_conditional || has_origin) {
    OTS_TRY(stored, current_row(storage_key, &at.pending, at.rules));
  }
  const Row* old = stored ? &*stored : nullptr;
  OTS_CHECK(check_condition(change.condition, old));

  EncodedChange done;
  switch (change.type) {
    case WriteType::kPut:
      OTS_CHECK(apply_put(key, change.row, at.rules, at.put));
      done = encoded(at.put, at.scratch);
      break;
    case WriteType::kUpdate: {
      auto apply = *options_.update_full_row ? apply_full_update : apply_update;
      OTS_TRY(ChangeOutcome outcome, apply(key, old, change.row, at.rules));
      done = encoded(outcome);
      break;
    }
    case WriteType::kDelete:
      done = encoded(apply_delete(key));
      break;
  }

  if (at.transaction)
    OTS_CHECK(limits_.check(LimitName::kTransactionBytes, at.pending.bytes + done.bytes));
  at.pending.bytes += done.bytes;
  RowWriteResult result;
  result.consumed = {is_conditional ? capacity_units(key_size(key)) : 0,
                     capacity_units(done.bytes)};
  result.row = returned_row(change, done, key);
  // A transaction keeps its records even without a Stream: it may be on when they are committed.
  if (log_ || at.transaction) {
    std::string origin =
        has_origin && old ? encode_row(origin_row(*old, stream_->columns_to_get)) : std::string();
    at.pending.records.push_back(
        {storage_key, done.action, std::move(done.record), std::move(origin)});
  }
  at.pending.rows.insert_or_assign(std::move(storage_key), std::move(done.row));
  return result;
}

bool StoredTable::prepare_all(const std::vector<RowWrite>& changes, bool all_or_nothing,
                              Changing& at, std::vector<Result<RowWriteResult>>& results) {
  for (const RowWrite& change : changes) {
    results.push_back(prepare(change, at));
    if (all_or_nothing && !results.back()) {
      Error error = results.back().error();
      results.assign(changes.size(), fail(std::move(error)));
      return false;
    }
  }
  return true;
}

std::vector<Result<RowWriteResult>> StoredTable::write(const std::vector<RowWrite>& changes,
                                                       const WriteOptions& options) {
  std::vector<Result<RowWriteResult>> results;
  results.reserve(changes.size());
  std::unique_lock lock(mutex_);
  if (dropped_) {
    results.assign(changes.size(), reject_missing_table(meta_.name));
    return results;
  }
  if (!options.transaction_id.empty()) {
    write_in_transaction_locked(changes, options, results);
    return results;
  }
  PendingWrites pending;
  int64_t time_us = clock_.next_us();
  Changing at{time_us, version_rules_locked(time_us), pending};
  if (!prepare_all(changes, options.all_or_nothing, at, results)) return results;
  Commit commit = seal_locked(std::move(pending), time_us);
  if (Status done = commit_locked(commit); !done) {
    for (auto& result : results) {
      if (result) result = fail(done.error());
    }
  }
  return results;
}

void StoredTable::write_in_transaction_locked(const std::vector<RowWrite>& changes,
                                              const WriteOptions& options,
                                              std::vector<Result<RowWriteResult>>& results) {
  int64_t now_us = clock_.now_us();
  auto found = transactions_.find(options.transaction_id, now_us);
  if (!found) {
    results.assign(changes.size(), fail(std::move(found).error()));
    return;
  }
  LocalTransaction& transaction = **found;
  std::optional<PendingWrites> before;
  if (options.all_or_nothing) before = transaction.writes;
  Changing at{now_us, version_rules_locked(now_us), transaction.writes, &transaction};
  if (!prepare_all(changes, options.all_or_nothing, at, results))
    transaction.writes = std::move(*before);
}

Result<std::string> StoredTable::start_transaction(const CellValue& partition_key) {
  std::unique_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  if (!has_transactions_)
    return reject_parameter(
        "Try to call method using explicit transaction on explicit-transaction-disabled table.");
  std::string partition;
  append_sort_key(partition, partition_key);
  return transactions_.start(meta_.name, std::move(partition), clock_.now_us(), random_);
}

Status StoredTable::commit_transaction(std::string_view id) {
  std::unique_lock lock(mutex_);
  OTS_TRY(LocalTransaction * transaction, transactions_.find(id, clock_.now_us()));
  PendingWrites writes = std::move(transaction->writes);
  transactions_.end(id);
  if (writes.rows.empty()) return {};
  Commit commit = seal_locked(std::move(writes), clock_.next_us());
  return commit_locked(commit);
}

Status StoredTable::abort_transaction(std::string_view id) {
  std::unique_lock lock(mutex_);
  OTS_CHECK(transactions_.find(id, clock_.now_us()));
  transactions_.end(id);
  return {};
}

StoredTable::Commit StoredTable::seal_locked(PendingWrites writes, int64_t time_us) const {
  Commit commit;
  commit.time_us = time_us;
  commit.records.reserve(log_ ? writes.records.size() : 0);
  std::string row;
  for (const PendingWrites::Record& record : writes.records) {
    if (!log_) break;
    const SequenceInfo sequence{0, time_us, static_cast<int32_t>(commit.records.size())};
    row.clear();
    append_row_with_sequence(row, record.row.view(), sequence);
    append_stream_record(commit.fields, record.action, row, record.origin);
    commit.records.push_back({partition_of(record.key), commit.fields.size()});
  }
  commit.batch.changes.reserve(writes.rows.size());
  while (!writes.rows.empty()) {
    auto node = writes.rows.extract(writes.rows.begin());
    if (node.mapped()) {
      commit.batch.put(space_, std::move(node.key()), *std::move(node.mapped()));
    } else {
      commit.batch.erase(space_, std::move(node.key()));
    }
  }
  return commit;
}

Status StoredTable::commit_locked(Commit& commit) {
  size_t begin = 0;
  for (const Commit::Record& record : commit.records) {
    const auto field = std::string_view(commit.fields).substr(begin, record.end - begin);
    log_->stage(partitions_[record.partition].shard_id, field, commit.time_us);
    begin = record.end;
  }
  if (log_) log_->add_staged(commit.batch);
  if (storage_.is_persistent())
    commit.batch.put(kMetaSpace, last_commit_key(space_),
                     number_value(static_cast<uint64_t>(commit.time_us)));
  if (Status applied = storage_.apply(std::move(commit.batch)); !applied) {
    if (log_) log_->discard();
    return applied;
  }
  last_commit_us_ = commit.time_us;
  if (!log_) return {};
  log_->publish();
  // The commit is done; what could not be trimmed now will be the next time.
  if (Status trimmed = trim_locked(log_horizon_locked()); !trimmed)
    OTS_LOG_DEBUG("table {}: {}", meta_.name, trimmed.error().to_string());
  return {};
}

}  // namespace otsstream::local
