#pragma once
// The framing format of Snappy (framing_format.txt of its project): a stream identifier, then
// chunks of at most 64 KiB, each with the masked CRC-32C of what it holds.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

std::string snappy_framed_compress(std::string_view bytes);
// Fails with kCorrupt on damage, with kResource beyond `max_output` bytes.
Result<std::string> snappy_framed_decompress(std::string_view bytes, size_t max_output);

}  // namespace otsstream
