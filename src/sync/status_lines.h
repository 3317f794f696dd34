#pragma once
// Rows of a status table as JSON lines and back (docs/formats/status-rows.md). Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::sync {

std::string to_json_lines(const std::vector<tablestore::Row>& rows);

// Takes only what the status table may hold: every row must be of a known kind and readable. Fails
// with kConfig "Status-Import" and "name:line".
Result<std::vector<tablestore::Row>> read_json_lines(std::string_view text,
                                                     const std::string& name);

}  // namespace otsstream::sync
