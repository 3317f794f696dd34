#include "net/broken_answer.h"

namespace otsstream {

namespace {

Error broken(std::string place, ErrorKind kind, const char* code, const char* message) {
  Error error = make_error(kind, code, message);
  error.where = std::move(place);
  error.retry = RetryClass::kIdempotentOnly;
  return error;
}

}  // namespace

Error reset_answer(std::string place) {
  return broken(std::move(place), ErrorKind::kNetwork, "Net-Reset", "the connection was reset");
}

Error truncated_answer(std::string place) {
  return broken(std::move(place), ErrorKind::kNetwork, "Net-Truncated",
                "the answer ended in the middle");
}

Error late_answer(std::string place) {
  return broken(std::move(place), ErrorKind::kTimeout, "Net-Timeout", "no byte came in time");
}

}  // namespace otsstream
