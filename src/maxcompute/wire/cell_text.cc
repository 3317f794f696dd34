#include "maxcompute/wire/cell_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/hash.h"
#include "config/json_out.h"
#include "config/json_text.h"
#include "maxcompute/wire/decimal_text.h"
#include "maxcompute/wire/encoded_value.h"

namespace otsstream::maxcompute {
namespace {

// The shortest digits that read back, and never the look of a whole number.
template <class Real>
void append_real(std::string& out, Real v) {
  if (!std::isfinite(v)) {
    out += std::isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity";
    return;
  }
  char digits[32];
  const char* end = std::to_chars(digits, digits + sizeof digits, v).ptr;
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

// Milliseconds when they say it all, else nanoseconds; nothing for none.
void append_fraction(std::string& out, int32_t nanos) {
  if (nanos == 0) return;
  if (nanos % 1000000 == 0) {
    fmt::format_to(std::back_inserter(out), ".{:03}", nanos / 1000000);
  } else {
    fmt::format_to(std::back_inserter(out), ".{:09}", nanos);
  }
}

void append_datetime(std::string& out, int64_t ms, const Zone& zone) {
  out += format_local(ms, zone);
  const int64_t millis = (ms % 1000 + 1000) % 1000;
  append_fraction(out, static_cast<int32_t>(millis) * 1000000);
}

void append_timestamp(std::string& out, const Cell& cell, const Zone& zone) {
  out += format_local(std::clamp(cell.number, -kLastSecond, kLastSecond) * 1000, zone);
  append_fraction(out, cell.nanos);
}

void append_date(std::string& out, int64_t day) {
  const std::string midnight =
      format_local(std::clamp(day, -kLastDay, kLastDay) * kMsPerDay, Zone::utc());
  out.append(midnight, 0, midnight.rfind(' '));
}

// The seconds are floored, the text is signed as a whole.
void append_day_time(std::string& out, const Cell& cell) {
  auto nanos = static_cast<__int128>(cell.number) * 1000000000 + cell.nanos;
  if (nanos < 0) {
    out += '-';
    nanos = -nanos;
  }
  const auto seconds = static_cast<uint64_t>(nanos / 1000000000);
  fmt::format_to(std::back_inserter(out), "{} {:02}:{:02}:{:02}.{:09}", seconds / 86400,
                 seconds / 3600 % 24, seconds / 60 % 60, seconds % 60,
                 static_cast<uint32_t>(nanos % 1000000000));
}

void append_year_month(std::string& out, int64_t signed_months) {
  auto months = static_cast<uint64_t>(signed_months);
  if (signed_months < 0) {
    out += '-';
    months = ~months + 1;
  }
  fmt::format_to(std::back_inserter(out), "{}-{}", months / 12, months % 12);
}

void append_json(JsonOut& out, const Cell& cell, const ColumnType& type, const Zone& zone);

// The name of a member that stands for a key of a map: its text, JSON for complex keys.
std::string key_text(const Cell& key, const ColumnType& type, const Zone& zone) {
  if (type.kind == TypeKind::kBinary) return base64_encode(key.text);
  std::string text;
  if (!key.null) append_text(text, key, type, zone);
  return text;
}

void append_json_map(JsonOut& out, const Cell& map, const ColumnType& type, const Zone& zone) {
  out.begin_object();
  for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
    out.key(key_text(map.items[i], type.children[0], zone));
    append_json(out, map.items[i + 1], type.children[1], zone);
  }
  out.end_object();
}

void append_json_struct(JsonOut& out, const Cell& cell, const ColumnType& type, const Zone& zone) {
  out.begin_object();
  for (size_t i = 0; i < std::min(cell.items.size(), type.children.size()); ++i) {
    out.key(type.field_names[i]);
    append_json(out, cell.items[i], type.children[i], zone);
  }
  out.end_object();
}

// Finite numbers as such.
void append_json_real(JsonOut& out, const Cell& cell, const ColumnType& type, const Zone& zone) {
  std::string text;
  append_text(text, cell, type, zone);
  if (std::isfinite(cell.real)) {
    out.raw(text);
  } else {
    out.value(text);
  }
}

// A json column promises JSON, but nothing on the way to it checks that.
void append_json_json(JsonOut& out, std::string_view text) {
  if (parse_json(std::string(text), "value", {.strict = true})) {
    out.raw(text);
  } else {
    out.value(text);
  }
}

void append_json(JsonOut& out, const Cell& cell, const ColumnType& type, const Zone& zone) {
  if (cell.null) {
    out.null();
    return;
  }
  switch (type.kind) {
    case TypeKind::kArray:
      out.begin_array();
      for (const Cell& item : cell.items) append_json(out, item, type.children[0], zone);
      out.end_array();
      return;
    case TypeKind::kMap:
      return append_json_map(out, cell, type, zone);
    case TypeKind::kStruct:
      return append_json_struct(out, cell, type, zone);
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
      out.value(cell.number);
      return;
    case TypeKind::kBoolean:
      out.value(cell.number != 0);
      return;
    case TypeKind::kDouble:
    case TypeKind::kFloat:
      return append_json_real(out, cell, type, zone);
    case TypeKind::kDecimal:
      if (is_plain_decimal(cell.text)) {
        out.raw(cell.text);
      } else {
        out.value(cell.text);
      }
      return;
    case TypeKind::kJson:
      return append_json_json(out, cell.text);
    case TypeKind::kBinary:
      out.value(base64_encode(cell.text));
      return;
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
      out.value(cell.text);
      return;
    case TypeKind::kDatetime:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kIntervalYearMonth: {
      std::string text;
      append_text(text, cell, type, zone);
      out.value(text);
      return;
    }
  }
}

}  // namespace

void append_text(std::string& out, const Cell& cell, const ColumnType& type, const Zone& zone) {
  switch (type.kind) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
      fmt::format_to(std::back_inserter(out), "{}", cell.number);
      return;
    case TypeKind::kBoolean:
      out += cell.number != 0 ? "true" : "false";
      return;
    case TypeKind::kDouble:
      return append_real(out, cell.real);
    case TypeKind::kFloat:
      return append_real(out, static_cast<float>(cell.real));
    case TypeKind::kString:
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kDecimal:
    case TypeKind::kBinary:
      out += cell.text;
      return;
    case TypeKind::kDatetime:
      return append_datetime(out, cell.number, zone);
    case TypeKind::kDate:
      return append_date(out, cell.number);
    case TypeKind::kTimestamp:
      return append_timestamp(out, cell, zone);
    case TypeKind::kTimestampNtz:
      return append_timestamp(out, cell, Zone::utc());
    case TypeKind::kIntervalDayTime:
      return append_day_time(out, cell);
    case TypeKind::kIntervalYearMonth:
      return append_year_month(out, cell.number);
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kStruct: {
      JsonOut json;
      append_json(json, cell, type, zone);
      out += json.text();
      return;
    }
  }
}

}  // namespace otsstream::maxcompute
