#pragma once
// What the files of Catalog share below its methods.

#include <string>

#include "local/maxcompute/sqlite_db.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local::catalog_rows {

inline Status insert_column(SqliteDb& db, int64_t table_id, const maxcompute::Column& column,
                            bool partition_key, int position) {
  return db.run("INSERT INTO columns VALUES(?, ?, ?, ?, ?, ?, ?)", table_id, partition_key,
                position, maxcompute::ascii::lower(column.name), column.type.text, column.comment,
                column.nullable);
}

inline Status insert_partition(SqliteDb& db, int64_t table_id, const std::string& level_values,
                               int64_t now) {
  return db.run(
      "INSERT INTO partitions(table_id, level_values, created, modified) VALUES(?, ?, ?, ?)",
      table_id, level_values, now, now);
}

}  // namespace otsstream::local::catalog_rows
