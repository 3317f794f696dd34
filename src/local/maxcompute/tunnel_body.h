#pragma once
// Bodies of the Tunnel as they travel: unpacked when they arrive, packed as the client likes it
// (maxcompute-protocol.md 3.3).

#include "base/bytes.h"
#include "base/result.h"
#include "maxcompute/wire/content_encoding.h"
#include "net/http_message.h"

namespace otsstream::local {

// Of one block, packed and unpacked.
inline constexpr size_t kMaxBlockBytes = size_t{1} << 30;

// The body of a PUT without its Content-Encoding. Fails with "NotImplemented" for an unknown one,
// "CorruptedDataStream" for damage, "MaxMessageLengthExceeded" beyond kMaxBlockBytes.
Result<SharedBuffer> unpacked_body(const Request& request);

// 200 with `stream`, packed as the request's Accept-Encoding says.
Result<Response> stream_answer(const Request& request, SharedBuffer stream,
                               maxcompute::BodyForm form);

}  // namespace otsstream::local
