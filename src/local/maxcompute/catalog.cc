#include "local/maxcompute/catalog.h"

#include "local/maxcompute/catalog_layout.h"
#include "local/maxcompute/partition_values.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::PartitionInfo;
using maxcompute::PartitionSpec;
using maxcompute::TableInfo;
using maxcompute::TableSchema;

namespace {

Status insert_columns(SqliteDb& db, int64_t table_id, const std::vector<Column>& columns,
                      bool partition_key) {
  int position = 0;
  for (const Column& column : columns) {
    OTS_CHECK(db.run("INSERT INTO columns VALUES(?, ?, ?, ?, ?, ?, ?)", table_id, partition_key,
                     position++, maxcompute::ascii::lower(column.name), column.type.text,
                     column.comment, column.nullable));
  }
  return {};
}

Status insert_partition(SqliteDb& db, int64_t table_id, const std::string& level_values,
                        int64_t now) {
  return db.run(
      "INSERT INTO partitions(table_id, level_values, created, modified) VALUES(?, ?, ?, ?)",
      table_id, level_values, now, now);
}

Result<int64_t> last_id(SqliteDb& db) {
  OTS_TRY(auto row, db.query("SELECT last_insert_rowid()"));
  OTS_CHECK(row.step());
  return row.number(0);
}

// Characters that LIKE would take for wild cards never reach it: a prefix is a range of texts.
constexpr char kPartitionsSql[] =
    "SELECT p.level_values, p.created, p.modified, ifnull(sum(b.records), 0),"
    "  ifnull(sum(b.bytes), 0)"
    " FROM partitions p LEFT JOIN partition_blocks l ON l.partition_id = p.id"
    " LEFT JOIN blobs b ON b.id = l.blob"
    " WHERE p.table_id = ?1 AND substr(p.level_values, 1, length(?2)) = ?2"
    " GROUP BY p.id ORDER BY p.level_values";

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(const std::string& file, std::string project) {
  OTS_TRY(auto db, SqliteDb::open(file));
  OTS_CHECK(
      db.execute("PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL;"
                 "PRAGMA synchronous = FULL;"));
  int64_t layout = 0;
  {
    OTS_TRY(auto row, db.query("PRAGMA user_version"));
    OTS_CHECK(row.step());
    layout = row.number(0);
  }
  if (layout == 0) {
    OTS_TRY(auto transaction, SqliteTransaction::begin(db));
    OTS_CHECK(db.execute(kCatalogSql));
    OTS_CHECK(db.execute("PRAGMA user_version = " + std::to_string(kCatalogLayout)));
    OTS_CHECK(transaction.commit());
  } else if (layout != kCatalogLayout) {
    return fail(ErrorKind::kCorrupt, "Local-Store",
                file + " has layout " + std::to_string(layout) + ", this program knows layout " +
                    std::to_string(kCatalogLayout),
                "start with an empty directory");
  }
  return std::unique_ptr<Catalog>(new Catalog(std::move(db), std::move(project)));
}

// ---- tables

Result<std::optional<Catalog::Table>> Catalog::find_table(std::string_view name) {
  OTS_TRY(auto row, db_.query("SELECT id, name, lifecycle FROM tables WHERE name = ?",
                              maxcompute::ascii::lower(name)));
  OTS_TRY(bool found, row.step());
  if (!found) return std::nullopt;
  Table table;
  table.id = row.number(0);
  table.schema.project = project_;
  table.schema.table = row.text(1);
  table.schema.lifecycle_days = row.number(2);
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
  OTS_CHECK(db_.run(
      "INSERT INTO tables(name, comment, lifecycle, created, modified) VALUES(?, ?, ?, ?, ?)",
      maxcompute::ascii::lower(schema.table), comment, schema.lifecycle_days, now, now));
  OTS_TRY(int64_t id, last_id(db_));
  OTS_CHECK(insert_columns(db_, id, schema.columns, false));
  OTS_CHECK(insert_columns(db_, id, schema.partition_keys, true));
  if (schema.partition_keys.empty()) OTS_CHECK(insert_partition(db_, id, "", now));
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
  OTS_CHECK(db_.run("UPDATE tables SET modified = ? WHERE id = ?", now, table.id));
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
  OTS_TRY(auto row, db_.query("SELECT name FROM tables WHERE substr(name, 1, length(?1)) = ?1"
                              " AND name > ?2 ORDER BY name LIMIT ?3",
                              maxcompute::ascii::lower(prefix), maxcompute::ascii::lower(marker),
                              uint64_t{limit}));
  std::vector<std::string> names;
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return names;
    names.push_back(row.text(0));
  }
}

// ---- partitions

Result<std::optional<int64_t>> Catalog::find_partition(const Table& table,
                                                       const std::string& level_values) {
  OTS_TRY(auto row, db_.query("SELECT id FROM partitions WHERE table_id = ? AND level_values = ?",
                              table.id, level_values));
  OTS_TRY(bool found, row.step());
  if (!found) return std::nullopt;
  return row.number(0);
}

Result<Catalog::Partition> Catalog::require_partition(std::string_view name,
                                                      const PartitionSpec& spec) {
  OTS_TRY(auto table, require_table(name));
  OTS_TRY(auto level_values, to_level_values(table.schema, spec));
  OTS_TRY(auto id, find_partition(table, level_values));
  if (!id) {
    return fail(ErrorKind::kNotFound, "NoSuchPartition",
                "partition '" + spec.unquoted() + "' of table " + project_ + "." +
                    table.schema.table + " does not exist");
  }
  return Partition{std::move(table), *id};
}

