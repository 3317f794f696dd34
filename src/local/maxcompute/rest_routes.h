#pragma once
// The REST endpoint: project, routing, tables, partitions (maxcompute-protocol.md 2.1 - 2.4, 3.1).
// SQL instances have their own file.

#include "base/result.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"

namespace otsstream::local {

// Errors carry the service's codes.
Result<Response> answer_rest(const Backend& backend, const Call& call);

}  // namespace otsstream::local
