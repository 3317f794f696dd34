#include "config/utf8.h"

namespace otsstream {

size_t utf8_length(std::string_view text, size_t at) {
  auto byte = [&](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const unsigned lead = byte(at), second = byte(at + 1);
  if (lead < 0x80) return 1;
  auto is_tail = [](unsigned b) { return (b & 0xC0) == 0x80; };
  if (lead >= 0xC2 && lead <= 0xDF) return is_tail(second) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool good = lead == 0xE0   ? second >= 0xA0 && second <= 0xBF
                      : lead == 0xED ? second >= 0x80 && second <= 0x9F
                                     : is_tail(second);
    return good && is_tail(byte(at + 2)) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool good = lead == 0xF0   ? second >= 0x90 && second <= 0xBF
                      : lead == 0xF4 ? second >= 0x80 && second <= 0x8F
                                     : is_tail(second);
    return good && is_tail(byte(at + 2)) && is_tail(byte(at + 3)) ? 4 : 0;
  }
  return 0;
}

void append_utf8(unsigned point, std::string& text) {
  auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xC0 | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xE0 | (point >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | (point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace otsstream
