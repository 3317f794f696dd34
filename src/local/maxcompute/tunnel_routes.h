#pragma once
// The Tunnel endpoint: upload sessions with their blocks, download sessions (maxcompute-protocol.md
// 3).

#include "base/result.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"

namespace otsstream::local {

inline constexpr int kMaxBlockId = 19999;

// Errors carry the service's codes.
Result<Response> answer_tunnel(const Backend& backend, const Call& call);

}  // namespace otsstream::local
