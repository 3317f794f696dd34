#pragma once
// Queries over the committed rows: MaxCompute's SQL, translated (sql/translator.h) and run by
// SQLite on virtual tables that decode the Tunnel blocks while they are read (landed_table.h).
// Partition columns are columns like the others.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/sql/result_table.h"

namespace otsstream::local {

class BlockStore;
class TokenReader;
struct LandedSnapshot;

// What a query may use; beyond it fails, nothing is cut off silently.
struct QueryLimits {
  size_t max_rows = 100'000;
  size_t max_bytes = 64u << 20;      // of the result, and of one value
  uint64_t max_steps = 300'000'000;  // of SQLite's machine; some seconds
};

// Where a query reads. What the references point to must outlive the calls; the caller holds a
// BlockStore::Reading.
struct QuerySource {
  std::string project;  // lower case: of tables that are named without one
  const std::vector<LandedSnapshot>& tables;
  const BlockStore& blocks;
  int64_t now_ms = 0;
  Zone zone = Zone::china();
  QueryLimits limits;
};

// The query that begins at the next token; what follows it is the caller's business. Errors carry
// ODPS codes and places: kConfig "ODPS-0130161" (syntax), "ODPS-0130071" (meaning), kUnsupported
// "ODPS-0130161", kNotFound "ODPS-0130131" (table), kResource "ODPS-0010000" (limits), kCorrupt for
// a damaged block.
Result<ResultTable> run_query(TokenReader& tokens, const QuerySource& source);
// A text of one query, with or without ';'.
Result<ResultTable> run_query(std::string_view sql, const QuerySource& source);

// A result as texts.
struct QueryResult {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;  // nothing = NULL
};
// As results are shown: booleans as words, BINARY in hexadecimal digits, complex values as JSON.
Result<QueryResult> as_texts(const ResultTable& table, const Zone& zone);
std::string to_csv(const QueryResult& result);

}  // namespace otsstream::local
