#include "local/tablestore/table_store.h"

#include <fmt/format.h>

#include <mutex>

#include "local/tablestore/rejection.h"
#include "local/tablestore/schema_rules.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

Status TableStore::create(TableDefinition definition) {
  OTS_CHECK(check_meta(definition.meta));
  OTS_CHECK(check_options(definition.options));
  if (definition.stream) OTS_CHECK(check_stream_spec(definition.meta, *definition.stream));

  std::unique_lock lock(mutex_);
  const std::string name = definition.meta.name;
  if (tables_.contains(name))
    return reject("OTSObjectAlreadyExist",
                  fmt::format("Requested table already exists: '{}'.", name));
  if (tables_.size() >= tablestore::kMaxTablesPerInstance)
    return reject("OTSQuotaExhausted", fmt::format("Number of tables exceeded the quota of {}.",
                                                   tablestore::kMaxTablesPerInstance));
  std::optional<tablestore::StreamSpec> stream = std::move(definition.stream);
  auto table = std::make_shared<StoredTable>(std::move(definition), next_space_++, storage_, clock_,
                                             random_);
  if (stream && stream->enable) OTS_CHECK(table->update({}, {}, stream));
  tables_.emplace(name, std::move(table));
  return {};
}

Status TableStore::remove(std::string_view name) {
  std::shared_ptr<StoredTable> table;
  {
    std::unique_lock lock(mutex_);
    auto found = tables_.find(name);
    if (found == tables_.end()) return reject_missing_table(name);
    table = std::move(found->second);
    tables_.erase(found);
  }
  return table->drop();
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
