#pragma once
// Where fault rules (fault_rules.h) meet the requests of the local MaxCompute.

#include <functional>
#include <optional>
#include <string>

#include "local/fault_rules.h"
#include "local/maxcompute/answers.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"

namespace otsstream::local {

// What strikes this well signed request; `rules` may be nullptr.
std::optional<Fault> choose_fault(FaultRules* rules, const Backend& backend, const Call& call,
                                  bool is_rest);

// The request carried out as far as the fault lets it: not at all, with a spoiled body, or after
// its session has expired. What a refusal says is refusal()'s.
using CarryOut = std::function<Result<Response>(const Call&)>;
Result<Response> under_fault(const std::optional<Fault>& fault, const Backend& backend,
                             const Call& call, const CarryOut& carry_out);

// The answer of a rule that refuses.
Response refusal(const Fault& fault, Dialect dialect, const std::string& request_id,
                 const std::string& origin);

}  // namespace otsstream::local
