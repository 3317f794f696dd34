// What a table is made of beside its rows: how it comes from and goes to storage.

#include <mutex>

#include "local/tablestore/sort_key.h"
#include "local/tablestore/stored_table.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

TableRecord record_of(TableDefinition definition, int64_t now_us) {
  TableRecord record;
  record.meta = std::move(definition.meta);
  record.options = std::move(definition.options);
  TableOptions& options = record.options;
  options.time_to_live = options.time_to_live.value_or(-1);
  options.max_versions = options.max_versions.value_or(1);
  options.max_version_deviation = options.max_version_deviation.value_or(kDefaultVersionDeviation);
  options.allow_update = options.allow_update.value_or(true);
  options.update_full_row = options.update_full_row.value_or(false);
  record.throughput = {definition.reserved, now_us / 1'000'000, std::nullopt};
  record.sse = std::move(definition.sse);
  record.local_transactions = definition.local_transactions;
  record.created_us = now_us;
  record.partitions.emplace_back();
  for (CellValue& key : definition.split_keys) record.partitions.push_back({{}, std::move(key)});
  return record;
}

}  // namespace

StoredTable::Partition::Partition(PartitionRecord record) : PartitionRecord(std::move(record)) {
  if (begin_key) append_sort_key(begin, *begin_key);
}

StoredTable::StoredTable(TableDefinition definition, SpaceId space, const TableServices& services)
    : StoredTable(record_of(std::move(definition), services.clock.now_us()), space, services) {}

StoredTable::StoredTable(TableRecord record, SpaceId space, const TableServices& services)
    : meta_{record.meta.name, record.meta.primary_key, {}},
      sse_(record.sse),
      has_transactions_(record.local_transactions),
      space_(space),
      storage_(services.storage),
      log_cache_(services.log_cache),
      clock_(services.clock),
      random_(services.random),
      limits_(services.limits),
      created_us_(record.created_us) {
  adopt_locked(std::move(record));
}

TableRecord StoredTable::record_locked() const {
  TableRecord record;
  record.meta = meta_;
  record.meta.defined_columns = defined_columns_;
  record.options = options_;
  record.throughput = throughput_;
  record.sse = sse_;
  record.local_transactions = has_transactions_;
  record.created_us = created_us_;
  record.partitions.assign(partitions_.begin(), partitions_.end());
  record.stream = stream_;
  record.next_shard = next_shard_;
  return record;
}

void StoredTable::adopt_locked(TableRecord record) {
  options_ = std::move(record.options);
  throughput_ = record.throughput;
  defined_columns_ = std::move(record.meta.defined_columns);
  partitions_.clear();
  for (PartitionRecord& partition : record.partitions)
    partitions_.emplace_back(std::move(partition));
  stream_ = std::move(record.stream);
  next_shard_ = record.next_shard;
}

Status StoredTable::store_locked(TableRecord changed, StorageBatch batch) {
  const int64_t now_us = clock_.now_us();
  if (storage_.is_persistent()) {
    batch.put(kMetaSpace, table_key(space_), SharedBuffer(to_bytes(changed)));
    batch.put(kMetaSpace, last_commit_key(space_), number_value(static_cast<uint64_t>(now_us)));
  }
  OTS_CHECK(storage_.apply(std::move(batch)));
  last_commit_us_ = now_us;
  adopt_locked(std::move(changed));
  return {};
}

void StoredTable::put_shard(const ShardRecord& shard, StorageBatch& batch) const {
  if (storage_.is_persistent())
    batch.put(kMetaSpace, shard_key(space_, shard.number), SharedBuffer(to_bytes(shard)));
}

Status StoredTable::begin(const std::optional<StreamSpec>& stream, StorageBatch batch) {
  std::unique_lock lock(mutex_);
  TableRecord record = record_locked();
  std::optional<std::vector<ShardRecord>> opened;
  if (stream && stream->enable) opened = switch_on(record, *stream, batch);
  OTS_CHECK(store_locked(std::move(record), std::move(batch)));
  if (opened) open_log_locked(std::move(*opened));
  return {};
}

Status StoredTable::load(std::vector<ShardRecord> shards, int64_t last_commit_us) {
  std::unique_lock lock(mutex_);
  last_commit_us_ = last_commit_us;
  if (!stream_ || !stream_->enable) return {};
  open_log_locked(std::move(shards));
  return log_->load();
}

void StoredTable::adopt_log(uint64_t shard, uint64_t start, std::shared_ptr<LogSegment> segment) {
  std::unique_lock lock(mutex_);
  if (log_) log_->adopt(shard, start, std::move(segment));
}

std::unique_lock<std::shared_mutex> StoredTable::begin_drop(StorageBatch& batch) {
  std::unique_lock lock(mutex_);
  if (dropped_) return lock;
  if (log_) batch.memory_bytes -= log_->memory_bytes();
  if (storage_.is_persistent()) {
    erase_table(batch, space_);
  } else {
    batch.drop(space_);
  }
  return lock;
}

void StoredTable::finish_drop() {
  dropped_ = true;
  transactions_.clear();
  log_.reset();
  if (stream_) stream_ = StreamDetails{};
}

Status StoredTable::drop() {
  StorageBatch batch;
  std::unique_lock lock = begin_drop(batch);
  // Nothing in storage will know of the table's times.
  if (storage_.is_persistent())
    batch.put(kMetaSpace, std::string(kClockKey),
              number_value(static_cast<uint64_t>(clock_.now_us())));
  OTS_CHECK(storage_.apply(std::move(batch)));
  finish_drop();
  return {};
}

TableSnapshot StoredTable::snapshot_locked() const {
  TableSnapshot out;
  out.space = space_;
  out.record = record_locked();
  out.last_commit_us = last_commit_us_;
  if (log_) {
    out.shards = log_->shard_records();
    if (!storage_.is_persistent()) out.runs = log_->runs();
  }
  return out;
}

}  // namespace otsstream::local
