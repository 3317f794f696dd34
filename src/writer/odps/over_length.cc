#include "writer/odps/over_length.h"

#include <algorithm>

#include "config/utf8.h"

namespace otsstream::writer {
namespace {

constexpr size_t kReserve = 6;

size_t counted(std::string_view character) {
  // U+0080 to U+00FF begin with C2 and C3.
  if (character.size() == 1 || static_cast<unsigned char>(character[0]) <= 0xc3) return 1;
  return character.size() == 4 ? 6 : 3;
}

}  // namespace

std::string_view cut_over_long(std::string_view text, size_t keep) {
  const size_t most = keep - std::min(keep, kReserve);
  size_t count = 0;
  size_t at = 0;
  while (at < text.size()) {
    const size_t length = std::max<size_t>(utf8_length(text, at), 1);
    count += counted(text.substr(at, length));
    if (count > most || at + length > keep) break;
    at += length;
  }
  return text.substr(0, at);
}

}  // namespace otsstream::writer
