#pragma once
// `select` over the committed rows: SQLite's SQL on virtual tables that decode the Tunnel blocks
// while they are read (landed_table.h). Partition columns are columns like the others.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace otsstream::local {

class BlockStore;
struct LandedSnapshot;

struct QueryResult {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  // nothing = NULL
};

// What a query may use; beyond it fails, nothing is cut off silently.
struct QueryLimits {
  size_t max_rows = 100'000;
  size_t max_bytes = 64u << 20;      // of result texts
  uint64_t max_steps = 300'000'000;  // of SQLite's machine; some seconds
};

// Runs one SELECT (also WITH … SELECT, VALUES); whatever would change something is refused. The
// tables can be named with and without `project` before them. The caller holds a
// BlockStore::Reading. Errors: kConfig "ODPS-0130161" for text that is no single SELECT,
// "ODPS-0130131" for an unknown table, "ODPS-0130071" for other mistakes in it, kResource
// "ODPS-0010000" at a limit, kCorrupt for a bad block.
Result<QueryResult> run_select(std::string_view sql, const std::string& project,
                               const std::vector<LandedSnapshot>& tables, const BlockStore& blocks,
                               const QueryLimits& limits = {});

// As MaxCompute shows results: quoted header, then rows; NULL is \N.
std::string to_csv(const QueryResult& result);

}  // namespace otsstream::local
