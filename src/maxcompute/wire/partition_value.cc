#include "maxcompute/wire/partition_value.h"

#include <charconv>

#include "maxcompute/wire/encoded_value.h"
#include "maxcompute/wire/time_text.h"

namespace otsstream::maxcompute {

std::optional<std::string> partition_value(std::string_view text, const ColumnType& type) {
  switch (type.kind) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint: {
      int64_t number = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
      if (!in_range(type.kind, number)) return std::nullopt;
      return std::to_string(number);
    }
    case TypeKind::kDate:
      if (!parse_date_text(text)) return std::nullopt;
      return std::string(text);
    default:
      return std::string(text);
  }
}

}  // namespace otsstream::maxcompute
