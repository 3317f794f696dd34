#include "local/maxcompute/sql/sql_value.h"

#include <sqlite3.h>

#include <cmath>
#include <limits>

#include "local/maxcompute/sql/decimal.h"

namespace otsstream::local {

using maxcompute::Cell;
using maxcompute::ColumnType;
using maxcompute::TypeKind;

namespace {

constexpr std::string_view kNan = "NaN";
constexpr size_t kSecondsSize = 12;

bool is_seconds(TypeKind kind) {
  return kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampNtz ||
         kind == TypeKind::kIntervalDayTime;
}

// Big-endian with the sign turned, so that bytes compare as the times do.
std::string sortable(int64_t seconds, int32_t nanos) {
  std::string out(kSecondsSize, '\0');
  const uint64_t high = static_cast<uint64_t>(seconds) ^ (uint64_t{1} << 63);
  const auto low = static_cast<uint32_t>(nanos);
  for (int i = 0; i < 8; ++i) out[static_cast<size_t>(i)] = static_cast<char>(high >> (56 - 8 * i));
  for (int i = 0; i < 4; ++i)
    out[static_cast<size_t>(8 + i)] = static_cast<char>(low >> (24 - 8 * i));
  return out;
}

bool from_sortable(std::string_view bytes, Cell& cell) {
  if (bytes.size() != kSecondsSize) return false;
  uint64_t high = 0;
  uint32_t low = 0;
  for (size_t i = 0; i < 8; ++i) high = high << 8 | static_cast<uint8_t>(bytes[i]);
  for (size_t i = 8; i < kSecondsSize; ++i) low = low << 8 | static_cast<uint8_t>(bytes[i]);
  cell.number = static_cast<int64_t>(high ^ (uint64_t{1} << 63));
  cell.nanos = static_cast<int32_t>(low);
  return true;
}

tl::unexpected<Error> wrong_form(const SqlValue& value, const ColumnType& type) {
  const char* form = value.form == SqlForm::kReal      ? "a number with a fraction or out of range"
                     : value.form == SqlForm::kInteger ? "an integer"
                     : value.form == SqlForm::kText    ? "a text"
                                                       : "bytes";
  return fail(ErrorKind::kCorrupt, "MaxCompute-Value",
              std::string(form) + " cannot be a value of type " + type.text);
}

bool in_range(int64_t value, TypeKind kind) {
  switch (kind) {
    case TypeKind::kTinyint:
      return value >= -128 && value <= 127;
    case TypeKind::kSmallint:
      return value >= -32768 && value <= 32767;
    case TypeKind::kInt:
      return value >= std::numeric_limits<int32_t>::min() &&
             value <= std::numeric_limits<int32_t>::max();
    case TypeKind::kBoolean:
      return value == 0 || value == 1;
    default:
      return true;
  }
}

}  // namespace

bool is_complex(TypeKind kind) {
  return kind == TypeKind::kArray || kind == TypeKind::kMap || kind == TypeKind::kStruct;
}
bool is_integer(TypeKind kind) {
  return kind == TypeKind::kBigint || kind == TypeKind::kInt || kind == TypeKind::kSmallint ||
         kind == TypeKind::kTinyint;
}
bool is_floating(TypeKind kind) { return kind == TypeKind::kDouble || kind == TypeKind::kFloat; }
bool is_text(TypeKind kind) {
  return kind == TypeKind::kString || kind == TypeKind::kChar || kind == TypeKind::kVarchar ||
         kind == TypeKind::kJson;
}
bool is_moment(TypeKind kind) {
  return kind == TypeKind::kDate || kind == TypeKind::kDatetime || kind == TypeKind::kTimestamp ||
         kind == TypeKind::kTimestampNtz;
}

size_t TypeTable::index_of(const ColumnType& type) {
  for (size_t i = 0; i < types_.size(); ++i) {
    if (types_[i] == type) return i;
  }
  types_.push_back(type);
  return types_.size() - 1;
}

double SqlValue::as_double() const {
  if (form == SqlForm::kInteger) return static_cast<double>(integer);
  if (form == SqlForm::kReal) return real;
  return std::numeric_limits<double>::quiet_NaN();
}

SqlValue value_of(sqlite3_value* value) {
  SqlValue out;
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      out.form = SqlForm::kInteger;
      out.integer = sqlite3_value_int64(value);
      break;
    case SQLITE_FLOAT:
      out.form = SqlForm::kReal;
      out.real = sqlite3_value_double(value);
      break;
    case SQLITE_TEXT: {
      out.form = SqlForm::kText;
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
      if (text != nullptr) out.bytes = {text, static_cast<size_t>(sqlite3_value_bytes(value))};
      break;
    }
    case SQLITE_BLOB: {
      out.form = SqlForm::kBlob;
      const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
      if (bytes != nullptr) out.bytes = {bytes, static_cast<size_t>(sqlite3_value_bytes(value))};
      break;
    }
    default:
      break;
  }
  return out;
}

SqlValue value_of(sqlite3_stmt* statement, int column) {
  SqlValue out;
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      out.form = SqlForm::kInteger;
      out.integer = sqlite3_column_int64(statement, column);
      break;
    case SQLITE_FLOAT:
      out.form = SqlForm::kReal;
      out.real = sqlite3_column_double(statement, column);
      break;
    case SQLITE_TEXT: {
      out.form = SqlForm::kText;
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      if (text != nullptr)
        out.bytes = {text, static_cast<size_t>(sqlite3_column_bytes(statement, column))};
      break;
    }
    case SQLITE_BLOB: {
      out.form = SqlForm::kBlob;
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      if (bytes != nullptr)
        out.bytes = {bytes, static_cast<size_t>(sqlite3_column_bytes(statement, column))};
      break;
    }
    default:
      break;
  }
  return out;
}

