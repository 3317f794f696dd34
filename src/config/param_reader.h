#pragma once
// A block of a text + declared parameters -> a struct, with all complaints at once.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "config/json_text.h"
#include "config/param.h"

namespace otsstream {

// Where each given parameter stood, for checks that follow the reading.
class ParamPlaces {
 public:
  // nullptr when the parameter was absent (or null, or an empty text).
  const JsonNode* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  // The parameter's place, or the block's when it was absent.
  std::string where(std::string_view name) const;
  const JsonNode& at(std::string_view name) const;  // find(name), else the block

  const JsonNode* block = nullptr;
  std::map<std::string, const JsonNode*, std::less<>> given;
};

// The untyped heart of read_params.
struct BoundParam {
  const ParamInfo* info = nullptr;
  std::function<std::string(const JsonNode&)> assign;
};
void read_bound_params(const JsonNode& block, const std::vector<BoundParam>& params,
                       UnknownKeys unknown, Diagnostics& diagnostics, ParamPlaces& places);

// Rules: null and blank texts count as absent (a required parameter then complains); the same
// parameter under two names with different values is an error; a key that differs in case or blanks
// only is taken with a notice; ignored parameters give a notice with the reason; unknown keys as
// the set says. Members of absent or wrong parameters keep their defaults.
template <class T>
T read_params(const JsonNode& block, const ParamSet<T>& set, Diagnostics& diagnostics,
              ParamPlaces* places = nullptr) {
  T out{};
  std::vector<BoundParam> bound;
  for (const auto& entry : set.entries()) {
    BoundParam param{&entry.info, {}};
    if (entry.assign)
      param.assign = [&entry, &out](const JsonNode& node) { return entry.assign(node, out); };
    bound.push_back(std::move(param));
  }
  ParamPlaces own;
  read_bound_params(block, bound, set.unknown_keys(), diagnostics, places ? *places : own);
  return out;
}

// The known name with the smallest edit distance, "" when none is close enough to be meant.
std::string nearest_name(std::string_view word, const std::vector<std::string>& known);

}  // namespace otsstream
