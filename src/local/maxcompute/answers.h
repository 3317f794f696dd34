#pragma once
// Answers of both endpoints: bodies with their type, errors with their status.

#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http_message.h"

namespace otsstream::local {

enum class Dialect { kRest, kTunnel };  // errors as XML, as JSON

Response xml_answer(std::string body);
Response json_answer(std::string body);
Response text_answer(std::string body, std::string content_type = "text/plain");

// HTTP status of a code of the service (maxcompute-protocol.md 1.6); 0: it has no such code.
int status_of_code(std::string_view code);

// The service's code and HTTP status for `error` (maxcompute-protocol.md 1.6). What is our own
// failure becomes InternalServerError, so that clients may try again.
Response error_answer(Error error, Dialect dialect, const std::string& request_id,
                      const std::string& origin);

}  // namespace otsstream::local
