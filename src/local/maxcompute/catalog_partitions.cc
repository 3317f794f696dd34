// Partitions and what they hold: the second part of Catalog.
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/catalog_rows.h"
#include "local/maxcompute/partition_values.h"

namespace otsstream::local {

using maxcompute::PartitionInfo;
using maxcompute::PartitionSpec;

namespace {

// Characters that LIKE would take for wild cards never reach it: a prefix is a range of texts.
constexpr char kPartitionsSql[] =
    "SELECT p.level_values, p.created, p.modified, ifnull(sum(b.records), 0),"
    "  ifnull(sum(b.bytes), 0)"
    " FROM partitions p LEFT JOIN partition_blocks l ON l.partition_id = p.id"
    " LEFT JOIN blobs b ON b.id = l.blob"
    " WHERE p.table_id = ?1 AND substr(p.level_values, 1, length(?2)) = ?2"
    " GROUP BY p.id ORDER BY p.level_values";

// The single partition of a plain table is no partition that anybody may add or drop.
Status check_partitioned(const maxcompute::TableSchema& schema) {
  if (!schema.partition_keys.empty()) return {};
  return fail(ErrorKind::kConfig, "InvalidPartitionSpec",
              "table " + schema.table + " is not partitioned");
}

}  // namespace

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
    OTS_CHECK(check_partitioned(table.schema));
    OTS_TRY(auto level_values, to_level_values(table.schema, spec));
    OTS_TRY(auto id, find_partition(table, level_values));
    if (id && !if_not_exists) {
      return fail(ErrorKind::kConflict, "PartitionAlreadyExists",
                  "Partition " + spec.unquoted() + " of table " + project_ + "." +
                      table.schema.table + " already exists");
    }
    if (!id) OTS_CHECK(catalog_rows::insert_partition(db_, table.id, level_values, now));
  }
  return transaction.commit();
}

Status Catalog::drop_partitions(std::string_view name, const std::vector<PartitionSpec>& partitions,
                                bool if_exists) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  for (const PartitionSpec& spec : partitions) {
    OTS_CHECK(check_partitioned(table.schema));
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
  OTS_TRY(auto table_row,
          db_.query("SELECT name FROM tables WHERE project = ? ORDER BY name", project_));
  while (true) {
    OTS_TRY(bool more, table_row.step());
    if (!more) break;
    names.push_back(table_row.text(0));
  }
  std::vector<LandedSnapshot> tables;
  for (const std::string& name : names) {
    OTS_TRY(auto table, require_table(name));
    OTS_TRY(tables.emplace_back(), load_snapshot(std::move(table)));
  }
  return tables;
}

Result<LandedSnapshot> Catalog::snapshot(std::string_view name) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(name));
  return load_snapshot(std::move(table));
}

Result<LandedSnapshot> Catalog::load_snapshot(Table table) {
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
  return snapshot;
}

}  // namespace otsstream::local
