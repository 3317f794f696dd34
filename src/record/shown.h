#pragma once
// Values as messages and logs show them: enough to recognise one, not enough to fill a log.

#include <string>
#include <string_view>

#include "record/value.h"

namespace otsstream {

// The first `most` bytes of `text` at most, never ending inside a UTF-8 character.
std::string_view cut_text(std::string_view text, size_t most);

// "abc..." in quotes for texts, 0x00ff... and the size for bytes, digits for numbers.
std::string shown(const Value& v);

}  // namespace otsstream
