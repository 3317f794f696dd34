#pragma once
// MaxCompute columns as Arrow arrays (maxcompute-protocol.md 4.7): which buffers and children each
// type has.

#include <cstdint>
#include <string>
#include <vector>

#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute::arrow {

// The clients derive the Arrow schema from the table's, and differ where the types leave a choice.
struct Layout {
  // timestamp, timestamp_ntz: struct {sec int64, nano int32}; else nanoseconds in an int64, which
  // holds only the years 1677 to 2262.
  bool timestamps_as_struct = false;
  bool timestamps_within_as_struct = false;  // the same of those within complex types
  // interval_day_time: the same struct; else Arrow's days and milliseconds.
  bool intervals_as_struct = true;
  // Decimals above 38 digits in 32 bytes; else all in 16, whatever they are declared to hold.
  bool wide_decimals = true;
  // Digits behind the point of decimal(p,0). PyODPS 0.13 takes a scale of 0 for one that is not
  // given, and declares decimal(p,18).
  int scale_of_whole = 0;
};
inline constexpr Layout kPyodpsLayout{false, false, true, true, 18};
inline constexpr Layout kPyodpsInstanceLayout{true, false, true, true, 18};
inline constexpr Layout kJavaLayout{false, false, false, false, 0};
// Of previews, which carry their schema. Java's reader of them has 128 bits for decimals as well.
inline constexpr Layout kPreviewLayout{true, true, true, true, 0};
inline constexpr Layout kJavaPreviewLayout{true, true, true, false, 0};

enum class Shape {
  kInteger,       // signed, of `width` bytes; also days, milliseconds and months
  kReal,          // of `width` bytes
  kBoolean,       // bits
  kText,          // offsets, bytes
  kDecimal,       // of `width` bytes
  kNanos,         // int64 nanoseconds
  kSecondsNanos,  // children: int64 seconds, int32 nanos
  kDayTime,       // int32 days, int32 milliseconds
  kList,          // offsets; child: the elements
  kMap,           // offsets; child: a struct of keys and values
  kStruct,        // children: the fields
};

struct Field {
  std::string name;
  TypeKind kind = TypeKind::kString;
  Shape shape = Shape::kText;
  size_t width = 0;
  int precision = 0;  // of a decimal, as an Arrow number
  int scale = 0;
  int text_scale = 0;  // digits behind the point of its text
  bool nullable = true;
  std::vector<Field> children;
};

Field make_field(std::string name, const ColumnType& type, bool nullable, const Layout& layout);
std::vector<Field> make_fields(const std::vector<Column>& columns, const Layout& layout);

}  // namespace otsstream::maxcompute::arrow
