#include "local/tablestore/table_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "local/tablestore/rejection.h"
#include "local/tablestore/schema_rules.h"
#include "local/tablestore/stored_bytes.h"

namespace otsstream::local {

void TableStore::put_next_space(StorageBatch& batch) const {
  if (services_.storage.is_persistent())
    batch.put(kMetaSpace, std::string(kNextTableKey), number_value(next_space_));
}

// What a restore that was killed left: rows and logs that no table has.
Status TableStore::drop_unfinished() {
  StorageBatch batch;
  const std::string prefix(kRestoringPrefix);
  OTS_CHECK(services_.storage.scan(kMetaSpace, prefix, behind_prefix(prefix), false,
                                   [&](std::string_view key, std::string_view) {
                                     std::string_view number = key.substr(prefix.size());
                                     SpaceId space = 0;
                                     if (!get_sortable(number, space)) return true;
                                     batch.erase(kMetaSpace, std::string(key));
                                     batch.drop(space);
                                     batch.drop(log_space(space));
                                     return true;
                                   }));
  if (batch.changes.empty()) return {};
  return services_.storage.apply(std::move(batch));
}

Status TableStore::load_table(SpaceId space, std::string_view bytes) {
  OTS_TRY(TableRecord record, parse_table_record(bytes));
  std::vector<ShardRecord> shards;
  const std::string prefix = shard_key(space);
  Status parsed;
  OTS_CHECK(services_.storage.scan(kMetaSpace, prefix, behind_prefix(prefix), false,
                                   [&](std::string_view key, std::string_view value) {
                                     std::string_view rest = key.substr(prefix.size());
                                     uint64_t number = 0;
                                     get_sortable(rest, number);
                                     auto shard = parse_shard_record(number, value);
                                     if (!shard) {
                                       parsed = fail(std::move(shard).error());
                                       return false;
                                     }
                                     shards.push_back(std::move(*shard));
                                     return true;
                                   }));
  OTS_CHECK(std::move(parsed));
  OTS_TRY(uint64_t last_commit, stored_number(services_.storage, last_commit_key(space)));
  services_.clock.never_before(static_cast<int64_t>(last_commit));
  std::string name = record.meta.name;
  auto table = std::make_shared<StoredTable>(std::move(record), space, services_);
  OTS_CHECK(table->load(std::move(shards), static_cast<int64_t>(last_commit)));
  tables_.emplace(std::move(name), std::move(table));
  next_space_ = std::max(next_space_, space + 1);
  return {};
}

Status TableStore::load() {
  if (!services_.storage.is_persistent()) return {};
  std::unique_lock lock(mutex_);
  OTS_TRY(uint64_t clock_us, stored_number(services_.storage, kClockKey));
  services_.clock.never_before(static_cast<int64_t>(clock_us));
  OTS_TRY(uint64_t next, stored_number(services_.storage, kNextTableKey));
  next_space_ = std::max<SpaceId>(next_space_, next);
  OTS_CHECK(drop_unfinished());
  std::vector<std::pair<SpaceId, std::string>> records;
  const std::string prefix(kTablePrefix);
  OTS_CHECK(services_.storage.scan(kMetaSpace, prefix, behind_prefix(prefix), false,
                                   [&](std::string_view key, std::string_view value) {
                                     std::string_view number = key.substr(prefix.size());
                                     SpaceId space = 0;
                                     if (get_sortable(number, space))
                                       records.emplace_back(space, value);
                                     return true;
                                   }));
  for (const auto& [space, record] : records) OTS_CHECK(load_table(space, record));
  return {};
}

Status TableStore::create(TableDefinition definition) {
  OTS_CHECK(check_meta(definition.meta, services_.limits));
  OTS_CHECK(check_options(definition.options, services_.limits));
  if (definition.stream)
    OTS_CHECK(check_stream_spec(definition.meta, *definition.stream, services_.limits));

  std::unique_lock lock(mutex_);
  const std::string name = definition.meta.name;
  if (tables_.contains(name))
    return reject("OTSObjectAlreadyExist",
                  fmt::format("Requested table already exists: '{}'.", name));
  OTS_CHECK(services_.limits.check(tablestore::LimitName::kTables, tables_.size() + 1));
  std::optional<tablestore::StreamSpec> stream = std::move(definition.stream);
  auto table = std::make_shared<StoredTable>(std::move(definition), next_space_++, services_);
  StorageBatch batch;
  put_next_space(batch);
  OTS_CHECK(table->begin(stream, std::move(batch)));
  tables_.emplace(name, std::move(table));
  return {};
}

Status TableStore::remove(std::string_view name) {
  std::unique_lock lock(mutex_);
  auto found = tables_.find(name);
  if (found == tables_.end()) return reject_missing_table(name);
  OTS_CHECK(found->second->drop());
  tables_.erase(found);
  return {};
}

Result<std::shared_ptr<StoredTable>> TableStore::find(std::string_view name) const {
  std::shared_lock lock(mutex_);
  auto found = tables_.find(name);
  if (found == tables_.end()) return reject_missing_table(name);
  return found->second;
}

std::vector<std::string> TableStore::names() const {
  std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, table] : tables_) names.push_back(name);
  return names;
}

std::vector<std::shared_ptr<StoredTable>> TableStore::tables() const {
  std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<StoredTable>> list;
  for (const auto& [name, table] : tables_) list.push_back(table);
  return list;
}

Result<std::shared_ptr<StoredTable>> TableStore::find_stream(std::string_view stream_id) const {
  // A stream id is the table's name and the time it was switched on (stored_table_stream.cc).
  std::string_view name = stream_id.substr(0, stream_id.rfind('_'));
  auto table = find(name);
  if (!table || (*table)->stream_id() != stream_id) return reject_missing_stream();
  return table;
}

}  // namespace otsstream::local
