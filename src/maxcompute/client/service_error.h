#pragma once
// What an answer that is no success means: kind, retry class and remedy by code
// (maxcompute-protocol.md 1.6).

#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http_message.h"

namespace otsstream::maxcompute {

// `subject`: "table person". The message holds the service's own text.
Error service_error(const Response& response, const std::string& subject);
// The error text of a failed SQL task, "FAILED: ODPS-0130131:[1,15] Table not found - …".
Error sql_error(std::string_view text, const std::string& subject);

// The partition of a request is not there; its table may be.
bool is_no_such_partition(const Error& error);
// The upload session of a request is not there (any more), or is in no state to take blocks. Its
// table and partition may be.
bool is_session_gone(const Error& error);
// The table is of a kind (transactional) whose sessions cannot replace what is there. The service's
// words for it are not documented, so their texts are looked at.
bool is_overwrite_refused(const Error& error);
// The service knows no such Content-Encoding.
bool is_encoding_refused(const Error& error);

}  // namespace otsstream::maxcompute