int compare_values(const SqlValue& a, const SqlValue& b, bool decimal) {
  if (decimal) return compare_decimal_texts(a.bytes, b.bytes);
  const bool numeric_a = a.form == SqlForm::kInteger || a.form == SqlForm::kReal;
  const bool numeric_b = b.form == SqlForm::kInteger || b.form == SqlForm::kReal;
  if (numeric_a != numeric_b) return numeric_a ? -1 : 1;
  if (!numeric_a) return a.bytes.compare(b.bytes);
  if (a.form == SqlForm::kInteger && b.form == SqlForm::kInteger) {
    return a.integer < b.integer ? -1 : a.integer > b.integer;
  }
  return a.as_double() < b.as_double() ? -1 : a.as_double() > b.as_double();
}

void give_integer(sqlite3_context* context, int64_t value) { sqlite3_result_int64(context, value); }

void give_double(sqlite3_context* context, double value) {
  if (std::isnan(value)) return give_text(context, kNan);
  sqlite3_result_double(context, value);
}

void give_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data() != nullptr ? text.data() : "", text.size(),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
}

void give_blob(sqlite3_context* context, std::string_view bytes) {
  sqlite3_result_blob64(context, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

void give_cell(sqlite3_context* context, const Cell& cell, const ColumnType& type) {
  if (cell.null) return sqlite3_result_null(context);
  if (is_floating(type.kind)) return give_double(context, cell.real);
  if (is_text(type.kind) || type.kind == TypeKind::kDecimal) return give_text(context, cell.text);
  if (type.kind == TypeKind::kBinary) return give_blob(context, cell.text);
  if (is_seconds(type.kind)) return give_blob(context, sortable(cell.number, cell.nanos));
  if (is_complex(type.kind)) {
    std::string bytes;
    if (auto done = maxcompute::append_encoded(bytes, cell, type); !done) {
      return sqlite3_result_error(context, done.error().message.c_str(), -1);
    }
    return give_blob(context, bytes);
  }
  give_integer(context, cell.number);
}

Status give_encoded(sqlite3_context* context, const maxcompute::EncodedCell& cell,
                    const ColumnType& type) {
  if (cell.null) {
    sqlite3_result_null(context);
    return {};
  }
  if (is_complex(type.kind)) {
    give_blob(context, cell.bytes);
    return {};
  }
  OTS_TRY(const Cell decoded, maxcompute::decode_cell(cell.bytes, type));
  give_cell(context, decoded, type);
  return {};
}

Result<Cell> to_cell(const SqlValue& value, const ColumnType& type) {
  Cell cell;
  if (value.null()) return cell;
  cell.null = false;
  if (is_floating(type.kind)) {
    if (value.form == SqlForm::kBlob || (value.form == SqlForm::kText && value.bytes != kNan)) {
      return wrong_form(value, type);
    }
    cell.real = value.as_double();
  } else if (is_text(type.kind) || type.kind == TypeKind::kDecimal) {
    if (value.form != SqlForm::kText) return wrong_form(value, type);
    cell.text = value.bytes;
  } else if (type.kind == TypeKind::kBinary) {
    if (value.form != SqlForm::kBlob) return wrong_form(value, type);
    cell.text = value.bytes;
  } else if (is_seconds(type.kind)) {
    if (value.form != SqlForm::kBlob || !from_sortable(value.bytes, cell)) {
      return wrong_form(value, type);
    }
  } else if (is_complex(type.kind)) {
    if (value.form != SqlForm::kBlob) return wrong_form(value, type);
    return maxcompute::decode_cell(value.bytes, type);
  } else {
    if (value.form != SqlForm::kInteger || !in_range(value.integer, type.kind)) {
      return wrong_form(value, type);
    }
    cell.number = value.integer;
  }
  return cell;
}

Status add_to_record(maxcompute::RecordStreamWriter& out, uint32_t column, const SqlValue& value,
                     const ColumnType& type) {
  if (value.null()) return {};
  if (is_complex(type.kind) && value.form == SqlForm::kBlob) {
    out.add_encoded(column, type, value.bytes);
    return {};
  }
  OTS_TRY(const Cell cell, to_cell(value, type));
  return add_to_record(out, column, cell, type);
}

Status add_to_record(maxcompute::RecordStreamWriter& out, uint32_t column, const Cell& cell,
                     const ColumnType& type) {
  if (type.kind == TypeKind::kDouble) {
    out.add_double(column, cell.real);
  } else if (type.kind == TypeKind::kFloat) {
    out.add_float(column, static_cast<float>(cell.real));
  } else if (type.kind == TypeKind::kBoolean) {
    out.add_boolean(column, cell.number != 0);
  } else if (is_text(type.kind) || type.kind == TypeKind::kDecimal ||
             type.kind == TypeKind::kBinary) {
    out.add_text(column, cell.text);
  } else if (is_seconds(type.kind)) {
    out.add_seconds(column, cell.number, cell.nanos);
  } else if (is_complex(type.kind)) {
    std::string bytes;
    OTS_CHECK(maxcompute::append_encoded(bytes, cell, type));
    out.add_encoded(column, type, bytes);
  } else {
    out.add_bigint(column, cell.number);
  }
  return {};
}

}  // namespace otsstream::local
