#pragma once
// zlib streams (RFC 1950), which both protocols call "deflate", and the Tunnel's other
// compressions. Decompressing is bounded: hostile input cannot fill the memory.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

std::string zlib_deflate(std::string_view bytes, int level = -1);
// Fails with kCorrupt on a damaged, cut or over-long stream (bytes after its end), with kResource
// beyond `max_output` bytes.
Result<std::string> zlib_inflate(std::string_view bytes, size_t max_output);

// Whole bodies of the forms that the Tunnel knows. kLz4Frame and kSnappyFramed are the framed forms
// with checksums, as their projects document them; ours have a checksum of the content everywhere.
enum class Codec { kDeflate, kZstd, kLz4Frame, kSnappyFramed };
Result<std::string> compress(Codec codec, std::string_view bytes);
// Fails with kCorrupt on damage (Compress-Corrupt, Zlib-Corrupt), with kResource beyond
// `max_output` bytes (Compress-TooLong, Zlib-TooLong).
Result<std::string> decompress(Codec codec, std::string_view bytes, size_t max_output);

}  // namespace otsstream
