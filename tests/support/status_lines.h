#pragma once
// DataX's rows of a status table as lines that tests compare.

#include <string>
#include <vector>

#include "tablestore/client/client.h"

namespace otsstream::test {

// "kind/value column=…" per row, in key order; versions replaced by their order of appearance ("v1"), fence rows left out. Empty: no such table.
std::vector<std::string> status_lines(tablestore::Client& client, const std::string& table);

}  // namespace otsstream::test
