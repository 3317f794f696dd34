#include "maxcompute/wire/arrow/field.h"

#include <utility>

namespace otsstream::maxcompute::arrow {
namespace {

// Above, the service has 32 bytes.
constexpr int kNarrowDecimalDigits = 38;

void set_fixed(Field& field, Shape shape, size_t width) {
  field.shape = shape;
  field.width = width;
}

std::vector<Field> seconds_and_nanos() {
  std::vector<Field> fields(2);
  fields[0].name = "sec";
  fields[0].kind = TypeKind::kBigint;
  set_fixed(fields[0], Shape::kInteger, 8);
  fields[1].name = "nano";
  fields[1].kind = TypeKind::kInt;
  set_fixed(fields[1], Shape::kInteger, 4);
  return fields;
}

}  // namespace

Field make_field(std::string name, const ColumnType& type, bool nullable, const Layout& layout) {
  Layout within = layout;
  within.timestamps_as_struct = layout.timestamps_within_as_struct;
  Field field;
  field.name = std::move(name);
  field.kind = type.kind;
  field.nullable = nullable;
  switch (type.kind) {
    case TypeKind::kTinyint:
      set_fixed(field, Shape::kInteger, 1);
      break;
    case TypeKind::kSmallint:
      set_fixed(field, Shape::kInteger, 2);
      break;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kIntervalYearMonth:
      set_fixed(field, Shape::kInteger, 4);
      break;
    case TypeKind::kBigint:
    case TypeKind::kDatetime:
      set_fixed(field, Shape::kInteger, 8);
      break;
    case TypeKind::kFloat:
      set_fixed(field, Shape::kReal, 4);
      break;
    case TypeKind::kDouble:
      set_fixed(field, Shape::kReal, 8);
      break;
    case TypeKind::kBoolean:
      field.shape = Shape::kBoolean;
      break;
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kBinary:
      field.shape = Shape::kText;
      break;
    case TypeKind::kDecimal:
      set_fixed(field, Shape::kDecimal,
                layout.wide_decimals && type.precision > kNarrowDecimalDigits ? 32 : 16);
      field.scale = type.scale == 0 ? layout.scale_of_whole : type.scale;
      field.text_scale = type.scale;
      field.precision = type.precision + field.scale - field.text_scale;
      break;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      set_fixed(field, Shape::kNanos, 8);
      if (layout.timestamps_as_struct) {
        field.shape = Shape::kSecondsNanos;
        field.children = seconds_and_nanos();
      }
      break;
    case TypeKind::kIntervalDayTime:
      set_fixed(field, Shape::kDayTime, 8);
      if (layout.intervals_as_struct) {
        field.shape = Shape::kSecondsNanos;
        field.children = seconds_and_nanos();
      }
      break;
    case TypeKind::kArray:
      field.shape = Shape::kList;
      field.children.push_back(make_field("item", type.children[0], true, within));
      break;
    case TypeKind::kMap: {
      field.shape = Shape::kMap;
      Field entries;
      entries.name = "entries";
      entries.kind = TypeKind::kStruct;
      entries.shape = Shape::kStruct;
      entries.nullable = false;
      entries.children.push_back(make_field("key", type.children[0], false, within));
      entries.children.push_back(make_field("value", type.children[1], true, within));
      field.children.push_back(std::move(entries));
      break;
    }
    case TypeKind::kStruct:
      field.shape = Shape::kStruct;
      for (size_t i = 0; i < type.children.size(); ++i) {
        field.children.push_back(make_field(type.field_names[i], type.children[i], true, within));
      }
      break;
  }
  return field;
}

std::vector<Field> make_fields(const std::vector<Column>& columns, const Layout& layout) {
  std::vector<Field> fields;
  fields.reserve(columns.size());
  for (const Column& column : columns) {
    // NOT NULL is declared and shown, not enforced: NULLs may be there.
    fields.push_back(make_field(column.name, column.type, true, layout));
  }
  return fields;
}

}  // namespace otsstream::maxcompute::arrow
