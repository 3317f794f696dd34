#include "maxcompute/wire/types.h"

#include <algorithm>
#include <optional>

#include "maxcompute/wire/ascii.h"

namespace otsstream::maxcompute {
namespace {

struct KindName {
  std::string_view name;
  TypeKind kind;
};
// maxcompute-protocol.md 2.3.
constexpr KindName kPlainTypes[] = {
    {"bigint", TypeKind::kBigint},
    {"int", TypeKind::kInt},
    {"smallint", TypeKind::kSmallint},
    {"tinyint", TypeKind::kTinyint},
    {"double", TypeKind::kDouble},
    {"float", TypeKind::kFloat},
    {"boolean", TypeKind::kBoolean},
    {"string", TypeKind::kString},
    {"binary", TypeKind::kBinary},
    {"json", TypeKind::kJson},
    {"datetime", TypeKind::kDatetime},
    {"date", TypeKind::kDate},
    {"timestamp", TypeKind::kTimestamp},
    {"timestamp_ntz", TypeKind::kTimestampNtz},
    {"interval_day_time", TypeKind::kIntervalDayTime},
    {"interval_year_month", TypeKind::kIntervalYearMonth},
};

constexpr int kMaxTypeDepth = 32;
constexpr size_t kMaxTypeLength = 65536;

using ascii::is_blank;
using ascii::lower;
using ascii::trim;

bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

// Recursive descent over the lower-cased text; appends the normal form to `out_`.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(lower(text)) {}

  std::optional<ColumnType> parse() {
    ColumnType parsed;
    if (!type(parsed, 0)) return std::nullopt;
    skip_blanks();
    if (at_ != text_.size()) return std::nullopt;
    return parsed;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    out_ += c;
    return true;
  }
  bool peek(char c) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }
  std::string_view word() {
    skip_blanks();
    size_t begin = at_;
    while (at_ < text_.size() && is_word_char(text_[at_])) ++at_;
    return std::string_view(text_).substr(begin, at_ - begin);
  }
  bool number(int low, int high, int& value) {
    std::string_view digits = word();
    if (digits.empty() || digits.size() > 6) return false;
    value = 0;
    for (char c : digits) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    out_ += std::to_string(value);
    return value >= low && value <= high;
  }
  // Struct fields may be back-quoted and then hold any character.
  bool field_name(std::string& name) {
    skip_blanks();
    if (peek('`')) {
      size_t end = text_.find('`', at_ + 1);
      if (end == std::string::npos || end == at_ + 1) return false;
      name = text_.substr(at_ + 1, end - at_ - 1);
      out_.append(text_, at_, end + 1 - at_);
      at_ = end + 1;
      return true;
    }
    name = word();
    out_ += name;
    return !name.empty();
  }
  bool length(int high, int& n) { return take('(') && number(1, high, n) && take(')'); }
  // Bare `decimal` is the legacy (54,18) and keeps its bare name; decimal(p) is decimal(p,0).
  bool precision_and_scale(ColumnType& decimal) {
    decimal.precision = 54;
    decimal.scale = 18;
    if (!peek('(')) return true;
    if (!take('(') || !number(1, 54, decimal.precision)) return false;
    decimal.scale = 0;
    if (peek(',')) {
      if (!take(',') || !number(0, decimal.precision, decimal.scale)) return false;
    } else {
      out_ += ",0";
    }
    return take(')');
  }
  bool nested(ColumnType& parent, int depth) {
    return type(parent.children.emplace_back(), depth + 1);
  }
  bool fields(ColumnType& parent, int depth) {
    if (!take('<')) return false;
    do {
      if (!field_name(parent.field_names.emplace_back())) return false;
      if (!take(':') || !nested(parent, depth)) return false;
    } while (take(','));
    return take('>');
  }

  bool type(ColumnType& parsed, int depth) {
    if (depth > kMaxTypeDepth) return false;
    const size_t begin = out_.size();
    if (!name_and_arguments(parsed, depth)) return false;
    parsed.text = out_.substr(begin);
    return true;
  }

