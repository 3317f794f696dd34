#pragma once
// Time expressions of DataWorks (dataworks.md 6.3 - 6.5). Pure functions of the two times of a run.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream::job {

// What stands in $[...]: "yyyymmddhh24miss-5/24/60", "add_months(yyyymmdd,-1)-1". `cyctime`: the
// schedule time, 14 digits. Fails with kConfig "Config-ScheduleExpression", naming the part that is
// none.
Result<std::string> schedule_time_text(std::string_view expression, std::string_view cyctime);

// What stands in ${...}: "yyyymmdd-1", "yyyy-mm", on the business date (8 digits). Nothing when it
// is no such expression, but perhaps a variable's name.
std::optional<Result<std::string>> business_date_text(std::string_view expression,
                                                      std::string_view bizdate);

}  // namespace otsstream::job
