#include "record/accounting.h"

#include <string>

#include "record/convert.h"

namespace otsstream {

uint64_t utf16_units(std::string_view utf8) {
  uint64_t units = 0;
  for (char c : utf8) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) ++units;  // the first byte of a character
    if (byte >= 0xF0) ++units;           // beyond U+FFFF: a surrogate pair
  }
  return units;
}

uint64_t byte_size(const Value& v) {
  switch (v.type()) {
    case ValueType::kNull: return 0;
    case ValueType::kBool: return 1;
    case ValueType::kLong:
    case ValueType::kDate: return 8;
    case ValueType::kString: return utf16_units(v.as_view());
    case ValueType::kBytes: return v.as_view().size();
    case ValueType::kDouble: {
      std::string text;
      append_double_text(text, v.as_double());
      return text.size();
    }
  }
  return 0;
}

uint64_t byte_size(std::span<const Value> row) {
  uint64_t sum = 0;
  for (const Value& v : row) sum += byte_size(v);
  return sum;
}

}  // namespace otsstream
