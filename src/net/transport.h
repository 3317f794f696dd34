#pragma once
// The client's one seam to the network. Whatever answers here — sockets, a handler in the same
// process, a fault injector — the code above cannot tell.

#include <functional>

#include "base/result.h"
#include "net/http_message.h"

namespace otsstream {

class Transport {
 public:
  using Callback = std::function<void(Result<Response>)>;
  virtual ~Transport() = default;
  // `done` is called exactly once, on the executor that the transport was made with, never inline.
  // Any HTTP status is a Response; an Error means that no complete answer arrived: kNetwork
  // ("Net-Connect", "Net-Reset", "Net-Truncated", "Net-Other") or kTimeout ("Net-Timeout"), retry
  // class kAlways when the request cannot have reached the server (connect failed), kNever when
  // sending it again cannot help (an answer over its limit, an unusable URL or header, a
  // certificate that is not trusted), else kIdempotentOnly.
  virtual void send(Request request, Callback done) = 0;
};

}  // namespace otsstream
