#include "writer/odps/row_encoder.h"

#include <fmt/format.h>

#include <limits>

#include "record/shown.h"

namespace otsstream::writer {

using maxcompute::RecordStreamWriter;
using maxcompute::TypeKind;

bool may_convert(ValueType from, TypeKind target) {
  if (from == ValueType::kNull) return true;
  switch (target) {
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
      return true;
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
      return from != ValueType::kBytes;
    case TypeKind::kTinyint:
    case TypeKind::kDouble:
    case TypeKind::kFloat:
    case TypeKind::kDecimal:
      return from != ValueType::kBytes && from != ValueType::kDate;
    case TypeKind::kBoolean:
      return from == ValueType::kLong || from == ValueType::kString || from == ValueType::kBool;
    case TypeKind::kDatetime:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return from == ValueType::kLong || from == ValueType::kString || from == ValueType::kDate;
    case TypeKind::kJson:
      return from != ValueType::kDate;
    case TypeKind::kBinary:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kIntervalYearMonth:
      return from == ValueType::kString || from == ValueType::kBytes;
  }
  return false;
}

RowEncoder::RowEncoder(std::shared_ptr<const Mapping> mapping, Options options)
    : mapping_(std::move(mapping)), options_(std::move(options)) {}

Status RowEncoder::encode(std::span<const Value> row, RecordStreamWriter& out) {
  for (const MappedColumn& column : mapping_->columns) {
    const Value& value = row[column.field];
    if (value.is_null()) continue;
    if (options_.empty_as_null && value.type() == ValueType::kString && value.as_view().empty())
      continue;
    if (const Trouble kind = add_cell(column, value, out); kind != Trouble::kNone) [[unlikely]] {
      out.drop_record();
      return fail(dirty_cell(column, value, kind));
    }
  }
  out.end_record();
  return {};
}

RowEncoder::Trouble RowEncoder::add_cell(const MappedColumn& column, const Value& value,
                                         RecordStreamWriter& out) {
  switch (column.type.kind) {
    case TypeKind::kString:
      return add_string(column, value, out);
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
      return add_integer(column, value, out);
    case TypeKind::kDouble:
    case TypeKind::kFloat:
      return add_real(column, value, out);
    case TypeKind::kBoolean:
      return add_boolean(column, value, out);
    case TypeKind::kBinary:
      return add_binary(column, value, out);
    case TypeKind::kVarchar:
    case TypeKind::kChar:
      return add_characters(column, value, out);
    case TypeKind::kDecimal:
      return add_decimal(column, value, out);
    case TypeKind::kJson:
      return add_json(column, value, out);
    case TypeKind::kDatetime:
      return add_datetime(column, value, out);
    case TypeKind::kDate:
      return add_date(column, value, out);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return add_timestamp(column, value, out);
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kIntervalYearMonth:
      return add_parsed(column, value, out);
  }
  return trouble(Trouble::kType);
}

RowEncoder::Trouble RowEncoder::add_integer(const MappedColumn& column, const Value& value,
                                            RecordStreamWriter& out) {
  int64_t number = 0;
  if (value.type() == ValueType::kLong) {
    number = value.as_long();
  } else {
    auto converted = to_long(value);
    if (!converted)
      return trouble(converted.error().code == "Common-02" ? Trouble::kRange : Trouble::kType);
    number = *converted;
  }
  switch (column.type.kind) {
    case TypeKind::kInt:
      number = static_cast<int32_t>(static_cast<uint64_t>(number));  // wraps silently (trap T24)
      break;
    case TypeKind::kSmallint:
      number = static_cast<int16_t>(static_cast<uint64_t>(number));
      break;
    case TypeKind::kTinyint:
      if (value.type() == ValueType::kDate) return trouble(Trouble::kType);
      if (number < -128 || number > 127) return trouble(Trouble::kRange, "-128 ... 127");
      break;
    default:
      if (number == std::numeric_limits<int64_t>::min())  // stands for NULL inside the service
        return trouble(Trouble::kRange, "-9223372036854775807 ... 9223372036854775807");
  }
  out.add_bigint(column.number, number);
  return Trouble::kNone;
}

RowEncoder::Trouble RowEncoder::add_real(const MappedColumn& column, const Value& value,
                                         RecordStreamWriter& out) {
  auto real = to_double(value);
  if (!real) return trouble(real.error().code == "Common-02" ? Trouble::kRange : Trouble::kType);
  if (column.type.kind == TypeKind::kDouble) {
    out.add_double(column.number, *real);
  } else {
    out.add_float(column.number, static_cast<float>(*real));  // beyond: infinity, as in Java
  }
  return Trouble::kNone;
}

RowEncoder::Trouble RowEncoder::add_boolean(const MappedColumn& column, const Value& value,
                                            RecordStreamWriter& out) {
  auto flag = to_bool(value);
  if (!flag) return trouble(Trouble::kType);
  out.add_boolean(column.number, *flag);
  return Trouble::kNone;
}

RowEncoder::Trouble RowEncoder::trouble(Trouble kind, std::string detail) {
  detail_ = std::move(detail);
  return kind;
}

// As the user sees it: which field, which column, both types, the value, and what to do.
Error RowEncoder::dirty_cell(const MappedColumn& column, const Value& value, Trouble kind) const {
  const std::string value_text = fmt::format("{} {}", to_string(value.type()), shown(value));
  std::string complaint, remedy;
  switch (kind) {
    case Trouble::kRange:
      complaint = fmt::format("{} is out of the range of {}", value_text, column.type.text);
      if (!detail_.empty()) complaint += " (" + detail_ + ")";
      remedy =
          "correct the value at its source, or give the column a type that holds it, such as "
          "string";
      break;
    case Trouble::kLength:
      complaint = fmt::format("{} is too long for {}: {}", value_text, column.type.text, detail_);
      remedy = column.type.kind == TypeKind::kString
                   ? "set overLengthRule to truncate or setNull, or shorten the value at its source"
                   : "give the column a longer type, or shorten the value at its source";
      break;
    default:
      complaint = fmt::format("{} cannot be converted to {}", value_text, column.type.text);
      if (!detail_.empty()) complaint += ": " + detail_;
      remedy = "correct the value at its source, or give the column the type string";
  }
  return make_error(ErrorKind::kCorrupt, kind == Trouble::kType ? "Common-01" : "Common-02",
                    fmt::format("field {} (column `{}`): {}", column.field, column.name, complaint),
                    std::move(remedy));
}

}  // namespace otsstream::writer
