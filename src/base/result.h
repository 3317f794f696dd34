#pragma once
// Result<T>: a value or an Error. Status: success or an Error.

#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace otsstream {

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

template <class... Args>
tl::unexpected<Error> fail(ErrorKind kind, Args&&... args) {
  return tl::unexpected<Error>(make_error(kind, std::forward<Args>(args)...));
}

}  // namespace otsstream

#define OTS_CONCAT_INNER(a, b) a##b
#define OTS_CONCAT(a, b) OTS_CONCAT_INNER(a, b)

// OTS_TRY(auto x, expression): x takes the value, or the enclosing function returns the Error.
#define OTS_TRY(decl, ...)                                                          \
  auto OTS_CONCAT(ots_result_, __LINE__) = (__VA_ARGS__);                           \
  if (!OTS_CONCAT(ots_result_, __LINE__))                                           \
    return ::otsstream::fail(std::move(OTS_CONCAT(ots_result_, __LINE__)).error()); \
  decl = std::move(*OTS_CONCAT(ots_result_, __LINE__))

// OTS_CHECK(expression): the same for a Result whose value nobody needs.
#define OTS_CHECK(...)                                         \
  do {                                                         \
    if (auto ots_status = (__VA_ARGS__); !ots_status)          \
      return ::otsstream::fail(std::move(ots_status).error()); \
  } while (false)
