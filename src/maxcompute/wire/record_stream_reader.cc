#include "maxcompute/wire/record_stream_reader.h"

#include <string>

#include "maxcompute/wire/encoded_value.h"

namespace otsstream::maxcompute {
namespace {

// Whether rows can carry values of the kind.
bool is_value_kind(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct:
      return false;
    default:
      return true;
  }
}

Value to_value(const Cell& cell, TypeKind kind) {
  switch (kind) {
    case TypeKind::kDatetime:
      return Value::from_date_ms(cell.number);
    case TypeKind::kDate:
      return Value::from_date_ms(cell.number * kMsPerDay);  // in range: the cursor has seen to it
    case TypeKind::kBoolean:
      return Value::from_bool(cell.number != 0);
    case TypeKind::kDouble:
    case TypeKind::kFloat:
      return Value::from_double(cell.real);
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kDecimal:
      return Value::from_string(cell.text);
    case TypeKind::kBinary:
      return Value::from_bytes(cell.text);
    default:
      return Value::from_long(cell.number);
  }
}

}  // namespace

RecordStreamReader::RecordStreamReader(std::string_view stream, const std::vector<Column>& columns)
    : cursor_(stream, columns), columns_(columns), cells_(columns.size()) {}

Result<bool> RecordStreamReader::next(std::span<Value> row) {
  if (row.size() != columns_.size())
    return fail(ErrorKind::kInternal, "MaxCompute-RowWidth",
                "a row of " + std::to_string(row.size()) + " values was offered for " +
                    std::to_string(columns_.size()) + " columns");
  OTS_TRY(bool more, cursor_.next(cells_));
  for (size_t i = 0; i < row.size(); ++i) {
    row[i] = Value::null();
    if (!more || cells_[i].null) continue;
    const Column& column = columns_[i];
    if (!is_value_kind(column.type.kind))
      return fail(ErrorKind::kUnsupported, "MaxCompute-Type",
                  "record stream, record " + std::to_string(cursor_.records()) + ", column " +
                      std::to_string(i + 1) + " '" + column.name + "' (" + column.type.text +
                      "): rows cannot carry values of this type",
                  "leave the column out, or change its type to one that is read");
    OTS_TRY(Cell cell, decode_cell(cells_[i].bytes, column.type));
    row[i] = to_value(cell, column.type.kind);
  }
  return more;
}

}  // namespace otsstream::maxcompute
