#include "local/maxcompute/catalog.h"

#include "local/maxcompute/catalog_rows.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::PartitionSpec;
using maxcompute::TableInfo;
using maxcompute::TableSchema;

namespace {

Status insert_columns(SqliteDb& db, int64_t table_id, const std::vector<Column>& columns,
                      bool partition_key) {
  int position = 0;
  for (const Column& column : columns) {
    OTS_CHECK(catalog_rows::insert_column(db, table_id, column, partition_key, position++));
  }
  return {};
}

Result<int64_t> last_id(SqliteDb& db) {
  OTS_TRY(auto row, db.query("SELECT last_insert_rowid()"));
  OTS_CHECK(row.step());
  return row.number(0);
}

}  // namespace

Result<std::optional<Catalog::Table>> Catalog::find_table(std::string_view name) {
  OTS_TRY(auto row, db_.query("SELECT id, name, lifecycle, transactional, schema_version"
                              " FROM tables WHERE project = ? AND name = ?",
                              project_, maxcompute::ascii::lower(name)));
  OTS_TRY(bool found, row.step());
  if (!found) return std::nullopt;
  Table table;
  table.id = row.number(0);
  table.schema.project = project_;
  table.schema.table = row.text(1);
  table.schema.lifecycle_days = row.number(2);
  table.schema.transactional = row.number(3) != 0;
  table.version = row.number(4);
  OTS_CHECK(load_columns(table));
  return table;
}

Result<Catalog::Table> Catalog::require_table(std::string_view name) {
  OTS_TRY(auto found, find_table(name));
  if (!found) {
    return fail(ErrorKind::kNotFound, "NoSuchTable",
                "table " + project_ + "." + maxcompute::ascii::lower(name) + " does not exist");
  }
  return std::move(*found);
}

Status Catalog::load_columns(Table& table) {
  OTS_TRY(auto row, db_.query("SELECT partition_key, name, type, comment, nullable FROM columns"
                              " WHERE table_id = ? ORDER BY partition_key, position",
                              table.id));
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return {};
    Column column;
    column.name = row.text(1);
    OTS_TRY(column.type, maxcompute::parse_type(row.text(2)));
    column.comment = row.text(3);
    column.nullable = row.number(4) != 0;
    auto& list = row.number(0) != 0 ? table.schema.partition_keys : table.schema.columns;
    list.push_back(std::move(column));
  }
}

Status Catalog::create_table(const TableSchema& schema, std::string_view comment,
                             bool if_not_exists, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto found, find_table(schema.table));
  if (found && if_not_exists) return {};
  if (found) {
    return fail(ErrorKind::kConflict, "TableAlreadyExists",
                "Table " + project_ + "." + found->schema.table + " already exists");
  }
  OTS_CHECK(
      db_.run("INSERT INTO tables(project, name, comment, lifecycle, transactional, schema_version,"
              " created, modified) VALUES(?, ?, ?, ?, ?, 1, ?, ?)",
              project_, maxcompute::ascii::lower(schema.table), comment, schema.lifecycle_days,
              schema.transactional, now, now));
  OTS_TRY(int64_t id, last_id(db_));
  OTS_CHECK(insert_columns(db_, id, schema.columns, false));
  OTS_CHECK(insert_columns(db_, id, schema.partition_keys, true));
  if (schema.partition_keys.empty()) OTS_CHECK(catalog_rows::insert_partition(db_, id, "", now));
  return transaction.commit();
}

Status Catalog::drop_table(std::string_view name, bool if_exists) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto found, find_table(name));
  if (!found && if_exists) return {};
  OTS_TRY(auto table, require_table(name));
  OTS_CHECK(db_.run("DELETE FROM tables WHERE id = ?", table.id));
  return transaction.commit();
}

Status Catalog::truncate(std::string_view name, const std::vector<PartitionSpec>& partitions,
                         int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  if (partitions.empty()) {
    OTS_CHECK(
        db_.run("DELETE FROM partition_blocks WHERE partition_id IN"
                " (SELECT id FROM partitions WHERE table_id = ?)",
                table.id));
    OTS_CHECK(db_.run("UPDATE partitions SET modified = ? WHERE table_id = ?", now, table.id));
  }
  for (const PartitionSpec& spec : partitions) {
    OTS_TRY(auto partition, require_partition(name, spec));
    OTS_CHECK(db_.run("DELETE FROM partition_blocks WHERE partition_id = ?", partition.id));
    OTS_CHECK(db_.run("UPDATE partitions SET modified = ? WHERE id = ?", now, partition.id));
  }
  OTS_CHECK(touch_table(table, false, now));
  return transaction.commit();
}

Result<TableInfo> Catalog::table(std::string_view name) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto table, require_table(name));
  OTS_TRY(auto row, db_.query("SELECT t.comment, t.created, t.modified, ifnull(sum(b.records), 0),"
                              " ifnull(sum(b.bytes), 0) FROM tables t"
                              " LEFT JOIN partitions p ON p.table_id = t.id"
                              " LEFT JOIN partition_blocks l ON l.partition_id = p.id"
                              " LEFT JOIN blobs b ON b.id = l.blob WHERE t.id = ?",
                              table.id));
  OTS_CHECK(row.step());
  TableInfo info;
  info.comment = row.text(0);
  info.created = row.number(1);
  info.modified = row.number(2);
  info.records = static_cast<uint64_t>(row.number(3));
  info.bytes = static_cast<uint64_t>(row.number(4));
  info.schema = std::move(table.schema);
  info.owner = kOwner;
  info.table_id = std::to_string(table.id);
  return info;
}

Result<std::vector<std::string>> Catalog::table_names(std::string_view prefix,
                                                      std::string_view marker, size_t limit) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto row, db_.query("SELECT name FROM tables WHERE project = ?4"
                              " AND substr(name, 1, length(?1)) = ?1"
                              " AND name > ?2 ORDER BY name LIMIT ?3",
                              maxcompute::ascii::lower(prefix), maxcompute::ascii::lower(marker),
                              uint64_t{limit}, project_));
  std::vector<std::string> names;
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return names;
    names.push_back(row.text(0));
  }
}

}  // namespace otsstream::local
