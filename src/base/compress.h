#pragma once
// zlib streams (RFC 1950), which both protocols call "deflate". Inflating is bounded: hostile input
// cannot fill the memory.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

std::string zlib_deflate(std::string_view bytes, int level = -1);
// Fails with kCorrupt on a damaged, cut or over-long stream (bytes after its end), with kResource
// beyond `max_output` bytes.
Result<std::string> zlib_inflate(std::string_view bytes, size_t max_output);

}  // namespace otsstream
