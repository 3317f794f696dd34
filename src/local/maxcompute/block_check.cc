#include "local/maxcompute/block_check.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/wall_time.h"
#include "maxcompute/wire/decimal_text.h"
#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/time_range.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::ColumnType;
using maxcompute::EncodedCell;
using maxcompute::kFirstTimeMs;
using maxcompute::kLastTimeMs;
using maxcompute::TypeKind;

namespace {

constexpr int64_t kMsPerSecond = 1000;

// What is wrong with a value; nothing when it is good.
using Complaint = std::optional<std::string>;

int64_t number_of(std::string_view encoded) {
  uint64_t zigzag = 0;
  return get_varint(encoded, zigzag) ? zigzag_decode(zigzag) : 0;
}

Complaint within(int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return std::nullopt;
  return std::to_string(value) + " is out of range";
}

size_t characters(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

Complaint too_long(size_t bytes) {
  return std::to_string(bytes) + " bytes are more than " + std::to_string(kMaxFieldSize);
}

Complaint check_text(std::string_view text, const ColumnType& type) {
  if (text.size() > kMaxFieldSize) return too_long(text.size());
  const auto longest = static_cast<size_t>(type.length);
  if (longest == 0 || text.size() <= longest || characters(text) <= longest) return std::nullopt;
  return std::to_string(characters(text)) + " characters are too many";
}

Complaint check_decimal(std::string_view text, const ColumnType& type) {
  if (!maxcompute::is_plain_decimal(text)) {
    return "'" + std::string(text.substr(0, 60)) + "' is no decimal";
  }
  if (maxcompute::fits_decimal(text, type.precision, type.scale)) return std::nullopt;
  return std::string(text.substr(0, 60)) + " has too many digits";
}

Complaint check_value(std::string_view encoded, const ColumnType& type) {
  auto text = [&] {
    uint64_t length = 0;
    (void)get_varint(encoded, length);
    return encoded;
  };
  switch (type.kind) {
    case TypeKind::kDatetime:
      return within(number_of(encoded), kFirstTimeMs, kLastTimeMs);
    case TypeKind::kDate:
      return within(number_of(encoded), kFirstTimeMs / kMsPerDay, kLastTimeMs / kMsPerDay);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return within(number_of(encoded), kFirstTimeMs / kMsPerSecond, kLastTimeMs / kMsPerSecond);
    case TypeKind::kString:
    case TypeKind::kBinary:
    case TypeKind::kJson:
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return check_text(text(), type);
    case TypeKind::kDecimal:
      return check_decimal(text(), type);
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct:
      // Taken apart it needs many times its bytes.
      if (encoded.size() > kMaxFieldSize) return too_long(encoded.size());
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Complaint check_cell(const EncodedCell& cell, const Column& column) {
  if (!cell.null) return check_value(cell.bytes, column.type);
  if (column.nullable) return std::nullopt;
  return "the column is NOT NULL, and the record has no value";
}

}  // namespace

Result<uint64_t> check_block(std::string_view stream, const std::vector<Column>& columns) {
  maxcompute::RecordCursor cursor(stream, columns);
  std::vector<EncodedCell> cells(columns.size());
  while (true) {
    OTS_TRY(bool more, cursor.next(cells));
    if (!more) return cursor.records();
    for (size_t i = 0; i < columns.size(); ++i) {
      Complaint wrong = check_cell(cells[i], columns[i]);
      if (!wrong) continue;
      return fail(ErrorKind::kConfig, "InvalidArgument",
                  "record " + std::to_string(cursor.records()) + ", column " + columns[i].name +
                      " " + columns[i].type.text + ": " + *wrong);
    }
  }
}

}  // namespace otsstream::local
