#include "record/value.h"

namespace otsstream {

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::kNull:
      return "Null";
    case ValueType::kLong:
      return "Long";
    case ValueType::kDouble:
      return "Double";
    case ValueType::kString:
      return "String";
    case ValueType::kBool:
      return "Bool";
    case ValueType::kBytes:
      return "Bytes";
    case ValueType::kDate:
      return "Date";
  }
  return "Null";
}

}  // namespace otsstream
