// What an INSERT leaves: another part of Catalog.
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/catalog_rows.h"
#include "local/maxcompute/partition_values.h"

namespace otsstream::local {

Status Catalog::land(const maxcompute::TableSchema& schema,
                     const std::vector<PartitionBlocks>& partitions, bool overwrite, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(const Table table, require_table(schema.table));
  bool same = table.schema.columns.size() == schema.columns.size() &&
              table.schema.partition_keys.size() == schema.partition_keys.size();
  for (size_t i = 0; same && i < schema.columns.size(); ++i) {
    same = table.schema.columns[i].type == schema.columns[i].type;
  }
  if (!same) {
    return fail(ErrorKind::kConflict, "TableModified",
                "table " + schema.table + " was altered while the statement ran");
  }
  for (const PartitionBlocks& part : partitions) {
    OTS_TRY(const std::string values, to_level_values(table.schema, part.spec));
    OTS_TRY(auto id, find_partition(table, values));
    if (!id) {
      OTS_CHECK(catalog_rows::insert_partition(db_, table.id, values, now));
      OTS_TRY(id, find_partition(table, values));
    }
    if (overwrite) OTS_CHECK(db_.run("DELETE FROM partition_blocks WHERE partition_id = ?", *id));
    for (const StoredBlock& block : part.blocks) {
      OTS_CHECK(db_.run("INSERT INTO blobs(id, records, bytes) VALUES(?, ?, ?)", block.blob,
                        block.records, block.bytes));
      OTS_CHECK(
          db_.run("INSERT INTO partition_blocks SELECT ?1, ifnull(max(position), -1) + 1, ?2"
                  " FROM partition_blocks WHERE partition_id = ?1",
                  *id, block.blob));
    }
    OTS_CHECK(db_.run("UPDATE partitions SET modified = ? WHERE id = ?", now, *id));
  }
  OTS_CHECK(touch_table(table, false, now));
  return transaction.commit();
}

}  // namespace otsstream::local
