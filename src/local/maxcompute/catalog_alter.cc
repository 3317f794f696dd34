// ALTER TABLE, and tables that outlive their LIFECYCLE: another part of Catalog.
#include <algorithm>

#include "local/maxcompute/catalog.h"
#include "local/maxcompute/catalog_rows.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::TableSchema;
using maxcompute::ascii::lower;

namespace {

constexpr int64_t kSecondsPerDay = 86'400;

bool has(const std::vector<Column>& columns, const std::string& name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const Column& column) { return column.name == name; });
}

bool has(const TableSchema& schema, const std::string& name) {
  return has(schema.columns, name) || has(schema.partition_keys, name);
}

tl::unexpected<Error> already_there(const TableSchema& schema, const std::string& name) {
  return fail(ErrorKind::kConflict, "ColumnAlreadyExists",
              "table " + schema.table + " has a column " + name + " already");
}

tl::unexpected<Error> no_column(const TableSchema& schema, const std::string& name) {
  return fail(ErrorKind::kNotFound, "NoSuchColumn",
              "table " + schema.table + " has no data column " + name);
}

}  // namespace

Status Catalog::touch_table(const Table& table, bool columns, int64_t now) {
  return db_.run("UPDATE tables SET modified = ?, schema_version = schema_version + ? WHERE id = ?",
                 now, columns, table.id);
}

Status Catalog::add_columns(std::string_view name, const std::vector<Column>& columns,
                            bool if_not_exists, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  auto position = static_cast<int>(table.schema.columns.size());
  bool changed = false;
  for (const Column& column : columns) {
    const std::string column_name = lower(column.name);
    if (has(table.schema, column_name)) {
      if (if_not_exists) continue;
      return already_there(table.schema, column_name);
    }
    if (!column.nullable) {
      return fail(ErrorKind::kConfig, "InvalidArgument",
                  "column " + column_name +
                      " cannot be NOT NULL: the rows that are there have no "
                      "value for it");
    }
    OTS_CHECK(catalog_rows::insert_column(db_, table.id, column, false, position++));
    table.schema.columns.push_back(column);
    table.schema.columns.back().name = column_name;
    changed = true;
  }
  if (changed) OTS_CHECK(touch_table(table, true, now));
  return transaction.commit();
}

Status Catalog::rename_column(std::string_view name, std::string_view from, std::string_view to,
                              int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  if (!has(table.schema.columns, lower(from))) return no_column(table.schema, lower(from));
  if (has(table.schema, lower(to))) return already_there(table.schema, lower(to));
  OTS_CHECK(
      db_.run("UPDATE columns SET name = ? WHERE table_id = ? AND partition_key = 0 AND name = ?",
              lower(to), table.id, lower(from)));
  OTS_CHECK(touch_table(table, true, now));
  return transaction.commit();
}

Status Catalog::set_column_comment(std::string_view name, std::string_view column,
                                   std::string_view comment, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  if (!has(table.schema.columns, lower(column))) return no_column(table.schema, lower(column));
  OTS_CHECK(db_.run(
      "UPDATE columns SET comment = ? WHERE table_id = ? AND partition_key = 0 AND name = ?",
      comment, table.id, lower(column)));
  OTS_CHECK(touch_table(table, false, now));
  return transaction.commit();
}

Status Catalog::rename_table(std::string_view from, std::string_view to, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(from));
  OTS_TRY(auto taken, find_table(to));
  if (taken) {
    return fail(ErrorKind::kConflict, "TableAlreadyExists",
                "Table " + project_ + "." + lower(to) + " already exists");
  }
  OTS_CHECK(db_.run("UPDATE tables SET name = ? WHERE id = ?", lower(to), table.id));
  OTS_CHECK(touch_table(table, false, now));
  return transaction.commit();
}

Status Catalog::set_comment(std::string_view name, std::string_view comment, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  OTS_CHECK(db_.run("UPDATE tables SET comment = ? WHERE id = ?", comment, table.id));
  OTS_CHECK(touch_table(table, false, now));
  return transaction.commit();
}

Status Catalog::set_lifecycle(std::string_view name, int64_t days, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  OTS_CHECK(db_.run("UPDATE tables SET lifecycle = ? WHERE id = ?", days, table.id));
  OTS_CHECK(touch_table(table, false, now));
  return transaction.commit();
}

Status Catalog::drop_outlived(int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_CHECK(
      db_.run("DELETE FROM partitions WHERE id IN (SELECT p.id FROM partitions p"
              " JOIN tables t ON t.id = p.table_id WHERE t.project = ?1 AND t.lifecycle > 0"
              " AND p.level_values != '' AND p.modified + t.lifecycle * ?2 <= ?3)",
              project_, kSecondsPerDay, now));
  OTS_CHECK(
      db_.run("DELETE FROM tables WHERE id IN (SELECT t.id FROM tables t"
              " JOIN partitions p ON p.table_id = t.id WHERE t.project = ?1"
              " AND t.lifecycle > 0 AND p.level_values = ''"
              " AND max(p.modified, t.modified) + t.lifecycle * ?2 <= ?3)",
              project_, kSecondsPerDay, now));
  return transaction.commit();
}

}  // namespace otsstream::local
