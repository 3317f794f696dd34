// Partitions and the Stream of a table: switching it on and off, splits, merges, reads of the log.

#include <algorithm>
#include <mutex>

#include "local/tablestore/rejection.h"
#include "local/tablestore/schema_rules.h"
#include "local/tablestore/sort_key.h"
#include "local/tablestore/stored_bytes.h"
#include "local/tablestore/stored_table.h"
#include "tablestore/wire/plain_buffer_reader.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

constexpr int64_t kHourUs = 3600LL * 1000 * 1000;

tl::unexpected<Error> refuse_control(ErrorKind kind, std::string code, std::string message,
                                     std::string remedy = {}) {
  return fail(kind, std::move(code), std::move(message), std::move(remedy));
}

}  // namespace

Status StoredTable::update(const std::optional<TableOptions>& options,
                           const std::optional<CapacityUnit>& reserved,
                           const std::optional<StreamSpec>& stream) {
  std::unique_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  TableRecord changed = record_locked();
  StorageBatch batch;
  if (options) {
    auto take = [](auto& to, const auto& from) {
      if (from) to = from;
    };
    take(changed.options.time_to_live, options->time_to_live);
    take(changed.options.max_versions, options->max_versions);
    take(changed.options.max_version_deviation, options->max_version_deviation);
    take(changed.options.allow_update, options->allow_update);
    take(changed.options.update_full_row, options->update_full_row);
  }
  if (reserved) {
    const CapacityUnit& old = changed.throughput.unit;
    int64_t now_s = clock_.now_us() / 1'000'000;
    if (reserved->read > old.read || reserved->write > old.write)
      changed.throughput.last_increase_time = now_s;
    if (reserved->read < old.read || reserved->write < old.write)
      changed.throughput.last_decrease_time = now_s;
    changed.throughput.unit = *reserved;
  }
  std::optional<std::vector<ShardRecord>> opened;
  if (stream && stream->enable && log_) {
    // Already on: it stays the same Stream, kept for another time.
    changed.stream->expiration_hours = *stream->expiration_hours;
    changed.stream->columns_to_get = stream->columns_to_get;
  } else if (stream && stream->enable) {
    opened = switch_on(changed, *stream, batch);
  } else if (stream && log_) {
    switch_off(changed, batch);
  }
  OTS_CHECK(store_locked(std::move(changed), std::move(batch)));
  if (opened) open_log_locked(std::move(*opened));
  if (!stream_ || !stream_->enable) log_.reset();
  return {};
}

ShardRecord StoredTable::new_shard(TableRecord& table, std::string parent, std::string sibling,
                                   StorageBatch& batch) const {
  ShardRecord shard;
  shard.number = table.next_shard++;
  shard.info = {random_.uuid(), std::move(parent), std::move(sibling)};
  put_shard(shard, batch);
  return shard;
}

std::vector<ShardRecord> StoredTable::switch_on(TableRecord& table, const StreamSpec& spec,
                                                StorageBatch& batch) const {
  int64_t now_us = clock_.next_us();
  StreamDetails& details = table.stream.emplace();
  details.enable = true;
  details.stream_id = meta_.name + "_" + std::to_string(now_us);
  details.expiration_hours = *spec.expiration_hours;
  details.last_enable_time = now_us;
  details.columns_to_get = spec.columns_to_get;
  std::vector<ShardRecord> shards;
  for (PartitionRecord& partition : table.partitions) {
    shards.push_back(new_shard(table, {}, {}, batch));
    partition.shard_id = shards.back().info.shard_id;
  }
  return shards;
}

void StoredTable::switch_off(TableRecord& table, StorageBatch& batch) const {
  batch.memory_bytes -= log_->memory_bytes();
  if (storage_.is_persistent()) {
    batch.erase_range(kMetaSpace, shard_key(space_), behind_prefix(shard_key(space_)));
    batch.drop(log_space(space_));
  }
  table.stream = StreamDetails{};
  for (PartitionRecord& partition : table.partitions) partition.shard_id.clear();
}

void StoredTable::open_log_locked(std::vector<ShardRecord> shards) {
  log_ = std::make_unique<ChangeLog>(stream_->stream_id, stream_->last_enable_time, space_,
                                     storage_, log_cache_);
  for (ShardRecord& shard : shards) log_->open_shard(std::move(shard));
}

std::string StoredTable::stream_id() const {
  std::shared_lock lock(mutex_);
  return log_ ? log_->stream_id() : std::string();
}

