#pragma once
// Errors of a call whose answer did not arrive, or not whole. Nobody can tell from outside whether
// the server acted, so every one of them is kIdempotentOnly.

#include <string>

#include "base/error.h"

namespace otsstream {

// `place`: origin and path of the request.
Error reset_answer(std::string place);      // "Net-Reset"
Error truncated_answer(std::string place);  // "Net-Truncated"
Error late_answer(std::string place);       // "Net-Timeout"

}  // namespace otsstream
