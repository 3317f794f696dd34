#pragma once
// What a request to the local MaxCompute asks for, by one name each: MaxCompute itself has methods,
// paths and query keys (maxcompute-protocol.md 2, 3). Fault rules and their users speak of these.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/fault_rules.h"
#include "local/maxcompute/call.h"

namespace otsstream::local {

const std::vector<std::string_view>& maxcompute_operations();
bool is_maxcompute_operation(std::string_view name);

// "Other" for what has no name here. `is_rest`: below the REST endpoint's /api.
std::string_view operation_of(const Call& call, bool is_rest);

// Tables and partitions that the request names; those of a SQL statement too.
FaultSubject::Targets targets_of(const Call& call);

}  // namespace otsstream::local
