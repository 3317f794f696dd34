#pragma once
// Rows of both services as lines that tests compare.

#include <string>
#include <vector>

#include "local/maxcompute/query.h"
#include "tablestore/client/client.h"

namespace otsstream::test {

// "kind/value column=…" per row, in key order; versions replaced by their order of appearance
// ("v1"), fence rows left out. Empty: no such table.
std::vector<std::string> status_lines(tablestore::Client& client, const std::string& table);

// "a|b|NULL" per row of a query's result; fails the current test when the query failed.
std::vector<std::string> row_lines(const Result<local::QueryResult>& result);

}  // namespace otsstream::test
