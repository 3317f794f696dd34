#pragma once
// The bytes of keys, records and iterator texts beyond base/bytes.h: texts with
// their length, and numbers that sort.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace otsstream::local {

inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}
// A view into `in`; false when it is too short.
inline bool get_text(std::string_view& in, std::string_view& text) {
  uint64_t size = 0;
  if (!get_varint(in, size) || size > in.size()) return false;
  text = in.substr(0, size);
  in.remove_prefix(size);
  return true;
}
inline bool get_text(std::string_view& in, std::string& text) {
  std::string_view view;
  if (!get_text(in, view)) return false;
  text = view;
  return true;
}

inline void put_signed(std::string& out, int64_t v) { put_varint(out, zigzag_encode(v)); }
inline bool get_signed(std::string_view& in, int64_t& v) {
  uint64_t raw = 0;
  if (!get_varint(in, raw)) return false;
  v = zigzag_decode(raw);
  return true;
}

// Eight bytes, most significant first: sorts as the number does.
inline void put_sortable(std::string& out, uint64_t v) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(v >> shift));
}
inline bool get_sortable(std::string_view& in, uint64_t& v) {
  if (in.size() < 8) return false;
  v = 0;
  for (int i = 0; i < 8; ++i) v = v << 8 | static_cast<uint8_t>(in[static_cast<size_t>(i)]);
  in.remove_prefix(8);
  return true;
}

// The smallest text above every one that begins with `prefix`; "" when there is
// none.
inline std::string behind_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<uint8_t>(prefix.back()) == 0xff) prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

}  // namespace otsstream::local
