#pragma once
// What this folder says of bytes that are no Arrow stream of the table's columns.

#include <string>

#include "base/result.h"

namespace otsstream::maxcompute::arrow {

inline tl::unexpected<Error> malformed(const std::string& what) {
  return fail(ErrorKind::kCorrupt, "MalformedDataStream", "Arrow: " + what);
}

}  // namespace otsstream::maxcompute::arrow