  bool name_and_arguments(ColumnType& parsed, int depth) {
    std::string_view name = word();
    out_ += name;
    for (const KindName& plain : kPlainTypes) {
      if (plain.name == name) {
        parsed.kind = plain.kind;
        return true;
      }
    }
    if (name == "decimal") {
      parsed.kind = TypeKind::kDecimal;
      return precision_and_scale(parsed);
    }
    if (name == "varchar") {
      parsed.kind = TypeKind::kVarchar;
      return length(65535, parsed.length);
    }
    if (name == "char") {
      parsed.kind = TypeKind::kChar;
      return length(255, parsed.length);
    }
    if (name == "array") {
      parsed.kind = TypeKind::kArray;
      return take('<') && nested(parsed, depth) && take('>');
    }
    if (name == "map") {
      parsed.kind = TypeKind::kMap;
      return take('<') && nested(parsed, depth) && take(',') && nested(parsed, depth) && take('>');
    }
    if (name == "struct") {
      parsed.kind = TypeKind::kStruct;
      return fields(parsed, depth);
    }
    return false;
  }

  std::string text_;
  size_t at_ = 0;
  std::string out_;
};

tl::unexpected<Error> bad_partition(std::string_view part, std::string_view why) {
  return fail(ErrorKind::kConfig, "MaxCompute-Partition",
              "partition part '" + std::string(part) + "' " + std::string(why),
              "write every level as name=value, for example pt=20240101,hh=01");
}

// Characters that cannot travel in the unquoted form, or that end a quoted value.
bool is_forbidden_in_value(char c) {
  return c == ',' || c == '/' || c == '=' || c == '\'' || c == '"' || c == '\\' ||
         static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

Result<ColumnType> parse_type(std::string_view text) {
  if (text.size() <= kMaxTypeLength) {
    if (auto type = TypeParser(text).parse()) return std::move(*type);
  }
  return fail(
      ErrorKind::kConfig, "MaxCompute-Type",
      "'" + std::string(text.substr(0, 100)) + "' is no MaxCompute column type",
      "known types: tinyint, smallint, int, bigint, float, double, boolean, string, binary, "
      "char(n), varchar(n), json, decimal(p,s), date, datetime, timestamp, timestamp_ntz, "
      "interval_day_time, interval_year_month, array<T>, map<K,V>, struct<name:T,...>");
}

Result<PartitionSpec> PartitionSpec::parse(std::string_view text) {
  PartitionSpec spec;
  text = trim(text);
  if (text.empty()) return spec;
  while (true) {
    size_t cut = text.find_first_of(",/");
    std::string_view part = trim(text.substr(0, cut));
    size_t equals = part.find('=');
    if (equals == std::string_view::npos) return bad_partition(part, "has no '='");
    std::string key = lower(trim(part.substr(0, equals)));
    if (key.empty() || !std::all_of(key.begin(), key.end(), is_word_char))
      return bad_partition(part, "has no proper column name before '='");
    std::string_view value = trim(part.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '\'' || value.front() == '"') &&
        value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    if (value.empty()) return bad_partition(part, "has no value after '='");
    if (std::any_of(value.begin(), value.end(), is_forbidden_in_value))
      return bad_partition(part, "has a quote, '=', ',', '/' or control character in its value");
    for (const auto& [other, ignored] : spec.parts_) {
      if (other == key) return bad_partition(part, "repeats a column of the same spec");
    }
    spec.add(std::move(key), std::string(value));
    if (cut == std::string_view::npos) return spec;
    text.remove_prefix(cut + 1);
  }
}

std::string PartitionSpec::quoted() const {
  std::string out;
  for (const auto& [key, value] : parts_) {
    if (!out.empty()) out += ',';
    out += key + "='";
    // parse() lets neither through; a value given by add() must still not end the literal early.
    for (char c : value) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    out += '\'';
  }
  return out;
}

std::string PartitionSpec::unquoted() const {
  std::string out;
  for (const auto& [key, value] : parts_) {
    if (!out.empty()) out += ',';
    out += key + "=" + value;
  }
  return out;
}

}  // namespace otsstream::maxcompute
