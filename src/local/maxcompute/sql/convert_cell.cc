#include "local/maxcompute/sql/convert_cell.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "config/utf8.h"
#include "local/maxcompute/sql/calendar.h"
#include "local/maxcompute/sql/decimal.h"
#include "local/maxcompute/sql/sql_value.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::Cell;
using maxcompute::ColumnType;
using maxcompute::ParsedCell;
using maxcompute::TypeKind;

namespace {

constexpr int64_t kMsPerSecond = 1000;

tl::unexpected<Error> no_fit(const std::string& why) {
  return fail(ErrorKind::kConfig, "MaxCompute-Value", why);
}

ParsedCell owned_text(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  ParsedCell out;
  out.cell.null = false;
  out.cell.text = *owner;
  out.owner = owner;
  return out;
}

ParsedCell number_cell(int64_t number) {
  ParsedCell out;
  out.cell.null = false;
  out.cell.number = number;
  return out;
}

// Blanks around a number are allowed, as the service does.
std::string_view trimmed(std::string_view text) { return maxcompute::ascii::trim(text); }

std::string text_of(const Cell& cell, const ColumnType& type, const Zone& zone) {
  if (is_text(type.kind) || type.kind == TypeKind::kDecimal || type.kind == TypeKind::kBinary) {
    return std::string(cell.text);
  }
  std::string out;
  maxcompute::append_text(out, cell, type, zone);
  return out;
}

bool is_plain_number(TypeKind kind) {
  return is_integer(kind) || is_floating(kind) || kind == TypeKind::kDecimal ||
         kind == TypeKind::kBoolean;
}

Result<int64_t> to_integer(const Cell& cell, const ColumnType& from) {
  if (is_integer(from.kind) || from.kind == TypeKind::kBoolean) return cell.number;
  std::optional<Decimal> decimal;
  if (is_floating(from.kind)) {
    // 2^63 is the first number beyond; the bounds themselves are exact doubles.
    if (!(cell.real >= -9223372036854775808.0 && cell.real < 9223372036854775808.0)) {
      return no_fit("it is outside BIGINT");
    }
    return static_cast<int64_t>(cell.real);
  }
  decimal = Decimal::parse(trimmed(cell.text));
  if (!decimal) return no_fit("it is no number");
  const std::string digits = decimal->truncated().text();
  int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc()) return no_fit("it is outside BIGINT");
  return number;
}

Result<ParsedCell> as_integer(const Cell& cell, const ColumnType& from, const ColumnType& to) {
  if (!is_plain_number(from.kind) && !is_text(from.kind)) return no_fit("");
  OTS_TRY(const int64_t number, to_integer(cell, from));
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();
  if (to.kind == TypeKind::kInt) low = INT32_MIN, high = INT32_MAX;
  if (to.kind == TypeKind::kSmallint) low = INT16_MIN, high = INT16_MAX;
  if (to.kind == TypeKind::kTinyint) low = INT8_MIN, high = INT8_MAX;
  if (number < low || number > high) return no_fit("it is outside " + to.text);
  return number_cell(number);
}

Result<ParsedCell> as_floating(const Cell& cell, const ColumnType& from, const ColumnType& to) {
  ParsedCell out;
  out.cell.null = false;
  if (is_floating(from.kind)) {
    out.cell.real = cell.real;
  } else if (is_integer(from.kind) || from.kind == TypeKind::kBoolean) {
    out.cell.real = static_cast<double>(cell.number);
  } else {
    const auto number = parse_double(trimmed(cell.text));
    if (!number) return no_fit("it is no number");
    out.cell.real = *number;
  }
  if (to.kind == TypeKind::kFloat) out.cell.real = static_cast<float>(out.cell.real);
  return out;
}

