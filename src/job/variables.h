#pragma once
// ${name} and $name in job texts (dataworks.md 5, job-engine.md 5.2).
// Values are put into the parsed tree, not into the raw text: places in errors stay those of the
// user's file, and a value with quotes or line breaks cannot change the job's structure.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "config/json_text.h"

namespace otsstream::job {

// Name -> value. The caller provides "bdp.system.bizdate" (8 digits) and "bdp.system.cyctime" (14).
using Variables = std::map<std::string, std::string, std::less<>>;

inline constexpr std::string_view kBizdateVariable = "bdp.system.bizdate";
inline constexpr std::string_view kCyctimeVariable = "bdp.system.cyctime";

// One -p option: `name=value`, or DataX's `-Dname=value -Dname2=value2`. The later value of a name
// wins.
Status parse_param_option(std::string_view option, Variables& variables);

// Replaces in every key and value:
//   ${name}   by the variable; an unassigned one is an error that names it, its place and the
//             remedy
//   $name     by the variable if there is one, else it stays as it is; $bizdate, $cyctime and
//             $gmtdate have values of their own
//   ${yyyymmdd-1}, $[yyyymmdd-1/24]  by that time (schedule_expr.h)
//   \${x}, \$x  lose the backslash and stay
// Values are not looked into again. An assigned blank value counts as unassigned in ${name}: the
// text would be left as it is by DataX, and is never what was meant.
void substitute_variables(JsonDocument& document, const Variables& variables,
                          Diagnostics& diagnostics);

// The names that occur as ${name}, each once, in the order of the text.
std::vector<std::string> variables_used(const JsonDocument& document);

}  // namespace otsstream::job
