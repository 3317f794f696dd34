#pragma once
// A submitted text: one or more statements between semicolons, one after another; the first that
// fails ends it. What the last one shows is the result.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/query.h"
#include "local/maxcompute/sql/result_table.h"

namespace otsstream::local {

struct Backend;

using SqlSettings = std::vector<std::pair<std::string, std::string>>;

// `settings`: as the job brings them and as SET statements change them; odps.sql.timezone counts,
// others are accepted without effect. Places in errors are those of `text`.
Result<SqlOutcome> run_sql(const Backend& backend, std::string_view text,
                           const SqlSettings& settings = {}, const QueryLimits& limits = {});

}  // namespace otsstream::local
