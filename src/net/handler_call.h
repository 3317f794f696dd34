#pragma once
// What every place that runs a Handler (sockets or the same process) does around it.

#include "net/http_server.h"

namespace otsstream {

// A handler that throws, or answers with a status outside 200-599, becomes a 500; never throws.
Response call_handler(const Handler& handler, const Request& request);

// Whether an answer of that status to that method carries body bytes (RFC 9112, 6.3).
bool answer_has_body(std::string_view method, int status);

}  // namespace otsstream
