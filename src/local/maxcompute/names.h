#pragma once
// Names of projects, tables and columns count without letter case: the local server keeps them in lower
// case (maxcompute-protocol.md 9, T32).

#include <string>
#include <string_view>

namespace otsstream::local {

inline std::string lower_name(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

inline bool same_name(std::string_view a, std::string_view b) {
  return lower_name(a) == lower_name(b);
}

}  // namespace otsstream::local
