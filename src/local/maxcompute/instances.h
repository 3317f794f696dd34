#pragma once
// SQL as instances (maxcompute-protocol.md 2.5): a statement runs while it is submitted, and what
// came of it is there to be asked for. A statement that fails is a failed task, not a failed
// request (T20).

#include "base/result.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"

namespace otsstream::local {

// /projects/P/instances and /projects/P/instances/I.
Result<Response> answer_instances(const Backend& backend, const Call& call);

}  // namespace otsstream::local
