#pragma once
// The parts of compress.h that libzstd and liblz4 do. Frames may follow one another, and skippable
// ones are passed over, as both formats allow.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

// With a checksum of the content, like all of our frames.
Result<std::string> zstd_compress(std::string_view bytes);
Result<std::string> zstd_decompress(std::string_view bytes, size_t max_output);

Result<std::string> lz4_frame_compress(std::string_view bytes);
Result<std::string> lz4_frame_decompress(std::string_view bytes, size_t max_output);

}  // namespace otsstream
