#include "maxcompute/wire/content_encoding.h"

#include <algorithm>
#include <charconv>

#include "maxcompute/wire/ascii.h"

namespace otsstream::maxcompute {

namespace {

struct Name {
  std::string_view text;
  Codec codec;
};

constexpr Name kNames[] = {
    {"deflate", Codec::kDeflate},
    {"zstd", Codec::kZstd},
    {"x-lz4-frame", Codec::kLz4Frame},
    {"x-odps-lz4-frame", Codec::kLz4Frame},
    {"x-snappy-framed", Codec::kSnappyFramed},
};

// Of the parameters behind a name, ";q=0.5"; 1 without one, 0 when it is no number.
double weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const size_t end = std::min(parameters.find(';'), parameters.size());
    const std::string parameter = ascii::lower(ascii::trim(parameters.substr(0, end)));
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
    if (!parameter.starts_with("q=")) continue;
    double weight = 0;
    const char* last = parameter.data() + parameter.size();
    auto [stop, error] = std::from_chars(parameter.data() + 2, last, weight);
    return error == std::errc() && stop == last ? weight : 0;
  }
  return 1;
}

}  // namespace

std::string_view encoding_name(Codec codec, BodyForm form) {
  switch (codec) {
    case Codec::kDeflate:
      return "deflate";
    case Codec::kZstd:
      return "zstd";
    case Codec::kLz4Frame:
      return form == BodyForm::kArrow ? "x-odps-lz4-frame" : "x-lz4-frame";
    case Codec::kSnappyFramed:
      return "x-snappy-framed";
  }
  return "";
}

std::optional<Codec> codec_of(std::string_view word) {
  const std::string text = ascii::lower(ascii::trim(word));
  for (const Name& name : kNames) {
    if (name.text == text) return name.codec;
  }
  return std::nullopt;
}

Result<std::optional<Codec>> body_codec(std::string_view content_encoding) {
  const std::string text = ascii::lower(ascii::trim(content_encoding));
  if (text.empty() || text == "identity") return std::nullopt;
  if (auto codec = codec_of(text)) return codec;
  return fail(ErrorKind::kUnsupported, "MaxCompute-Encoding",
              "the Content-Encoding '" + text + "' is unknown",
              "deflate, zstd, x-lz4-frame, x-odps-lz4-frame and x-snappy-framed are known");
}

std::optional<Codec> accepted_codec(std::string_view accept_encoding) {
  std::optional<Codec> best;
  double best_weight = 0;
  while (!accept_encoding.empty()) {
    const size_t end = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view item = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
    const size_t name_end = std::min(item.find(';'), item.size());
    const std::string text = ascii::lower(ascii::trim(item.substr(0, name_end)));
    const double weight = weight_of(item.substr(name_end));
    const std::optional<Codec> codec = codec_of(text);
    if ((!codec && text != "identity") || weight <= best_weight) continue;
    best_weight = weight;
    best = codec;
  }
  return best;
}

}  // namespace otsstream::maxcompute
