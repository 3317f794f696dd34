#pragma once
// Declared parameters as text for people and tools.

#include <string>
#include <vector>

#include "config/param.h"

namespace otsstream {

std::string params_help(const std::vector<const ParamInfo*>& params);      // for --help
std::string params_markdown(const std::vector<const ParamInfo*>& params);  // one table
// What a page needs to let people fill the block in without writing JSON (docs/formats/form.md).
std::string params_form(const std::string& plugin, const std::vector<const ParamInfo*>& params);
// JSON Schema (draft 2020-12) of the block; dotted names become nested objects.
std::string params_schema(const std::string& title, const std::vector<const ParamInfo*>& params);

}  // namespace otsstream
