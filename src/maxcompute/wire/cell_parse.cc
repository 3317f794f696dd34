// parse_text: the way back from texts to cells.

#include <algorithm>
#include <charconv>
#include <deque>
#include <vector>

#include "base/hash.h"
#include "config/json_text.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/cell_text.h"
#include "maxcompute/wire/decimal_text.h"
#include "maxcompute/wire/time_text.h"
#include "record/convert.h"
#include "record/shown.h"

namespace otsstream::maxcompute {
namespace {

// What the texts of a parsed cell point into.
struct Texts {
  std::deque<std::string> strings;
  std::vector<std::shared_ptr<const JsonDocument>> documents;

  std::string_view keep(std::string text) { return strings.emplace_back(std::move(text)); }
};

Error bad_value(std::string message) {
  return make_error(ErrorKind::kCorrupt, "MaxCompute-Value", std::move(message));
}

tl::unexpected<Error> no_value(std::string_view text, const ColumnType& type,
                               std::string_view why) {
  return fail(
      bad_value(shown(Value::from_string(text)) + " is no " + type.text + ": " + std::string(why)));
}

// "$.a[3]" of a node.
std::string place_of(const JsonNode& node) {
  const std::string path = node.path();
  return path.empty() || path.front() == '[' ? "$" + path : "$." + path;
}

Error at(const JsonNode& node, Error error) {
  if (!error.message.starts_with('$')) error.message = place_of(node) + ": " + error.message;
  return error;
}

Result<int64_t> parse_integer(std::string_view text, const ColumnType& type) {
  struct Range {
    int64_t low;
    int64_t high;
    std::string_view shown;
  };
  const Range range =
      type.kind == TypeKind::kTinyint    ? Range{-128, 127, "-128 ... 127"}
      : type.kind == TypeKind::kSmallint ? Range{-32768, 32767, "-32768 ... 32767"}
      : type.kind == TypeKind::kInt
          ? Range{INT32_MIN, INT32_MAX, "-2147483648 ... 2147483647"}
          // The lowest number stands for NULL inside the service.
          : Range{-INT64_MAX, INT64_MAX, "-9223372036854775807 ... 9223372036854775807"};
  int64_t v = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, v);
  if (error == std::errc::invalid_argument || stopped != end)
    return no_value(text, type, "write a whole number");
  if (error != std::errc() || v < range.low || v > range.high)
    return no_value(text, type, "the range is " + std::string(range.shown));
  return v;
}

size_t code_points(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

class CellParser {
 public:
  CellParser(const Zone& zone, Texts& texts) : zone_(zone), texts_(texts) {}

  // A text of any type, as append_text writes it.
  Result<Cell> value(std::string_view text, const ColumnType& type) {
    Cell cell;
    cell.null = false;
    switch (type.kind) {
      case TypeKind::kBigint:
      case TypeKind::kInt:
      case TypeKind::kSmallint:
      case TypeKind::kTinyint: {
        OTS_TRY(cell.number, parse_integer(text, type));
        return cell;
      }
      case TypeKind::kDouble:
      case TypeKind::kFloat: {
        auto real = to_double(Value::from_string(text));
        if (!real) return no_value(text, type, "write a number, NaN, Infinity or -Infinity");
        cell.real = type.kind == TypeKind::kFloat ? static_cast<float>(*real) : *real;
        return cell;
      }
      case TypeKind::kBoolean: {
        auto flag = to_bool(Value::from_string(text));
        if (!flag) return no_value(text, type, "write true or false");
        cell.number = *flag ? 1 : 0;
        return cell;
      }
      case TypeKind::kVarchar:
      case TypeKind::kChar:
        if (const size_t length = code_points(text); length > static_cast<size_t>(type.length))
          return no_value(text, type, "it has " + std::to_string(length) + " characters");
        [[fallthrough]];
      case TypeKind::kString:
      case TypeKind::kBinary:
        cell.text = text;
        return cell;
      case TypeKind::kDecimal:
        return decimal(text, type);
      case TypeKind::kJson:
        if (auto document = parse_json(std::string(text), "value", {.strict = true}); !document)
          return no_value(text, type, document.error().message);
        cell.text = text;
        return cell;
      case TypeKind::kDatetime:
      case TypeKind::kDate:
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampNtz:
      case TypeKind::kIntervalDayTime:
      case TypeKind::kIntervalYearMonth:
        return time(text, type);
      case TypeKind::kArray:
      case TypeKind::kMap:
      case TypeKind::kStruct:
        return complex(text, type);
    }
    return cell;
  }

 private:
  Result<Cell> decimal(std::string_view text, const ColumnType& type) {
    auto plain = plain_decimal(text);
    if (!plain) return no_value(text, type, "write digits");
    if (!fits_decimal(*plain, type.precision, type.scale))
      return no_value(text, type,
                      "at most " + std::to_string(type.precision - type.scale) +
                          " digits may stand before the point");
    Cell cell;
    cell.null = false;
    cell.text = texts_.keep(*std::move(plain));
    return cell;
  }

  Result<Cell> time(std::string_view text, const ColumnType& type) {
    const auto with_seconds = [&](const std::optional<TextTime>& seconds,
                                  std::string_view form) -> Result<Cell> {
      if (!seconds) return no_value(text, type, "write " + std::string(form));
      Cell cell;
      cell.null = false;
      cell.number = seconds->seconds;
      cell.nanos = seconds->nanos;
      return cell;
    };
    const auto with_number = [&](const std::optional<int64_t>& number,
                                 std::string_view form) -> Result<Cell> {
      if (!number) return no_value(text, type, "write " + std::string(form));
      Cell cell;
      cell.null = false;
      cell.number = *number;
      return cell;
    };
    switch (type.kind) {
      case TypeKind::kDate:
        return with_number(parse_date_text(text), "yyyy-MM-dd");
      case TypeKind::kIntervalYearMonth:
        return with_number(parse_year_month_text(text), "years-months, such as 1-2");
      case TypeKind::kIntervalDayTime:
        return with_seconds(parse_day_time_text(text),
                            "days hours:minutes:seconds, such as 1 02:03:04.5");
      case TypeKind::kTimestampNtz:
        return with_seconds(parse_timestamp_text(text, Zone::utc()),
                            "yyyy-MM-dd HH:mm:ss[.fffffffff]");
      case TypeKind::kTimestamp:
        return with_seconds(parse_timestamp_text(text, zone_), "yyyy-MM-dd HH:mm:ss[.fffffffff]");
      default: {
        const auto moment = parse_timestamp_text(text, zone_);
        std::optional<int64_t> ms;
        if (moment && moment->nanos % 1000000 == 0)
          ms = moment->seconds * 1000 + moment->nanos / 1000000;
        return with_number(ms, "yyyy-MM-dd HH:mm:ss[.fff]");
      }
    }
  }

  Result<Cell> complex(std::string_view text, const ColumnType& type) {
    auto document = parse_json(std::string(text), "value", {.strict = true});
    if (!document) {
      const Error& error = document.error();
      return no_value(text, type, error.message + " (" + error.where + ")");
    }
    texts_.documents.push_back(*document);
    return element((*document)->root(), type);
  }

  // A value inside JSON: as its text, except that binary is Base64 and complex types are JSON.
  Result<Cell> element(const JsonNode& node, const ColumnType& type) {
    if (node.is_null()) return Cell{};
    switch (type.kind) {
      case TypeKind::kArray:
        return array(node, type);
      case TypeKind::kMap:
        return map(node, type);
      case TypeKind::kStruct:
        return structure(node, type);
      case TypeKind::kJson: {
        Cell cell;
        cell.null = false;
        cell.text = std::string_view(node.document().source())
                        .substr(node.begin(), node.end() - node.begin());
        return cell;
      }
      default:
        break;
    }
    if (node.is_array() || node.is_object()) return wrong_kind(node, type);
    auto cell = scalar(node.text(), type);
    if (!cell) return fail(at(node, std::move(cell.error())));
    return cell;
  }

  // The text of a scalar element or of a key.
  Result<Cell> scalar(std::string_view text, const ColumnType& type) {
    if (type.kind != TypeKind::kBinary) return value(text, type);
    auto bytes = base64_decode(text);
    if (!bytes) return no_value(text, type, "write Base64");
    Cell cell;
    cell.null = false;
    cell.text = texts_.keep(*std::move(bytes));
    return cell;
  }

  Result<Cell> array(const JsonNode& node, const ColumnType& type) {
    if (!node.is_array()) return wrong_kind(node, type);
    Cell cell;
    cell.null = false;
    for (const JsonNode* item : node.items()) {
      OTS_TRY(Cell parsed, element(*item, type.children[0]));
      cell.items.push_back(std::move(parsed));
    }
    return cell;
  }

  Result<Cell> map(const JsonNode& node, const ColumnType& type) {
    if (!node.is_object()) return wrong_kind(node, type);
    Cell cell;
    cell.null = false;
    for (const JsonNode* member : node.members()) {
      auto key = scalar(member->key(), type.children[0]);
      if (!key) return fail(at(*member, Error(key.error())));
      if (key->null) return fail(at(*member, bad_value("a key cannot be NULL")));
      cell.items.push_back(*std::move(key));
      OTS_TRY(Cell parsed, element(*member, type.children[1]));
      cell.items.push_back(std::move(parsed));
    }
    return cell;
  }

  // Members by name in any letter case; a field without a member is NULL.
  Result<Cell> structure(const JsonNode& node, const ColumnType& type) {
    if (!node.is_object()) return wrong_kind(node, type);
    Cell cell;
    cell.null = false;
    cell.items.resize(type.children.size());
    std::vector<bool> seen(type.children.size());
    for (const JsonNode* member : node.members()) {
      const auto name = std::ranges::find(type.field_names, ascii::lower(member->key()));
      if (name == type.field_names.end())
        return fail(at(*member, bad_value(type.text + " has no field of this name")));
      const auto i = static_cast<size_t>(name - type.field_names.begin());
      if (seen[i]) return fail(at(*member, bad_value("the field is given twice")));
      seen[i] = true;
      OTS_TRY(cell.items[i], element(*member, type.children[i]));
    }
    return cell;
  }

  Result<Cell> wrong_kind(const JsonNode& node, const ColumnType& type) {
    return fail(at(node, bad_value(std::string(to_string(node.kind())) + " is no " + type.text)));
  }

  const Zone& zone_;
  Texts& texts_;
};

}  // namespace

Result<ParsedCell> parse_text(std::string_view text, const ColumnType& type, const Zone& zone) {
  auto texts = std::make_shared<Texts>();
  const std::string_view kept = texts->keep(std::string(text));
  OTS_TRY(Cell cell, CellParser(zone, *texts).value(kept, type));
  return ParsedCell{std::move(cell), std::move(texts)};
}

}  // namespace otsstream::maxcompute