Result<ParsedCell> as_decimal(const Cell& cell, const ColumnType& from, const ColumnType& to) {
  std::string digits;
  if (is_integer(from.kind) || from.kind == TypeKind::kBoolean) {
    digits = std::to_string(cell.number);
  } else if (is_floating(from.kind)) {
    digits = double_text(cell.real);
  } else {
    digits = std::string(trimmed(cell.text));
  }
  auto number = Decimal::parse(digits);
  if (!number) return no_fit("it is no number");
  if (number->scale() > to.scale) number = number->with_scale(to.scale);
  if (number->integer_digits() > static_cast<size_t>(to.precision - to.scale)) {
    return no_fit("it has more than " + std::to_string(to.precision - to.scale) +
                  " digits before the point");
  }
  return owned_text(number->text());
}

Result<ParsedCell> as_boolean(const Cell& cell, const ColumnType& from) {
  if (is_integer(from.kind) || from.kind == TypeKind::kBoolean) {
    return number_cell(cell.number != 0 ? 1 : 0);
  }
  if (is_floating(from.kind)) return number_cell(cell.real != 0 ? 1 : 0);
  const std::string word = maxcompute::ascii::lower(trimmed(cell.text));
  if (word == "true" || word == "1") return number_cell(1);
  if (word == "false" || word == "0") return number_cell(0);
  if (from.kind == TypeKind::kDecimal) return number_cell(1);
  return no_fit("it is neither true nor false");
}

// At most `length` characters; bytes that are no UTF-8 count one each.
Result<ParsedCell> limited(std::string text, int length, Conversion conversion) {
  size_t at = 0;
  for (int characters = 0; at < text.size(); ++characters) {
    if (characters == length) {
      if (conversion == Conversion::kStore) {
        return no_fit("it has more than " + std::to_string(length) + " characters");
      }
      text.resize(at);
      break;
    }
    at += std::max<size_t>(utf8_length(text, at), 1);
  }
  return owned_text(std::move(text));
}

Result<ParsedCell> as_text(const Cell& cell, const ColumnType& from, const ColumnType& to,
                           const Zone& zone, Conversion conversion) {
  std::string text = text_of(cell, from, zone);
  if (to.kind == TypeKind::kVarchar || to.kind == TypeKind::kChar) {
    return limited(std::move(text), to.length, conversion);
  }
  if (to.kind == TypeKind::kJson) return maxcompute::parse_text(text, to, zone);
  return owned_text(std::move(text));
}

// Wall-clock ms, as if it were UTC, of anything that names a moment.
int64_t wall_ms(const Cell& cell, const ColumnType& from, const Zone& zone) {
  switch (from.kind) {
    case TypeKind::kDate:
      return cell.number * kMsPerDay;
    case TypeKind::kDatetime:
      return cell.number + zone.offset_ms_at(cell.number);
    case TypeKind::kTimestamp:
      return cell.number * kMsPerSecond + cell.nanos / 1'000'000 +
             zone.offset_ms_at(cell.number * kMsPerSecond);
    default:
      return cell.number * kMsPerSecond + cell.nanos / 1'000'000;
  }
}

Result<ParsedCell> as_moment(const Cell& cell, const ColumnType& from, const ColumnType& to,
                             const Zone& zone) {
  if (is_text(from.kind)) {
    // A text with a time gives its day, one without it midnight.
    const std::string text(trimmed(cell.text));
    if (to.kind == TypeKind::kDate && text.size() > 10) {
      return maxcompute::parse_text(std::string_view(text).substr(0, 10), to, zone);
    }
    if (to.kind != TypeKind::kDate && text.size() == 10) {
      return maxcompute::parse_text(text + " 00:00:00", to, zone);
    }
    return maxcompute::parse_text(text, to, zone);
  }
  const int64_t wall = wall_ms(cell, from, zone);
  const int32_t nanos = from.kind == TypeKind::kDatetime || from.kind == TypeKind::kDate
                            ? static_cast<int32_t>(floor_mod(wall, kMsPerSecond) * 1'000'000)
                            : cell.nanos;
  if (to.kind == TypeKind::kDate) return number_cell(floor_div(wall, kMsPerDay));
  if (to.kind == TypeKind::kTimestampNtz) {
    ParsedCell out = number_cell(floor_div(wall, kMsPerSecond));
    out.cell.nanos = nanos;
    return out;
  }
  const int64_t epoch = epoch_ms_of_wall(wall, zone);
  if (to.kind == TypeKind::kDatetime) return number_cell(epoch);
  ParsedCell out = number_cell(floor_div(epoch, kMsPerSecond));
  out.cell.nanos = nanos;
  return out;
}

