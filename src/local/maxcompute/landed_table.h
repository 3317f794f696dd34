#pragma once
// The rows of one MaxCompute table as a SQLite virtual table: a scan walks over the Tunnel blocks
// of the partitions it needs, one block at a time, one record per step, and decodes the columns
// that the query asks for (forms: sql/sql_value.h). `pt = '…'` skips the other partitions.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/block_store.h"
#include "local/maxcompute/catalog.h"

struct sqlite3;

namespace otsstream::local {

// What the virtual tables of one connection read; outlives the connection.
struct LandedRows {
  const std::vector<LandedSnapshot>& tables;
  const BlockStore& blocks;
  // SQLite carries only a text; the first error of a scan in full.
  std::optional<Error> error;
};

// Makes table `index` of `rows` known to `db` as `name`, with columns c0, c1, …: data columns, then
// partition columns. The module must be there.
Status add_landed_module(sqlite3* db, LandedRows& rows);
Status create_landed_table(sqlite3* db, const std::string& name, size_t index);

}  // namespace otsstream::local