Status Catalog::add_partitions(std::string_view name, const std::vector<PartitionSpec>& partitions,
                               bool if_not_exists, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  for (const PartitionSpec& spec : partitions) {
    if (table.schema.partition_keys.empty()) {
      return fail(ErrorKind::kConfig, "InvalidPartitionSpec",
                  "table " + table.schema.table + " is not partitioned");
    }
    OTS_TRY(auto level_values, to_level_values(table.schema, spec));
    OTS_TRY(auto id, find_partition(table, level_values));
    if (id && !if_not_exists) {
      return fail(ErrorKind::kConflict, "PartitionAlreadyExists",
                  "Partition " + spec.unquoted() + " of table " + project_ + "." +
                      table.schema.table + " already exists");
    }
    if (!id) OTS_CHECK(insert_partition(db_, table.id, level_values, now));
  }
  return transaction.commit();
}

Status Catalog::drop_partitions(std::string_view name, const std::vector<PartitionSpec>& partitions,
                                bool if_exists) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  for (const PartitionSpec& spec : partitions) {
    // The single partition of a plain table is no partition that anybody may drop.
    if (table.schema.partition_keys.empty()) {
      return fail(ErrorKind::kConfig, "InvalidPartitionSpec",
                  "table " + table.schema.table + " is not partitioned");
    }
    OTS_TRY(auto level_values, to_level_values(table.schema, spec));
    OTS_TRY(auto id, find_partition(table, level_values));
    if (!id && if_exists) continue;
    OTS_TRY(auto partition, require_partition(name, spec));
    OTS_CHECK(db_.run("DELETE FROM partitions WHERE id = ?", partition.id));
  }
  return transaction.commit();
}

Result<PartitionInfo> Catalog::partition(std::string_view name, const PartitionSpec& spec) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto partition, require_partition(name, spec));
  OTS_TRY(auto level_values, to_level_values(partition.table.schema, spec));
  OTS_TRY(auto row, db_.query(kPartitionsSql, partition.table.id, level_values));
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return fail(ErrorKind::kInternal, "Local-Store", "partition vanished");
    if (row.text(0) != level_values) continue;  // a longer value with the same beginning
    return PartitionInfo{from_level_values(partition.table.schema, level_values), row.number(1),
                         row.number(2), static_cast<uint64_t>(row.number(4)),
                         static_cast<uint64_t>(row.number(3))};
  }
}

Result<std::vector<PartitionInfo>> Catalog::partitions(std::string_view name,
                                                       const PartitionSpec& prefix) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto table, require_table(name));
  if (table.schema.partition_keys.empty()) {
    return fail(ErrorKind::kConfig, "InvalidArgument",
                "table " + table.schema.table + " is not partitioned");
  }
  OTS_TRY(auto level_prefix, to_level_prefix(table.schema, prefix));
  const bool complete = prefix.parts().size() == table.schema.partition_keys.size();
  OTS_TRY(auto row, db_.query(kPartitionsSql, table.id, level_prefix));
  std::vector<PartitionInfo> list;
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return list;
    if (complete && row.text(0) != level_prefix) continue;
    list.push_back({from_level_values(table.schema, row.text(0)), row.number(1), row.number(2),
                    static_cast<uint64_t>(row.number(4)), static_cast<uint64_t>(row.number(3))});
  }
}

Result<std::vector<StoredBlock>> Catalog::partition_blocks(int64_t partition_id) {
  OTS_TRY(auto row, db_.query("SELECT b.id, b.records, b.bytes FROM partition_blocks l"
                              " JOIN blobs b ON b.id = l.blob WHERE l.partition_id = ?"
                              " ORDER BY l.position",
                              partition_id));
  std::vector<StoredBlock> blocks;
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return blocks;
    blocks.push_back(
        {row.text(0), static_cast<uint64_t>(row.number(1)), static_cast<uint64_t>(row.number(2))});
  }
}

Result<std::vector<LandedSnapshot>> Catalog::snapshot() {
  std::lock_guard lock(mutex_);
  // Held only for one consistent view; nothing is written.
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  std::vector<std::string> names;
  OTS_TRY(auto table_row, db_.query("SELECT name FROM tables ORDER BY name"));
  while (true) {
    OTS_TRY(bool more, table_row.step());
    if (!more) break;
    names.push_back(table_row.text(0));
  }
  std::vector<LandedSnapshot> tables;
  for (const std::string& name : names) {
    OTS_TRY(auto table, require_table(name));
    LandedSnapshot snapshot;
    OTS_TRY(auto row, db_.query("SELECT id, level_values FROM partitions WHERE table_id = ?"
                                " ORDER BY level_values",
                                table.id));
    while (true) {
      OTS_TRY(bool more, row.step());
      if (!more) break;
      OTS_TRY(auto blocks, partition_blocks(row.number(0)));
      snapshot.partitions.push_back(
          {from_level_values(table.schema, row.text(1)), std::move(blocks)});
    }
    snapshot.schema = std::move(table.schema);
    tables.push_back(std::move(snapshot));
  }
  return tables;
}

}  // namespace otsstream::local
