#pragma once
// Whether an HTTP answer of the service can be trusted, and which Error it tells of
// (tablestore-protocol.md 1.6, 1.7); for caller.cc only.

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http_message.h"

namespace otsstream::tablestore {

struct AnswerCheck {
  std::string_view path;  // "/PutRow"
  std::string_view key;   // of the answer's signature
};

// Nothing when a 200 answer has its request id, its MD5 and its signature right. Else kCorrupt with
// RetryClass::kIdempotentOnly: it may have been damaged on the way, and whether the operation took
// effect is then unknown.
std::optional<Error> check_answer(const Response& answer, const SharedBuffer& body,
                                  const AnswerCheck& check);

// The error of an answer other than 200. Retry class as the client acts on it: kNever for the ten
// codes of otsstream-reader.md 10.1, kAlways for those that cannot have taken effect, else
// kIdempotentOnly.
Error answer_error(const Response& answer, const SharedBuffer& body);

}  // namespace otsstream::tablestore