int64_t StoredTable::log_horizon_locked() const {
  return clock_.now_us() - stream_->expiration_hours * kHourUs;
}

template <class Body>
auto StoredTable::with_log(std::string_view stream_id, Body body)
    -> decltype(body(std::declval<const ChangeLog&>())) {
  {
    std::shared_lock lock(mutex_);
    if (!log_ || log_->stream_id() != stream_id) return reject_missing_stream();
    if (!log_->wants_trim(log_horizon_locked())) return body(*log_);
  }
  std::unique_lock lock(mutex_);
  if (!log_ || log_->stream_id() != stream_id) return reject_missing_stream();
  OTS_CHECK(trim_locked(log_horizon_locked()));
  return body(*log_);
}

Result<StreamDescription> StoredTable::describe_stream(std::string_view stream_id) {
  return with_log(stream_id, [&](const ChangeLog& log) -> Result<StreamDescription> {
    return StreamDescription{log.stream_id(), stream_->expiration_hours, meta_.name,
                             log.created_us(), log.shards()};
  });
}

Result<uint64_t> StoredTable::oldest_position(std::string_view stream_id,
                                              std::string_view shard_id) {
  return with_log(stream_id, [&](const ChangeLog& log) { return log.oldest_position(shard_id); });
}

Result<std::optional<uint64_t>> StoredTable::seek(std::string_view stream_id,
                                                  std::string_view shard_id, int64_t timestamp_us) {
  return with_log(stream_id,
                  [&](const ChangeLog& log) { return log.seek(shard_id, timestamp_us); });
}

Result<LogPage> StoredTable::read_log(std::string_view stream_id, std::string_view shard_id,
                                      uint64_t position, std::optional<size_t> limit) {
  return with_log(stream_id,
                  [&](const ChangeLog& log) { return log.read(shard_id, position, limit); });
}

Status StoredTable::trim_locked(int64_t horizon_us) {
  if (!log_->wants_trim(horizon_us)) return {};
  StorageBatch batch;
  OTS_TRY(LogTrim trim, log_->plan_trim(horizon_us, batch));
  OTS_CHECK(storage_.apply(std::move(batch)));
  log_->trim(trim);
  return {};
}

Status StoredTable::expire_log(int64_t until_us) {
  {
    std::unique_lock lock(mutex_);
    if (log_) OTS_CHECK(trim_locked(until_us));
  }
  return storage_.make_durable();
}

size_t StoredTable::partition_of(std::string_view key) const {
  auto behind = std::upper_bound(
      partitions_.begin(), partitions_.end(), key,
      [](std::string_view wanted, const Partition& partition) { return wanted < partition.begin; });
  return static_cast<size_t>(behind - partitions_.begin()) - 1;  // the first partition begins at ""
}

std::string StoredTable::partition_end(size_t index) const {
  return index + 1 < partitions_.size() ? partitions_[index + 1].begin : std::string();
}

Result<size_t> StoredTable::partition_of_shard(std::string_view shard_id) const {
  for (size_t i = 0; i < partitions_.size(); ++i) {
    if (!shard_id.empty() && partitions_[i].shard_id == shard_id) return i;
  }
  return refuse_control(
      ErrorKind::kNotFound, "Control-Shard",
      "table " + meta_.name + " has no open shard '" + std::string(shard_id) + "'",
      "DescribeStream lists the shards; closed ones cannot be split or merged");
}

Result<std::vector<std::string>> StoredTable::keys_in(size_t index) const {
  std::vector<std::string> keys;
  OTS_CHECK(storage_.scan(space_, partitions_[index].begin, partition_end(index), false,
                          [&](std::string_view key, std::string_view) {
                            keys.emplace_back(key);
                            return true;
                          }));
  return keys;
}

Result<size_t> StoredTable::largest_partition() const {
  size_t largest = 0;
  size_t most_rows = 0;
  for (size_t i = 0; i < partitions_.size(); ++i) {
    OTS_TRY(std::vector<std::string> keys, keys_in(i));
    if (keys.size() > most_rows) {
      most_rows = keys.size();
      largest = i;
    }
  }
  return largest;
}

