#pragma once
// The rows of one MaxCompute table as a SQLite virtual table: a scan decodes the Tunnel blocks of
// the partitions it needs, one block at a time, one record per step. `pt = '…'` skips the other
// partitions.

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

// Creates every table of `rows` in schema `schema` of `db`.
Status create_landed_tables(sqlite3* db, const std::string& schema, LandedRows& rows);

}  // namespace otsstream::local
