#pragma once
// Well-formed UTF-8 after RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.

#include <cstddef>
#include <string>
#include <string_view>

namespace otsstream {

// Bytes of the character that begins at `at`; 0 when none does.
size_t utf8_length(std::string_view text, size_t at);
void append_utf8(unsigned code_point, std::string& text);

}  // namespace otsstream
