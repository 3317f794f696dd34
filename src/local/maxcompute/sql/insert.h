#pragma once
// INSERT INTO | OVERWRITE [TABLE] t [PARTITION (k='v', k2)] [(columns)] query. The query runs first
// and whole; then all partitions change in one transaction, or none does.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/query.h"
#include "local/maxcompute/sql/token_reader.h"

namespace otsstream::local {

struct Backend;

struct Insert {
  TableName table;
  bool overwrite = false;
  // Partition columns; nothing as the value: the query gives it (dynamic partitions).
  std::vector<std::pair<std::string, std::optional<std::string>>> partition;
  std::vector<std::string> columns;  // empty: all data columns
};

// What stands before the query.
Result<Insert> parse_insert(TokenReader& tokens);

// Puts `rows` into the table. Values are converted as MaxCompute does implicitly; one that does not
// fit fails the statement with its row, column and value: kConfig "ODPS-0121095".
Status run_insert(const Insert& insert, const ResultTable& rows, const Backend& backend,
                  const Zone& zone);

}  // namespace otsstream::local
