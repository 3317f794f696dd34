#pragma once
// How a body is packed: the words of Content-Encoding and Accept-Encoding (maxcompute-protocol.md
// 3.3).

#include <optional>
#include <string_view>

#include "base/compress.h"
#include "base/result.h"

namespace otsstream::maxcompute {

enum class BodyForm { kRecordStream, kArrow };

// "deflate", "zstd", "x-snappy-framed"; LZ4 has two words, "x-lz4-frame" for record streams and
// "x-odps-lz4-frame" for Arrow.
std::string_view encoding_name(Codec codec, BodyForm form);

// Nothing for a word that the Tunnel does not know; raw streams have no word. Both words of LZ4 are
// good for both forms.
std::optional<Codec> codec_of(std::string_view word);

// What a Content-Encoding says: nothing for a raw body ("" or "identity"). Fails with kUnsupported
// "MaxCompute-Encoding".
Result<std::optional<Codec>> body_codec(std::string_view content_encoding);

// What an answer to this Accept-Encoding is packed with: the encoding of the greatest weight, the
// first of equal ones; a word that is unknown here, or weighs 0, counts as not there. Nothing: send
// the body as it is, because the client prefers that or knows nothing else.
std::optional<Codec> accepted_codec(std::string_view accept_encoding);

}  // namespace otsstream::maxcompute
