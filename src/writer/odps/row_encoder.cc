#include "writer/odps/row_encoder.h"

#include <limits>

namespace otsstream::writer {
namespace {

using maxcompute::RecordStreamWriter;
using maxcompute::TypeKind;

// 0001-01-01 to 9999-12-31 as the service takes them (5.2, extra checks).
constexpr int64_t kFirstDatetimeMs = -62167305600000;
constexpr int64_t kLastDatetimeMs = 253402387200000;

tl::unexpected<Error> out_of_range(std::string value, std::string_view target,
                                   std::string_view range) {
  return fail(ErrorKind::kCorrupt, "Common-02",
              std::move(value) + " is out of the range of " + std::string(target) + " (" +
                  std::string(range) + ")");
}

tl::unexpected<Error> not_convertible(const Value& value, std::string_view target) {
  return fail(
      ErrorKind::kCorrupt, "Common-01",
      std::string(to_string(value.type())) + " cannot be converted to " + std::string(target));
}

// The reason as the user sees it: which field, which column, both types.
tl::unexpected<Error> dirty_cell(const MappedColumn& column, Error reason) {
  reason.message = "field " + std::to_string(column.field) + " (column `" + column.name + "`, " +
                   column.type.text + "): " + reason.message;
  reason.remedy = "correct the value at its source, or give the column the type string";
  return fail(std::move(reason));
}

}  // namespace

bool is_writable(TypeKind target) {
  switch (target) {
    case TypeKind::kString:
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
    case TypeKind::kDouble:
    case TypeKind::kFloat:
    case TypeKind::kBoolean:
    case TypeKind::kBinary:
    case TypeKind::kDatetime:
      return true;
    default:
      return false;
  }
}

bool may_convert(ValueType from, TypeKind target) {
  if (from == ValueType::kNull || target == TypeKind::kString) return true;
  switch (target) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
      return from != ValueType::kBytes;
    case TypeKind::kTinyint:
    case TypeKind::kDouble:
    case TypeKind::kFloat:
      return from != ValueType::kBytes && from != ValueType::kDate;
    case TypeKind::kBoolean:
      return from == ValueType::kLong || from == ValueType::kString || from == ValueType::kBool;
    case TypeKind::kBinary:
      return from == ValueType::kString || from == ValueType::kBytes;
    case TypeKind::kDatetime:
      return from == ValueType::kLong || from == ValueType::kString || from == ValueType::kDate;
    default:
      return false;
  }
}

RowEncoder::RowEncoder(std::shared_ptr<const Mapping> mapping, Options options)
    : mapping_(std::move(mapping)), options_(std::move(options)) {}

Status RowEncoder::encode(std::span<const Value> row, RecordStreamWriter& out) {
  for (const MappedColumn& column : mapping_->columns) {
    const Value& value = row[column.field];
    if (value.is_null()) continue;
    if (options_.empty_as_null && value.type() == ValueType::kString && value.as_view().empty())
      continue;
    if (Status added = add_cell(column, value, out); !added) {
      out.drop_record();
      return dirty_cell(column, std::move(added).error());
    }
  }
  out.end_record();
  return {};
}

Status RowEncoder::add_cell(const MappedColumn& column, const Value& value,
                            RecordStreamWriter& out) {
  switch (column.type.kind) {
    case TypeKind::kString:
      return add_text(column, value, out);
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
      return add_integer(column, value, out);
    case TypeKind::kDouble: {
      OTS_TRY(double real, to_double(value));
      out.add_double(column.number, real);
      return {};
    }
    case TypeKind::kFloat: {
      OTS_TRY(double real, to_double(value));
      out.add_float(column.number, static_cast<float>(real));  // beyond float: infinity, as in Java
      return {};
    }
    case TypeKind::kBoolean: {
      OTS_TRY(bool flag, to_bool(value));
      out.add_boolean(column.number, flag);
      return {};
    }
    case TypeKind::kBinary:
      return add_binary(column, value, out);
    case TypeKind::kDatetime:
      return add_datetime(column, value, out);
    default:
      return not_convertible(value, column.type.text);  // refused by make_mapping
  }
}

Status RowEncoder::add_integer(const MappedColumn& column, const Value& value,
                               RecordStreamWriter& out) {
  OTS_TRY(int64_t number, to_long(value));
  switch (column.type.kind) {
    case TypeKind::kInt:
      number = static_cast<int32_t>(static_cast<uint64_t>(number));  // wraps silently (trap T24)
      break;
    case TypeKind::kSmallint:
      number = static_cast<int16_t>(static_cast<uint64_t>(number));
      break;
    case TypeKind::kTinyint:
      if (value.type() == ValueType::kDate) return not_convertible(value, "tinyint");
      if (number < -128 || number > 127)
        return out_of_range(std::string(to_string(value.type())) + " " + std::to_string(number),
                            "tinyint", "-128 ... 127");
      break;
    default:
      if (number == std::numeric_limits<int64_t>::min())  // stands for NULL inside the service
        return out_of_range(std::string(to_string(value.type())) + " " + std::to_string(number),
                            "bigint", "-9223372036854775807 ... 9223372036854775807");
  }
  out.add_bigint(column.number, number);
  return {};
}

Status RowEncoder::add_text(const MappedColumn& column, const Value& value,
                            RecordStreamWriter& out) {
  OTS_TRY(std::string_view text, to_text(value, options_.convert, scratch_));
  if (text.size() > options_.max_field_bytes)
    return out_of_range(
        std::string(to_string(value.type())) + " of " + std::to_string(text.size()) + " bytes",
        "string", "at most " + std::to_string(options_.max_field_bytes) + " bytes");
  out.add_text(column.number, text);
  return {};
}

Status RowEncoder::add_binary(const MappedColumn& column, const Value& value,
                              RecordStreamWriter& out) {
  if (value.type() != ValueType::kBytes && value.type() != ValueType::kString)
    return not_convertible(value, "binary");
  out.add_text(column.number, value.as_view());
  return {};
}

Status RowEncoder::add_datetime(const MappedColumn& column, const Value& value,
                                RecordStreamWriter& out) {
  OTS_TRY(int64_t ms, to_date_ms(value, options_.convert));
  if (ms < kFirstDatetimeMs || ms > kLastDatetimeMs)
    return out_of_range("time " + std::to_string(ms) + " ms", "datetime", "years 0000 ... 9999");
  out.add_bigint(column.number, ms);
  return {};
}

}  // namespace otsstream::writer