// Element by element; what the elements point into is kept.
Result<ParsedCell> as_complex(const Cell& cell, const ColumnType& from, const ColumnType& to,
                              const Zone& zone, Conversion conversion) {
  auto owners = std::make_shared<std::vector<std::shared_ptr<const void>>>();
  ParsedCell out;
  out.cell.null = false;
  for (size_t i = 0; i < cell.items.size(); ++i) {
    const size_t child = to.kind == TypeKind::kArray ? 0 : to.kind == TypeKind::kMap ? i % 2 : i;
    OTS_TRY(auto item, convert_cell(cell.items[i], from.children[child], to.children[child], zone,
                                    conversion));
    out.cell.items.push_back(std::move(item.cell));
    if (item.owner) owners->push_back(std::move(item.owner));
  }
  out.owner = std::move(owners);
  return out;
}

}  // namespace

bool can_convert(const ColumnType& from, const ColumnType& to) {
  if (from == to) return true;
  const bool number_or_text = is_plain_number(from.kind) || is_text(from.kind);
  if (is_integer(to.kind) || is_floating(to.kind) || to.kind == TypeKind::kDecimal ||
      to.kind == TypeKind::kBoolean) {
    return number_or_text;
  }
  if (is_text(to.kind)) return !is_complex(from.kind);
  if (is_moment(to.kind)) return is_moment(from.kind) || is_text(from.kind);
  if (to.kind == TypeKind::kBinary) return is_text(from.kind);
  if (to.kind == TypeKind::kIntervalDayTime || to.kind == TypeKind::kIntervalYearMonth) {
    return is_text(from.kind);
  }
  if (!is_complex(to.kind) || from.kind != to.kind || from.children.size() != to.children.size()) {
    return false;
  }
  for (size_t i = 0; i < to.children.size(); ++i) {
    if (!can_convert(from.children[i], to.children[i])) return false;
  }
  return true;
}

Result<ParsedCell> convert_cell(const Cell& cell, const ColumnType& from, const ColumnType& to,
                                const Zone& zone, Conversion conversion) {
  if (cell.null) return ParsedCell{};
  if (from == to) return ParsedCell{cell, nullptr};
  if (!can_convert(from, to)) return no_fit(from.text + " does not become " + to.text);
  if (is_integer(to.kind)) return as_integer(cell, from, to);
  if (is_floating(to.kind)) return as_floating(cell, from, to);
  if (is_text(to.kind)) return as_text(cell, from, to, zone, conversion);
  if (is_moment(to.kind)) return as_moment(cell, from, to, zone);
  if (is_complex(to.kind)) return as_complex(cell, from, to, zone, conversion);
  switch (to.kind) {
    case TypeKind::kDecimal:
      return as_decimal(cell, from, to);
    case TypeKind::kBoolean:
      return as_boolean(cell, from);
    case TypeKind::kBinary:
      return owned_text(std::string(cell.text));
    default:
      return maxcompute::parse_text(cell.text, to, zone);
  }
}

std::optional<double> parse_double(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::string word = maxcompute::ascii::lower(text);
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (word == "infinity" || word == "inf") return std::numeric_limits<double>::infinity();
  if (word == "-infinity" || word == "-inf") return -std::numeric_limits<double>::infinity();
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too small is zero, too large is infinite: the sign of the exponent tells them apart.
    const bool small =
        text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
    number = small ? 0 : std::numeric_limits<double>::infinity();
    return text.starts_with('-') ? -number : number;
  }
  if (error != std::errc()) return std::nullopt;
  return number;
}

std::string double_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char digits[32];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  std::string text(digits, end);
  // A DOUBLE looks like one even when it is whole.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace otsstream::local