Result<CellValue> StoredTable::middle_key(size_t index) const {
  OTS_TRY(std::vector<std::string> keys, keys_in(index));
  auto first_value = [&](const std::string& key) -> Result<CellValue> {
    OTS_TRY(std::optional<SharedBuffer> bytes, storage_.get(space_, key));
    RowView view;
    OTS_CHECK(read_single_row(bytes ? bytes->view() : std::string_view(), view));
    return CellValue(view.primary_key.front().value);
  };
  if (!keys.empty()) {
    OTS_TRY(CellValue lowest, first_value(keys.front()));
    OTS_TRY(CellValue middle, first_value(keys[keys.size() / 2]));
    if (!(middle == lowest)) return middle;
    // The lower half shares one partition key: the next one bounds it.
    for (size_t i = keys.size() / 2; i < keys.size(); ++i) {
      OTS_TRY(CellValue value, first_value(keys[i]));
      if (!(value == lowest)) return value;
    }
  }
  return refuse_control(ErrorKind::kConflict, "Control-Split",
                        "the partition of table " + meta_.name +
                            " holds fewer than two different values of the first key column",
                        "name a key to split at");
}

Result<SplitResult> StoredTable::split(const std::optional<CellValue>& key,
                                       std::string_view shard_id) {
  std::unique_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  size_t index = 0;
  CellValue at;
  if (key) {
    KeySchema first = meta_.primary_key.front();
    CellView cell;
    cell.name = first.name;
    cell.has_value = true;
    cell.value = key->view();
    TableMeta only_first;
    only_first.primary_key = {first};
    OTS_CHECK(check_key(only_first, {cell}, KeyUse::kRead, limits_));
    at = *key;
  } else {
    OTS_TRY(index, shard_id.empty() ? largest_partition() : partition_of_shard(shard_id));
    OTS_TRY(at, middle_key(index));
  }
  std::string begin;
  append_sort_key(begin, at);
  if (key) index = partition_of(begin);
  if (partitions_[index].begin == begin)
    return refuse_control(ErrorKind::kConflict, "Control-Split",
                          "a partition of table " + meta_.name + " begins at that key already",
                          "name another key");

  TableRecord changed = record_locked();
  StorageBatch batch;
  SplitResult result;
  result.parent = partitions_[index].shard_id;
  std::vector<ShardRecord> opened;
  int64_t now_us = clock_.next_us();
  if (log_) {
    close_shard(result.parent, now_us, batch);
    for (std::string* child : {&result.left, &result.right}) {
      opened.push_back(new_shard(changed, result.parent, {}, batch));
      *child = opened.back().info.shard_id;
    }
  }
  changed.partitions[index].shard_id = result.left;
  changed.partitions.insert(changed.partitions.begin() + static_cast<ptrdiff_t>(index) + 1,
                            PartitionRecord{result.right, std::move(at)});
  OTS_CHECK(store_locked(std::move(changed), std::move(batch)));
  if (log_) log_->close_shard(result.parent, now_us);
  for (ShardRecord& shard : opened) log_->open_shard(std::move(shard));
  lock.unlock();
  OTS_CHECK(storage_.make_durable());
  return result;
}

Result<MergeResult> StoredTable::merge(std::string_view shard_a, std::string_view shard_b) {
  std::unique_lock lock(mutex_);
  if (dropped_) return reject_missing_table(meta_.name);
  OTS_TRY(size_t a, partition_of_shard(shard_a));
  OTS_TRY(size_t b, partition_of_shard(shard_b));
  if (a > b) std::swap(a, b);
  if (b != a + 1)
    return refuse_control(ErrorKind::kConflict, "Control-Merge",
                          "these two partitions of table " + meta_.name + " are no neighbours",
                          "merge two whose key ranges touch");
  TableRecord changed = record_locked();
  StorageBatch batch;
  MergeResult result;
  result.parent = partitions_[a].shard_id;
  result.sibling = partitions_[b].shard_id;
  int64_t now_us = clock_.next_us();
  close_shard(result.parent, now_us, batch);
  close_shard(result.sibling, now_us, batch);
  ShardRecord child = new_shard(changed, result.parent, result.sibling, batch);
  result.child = child.info.shard_id;
  changed.partitions[a].shard_id = result.child;
  changed.partitions.erase(changed.partitions.begin() + static_cast<ptrdiff_t>(b));
  OTS_CHECK(store_locked(std::move(changed), std::move(batch)));
  log_->close_shard(result.parent, now_us);
  log_->close_shard(result.sibling, now_us);
  log_->open_shard(std::move(child));
  lock.unlock();
  OTS_CHECK(storage_.make_durable());
  return result;
}

void StoredTable::close_shard(std::string_view shard_id, int64_t now_us,
                              StorageBatch& batch) const {
  ShardRecord closed = *log_->shard_record(shard_id);
  closed.closed_us = now_us;
  put_shard(closed, batch);
}

}  // namespace otsstream::local
