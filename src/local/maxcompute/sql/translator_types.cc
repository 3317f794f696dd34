// What types an expression may become, and how SQLite is told.
#include <array>

#include "local/maxcompute/sql/convert_cell.h"
#include "local/maxcompute/sql/translator.h"

namespace otsstream::local {

using maxcompute::ColumnType;
using maxcompute::TypeKind;

namespace {

int integer_rank(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTinyint:
      return 0;
    case TypeKind::kSmallint:
      return 1;
    case TypeKind::kInt:
      return 2;
    default:
      return 3;
  }
}

int moment_rank(TypeKind kind) {
  switch (kind) {
    case TypeKind::kDate:
      return 0;
    case TypeKind::kDatetime:
      return 1;
    case TypeKind::kTimestampNtz:
      return 2;
    default:
      return 3;
  }
}

bool is_numeric(TypeKind kind) {
  return is_integer(kind) || is_floating(kind) || kind == TypeKind::kDecimal;
}

}  // namespace

const ColumnType& plain_type(TypeKind kind) {
  static const auto types = [] {
    std::array<ColumnType, 32> all;
    for (const char* text :
         {"bigint", "int", "smallint", "tinyint", "double", "float", "boolean", "string", "binary",
          "datetime", "date", "timestamp", "timestamp_ntz"}) {
      if (auto type = maxcompute::parse_type(text)) all[static_cast<size_t>(type->kind)] = *type;
    }
    return all;
  }();
  return types[static_cast<size_t>(kind)];
}

const ColumnType& wide_decimal() {
  static const ColumnType type = *maxcompute::parse_type("decimal(38,18)");
  return type;
}

std::string sqlite_text(std::string_view text) {
  // SQLite's statements end at a NUL byte.
  if (text.find('\0') != std::string_view::npos) {
    std::string out = "CAST(x'";
    constexpr char kDigits[] = "0123456789abcdef";
    for (unsigned char byte : text) {
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
    return out + "' AS TEXT)";
  }
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

Result<Translator::Expression> Translator::as(const Expression& expression, const Type& type) {
  if (!expression.type || *expression.type == type) return expression;
  if (!can_convert(*expression.type, type)) {
    return fail(
        sql_semantic_error(expression.at, expression.type->text + " does not become " + type.text));
  }
  Expression out = expression;
  const TypeKind from = expression.type->kind;
  out.type = type;
  out.is_text_literal = false;
  const bool widens =
      is_integer(from) && is_integer(type.kind) && integer_rank(from) <= integer_rank(type.kind);
  const bool same_form = widens || (is_floating(from) && type.kind == TypeKind::kDouble) ||
                         (is_text(from) && type.kind == TypeKind::kString);
  if (same_form) return out;
  if (is_integer(from) && type.kind == TypeKind::kDouble) {
    out.sql = "CAST(" + expression.sql + " AS REAL)";
    return out;
  }
  out.sql = "mc_cast(" + expression.sql + ", " + type_number(*expression.type) + ", " +
            type_number(type) + ")";
  return out;
}

std::optional<ColumnType> Translator::common(const std::optional<Type>& a,
                                             const std::optional<Type>& b, Purpose purpose) const {
  if (!a) return b;
  if (!b || *a == *b) return a;
  const TypeKind x = a->kind;
  const TypeKind y = b->kind;
  if (is_integer(x) && is_integer(y)) return integer_rank(x) >= integer_rank(y) ? a : b;
  if (is_numeric(x) && is_numeric(y)) {
    if (is_floating(x) || is_floating(y)) return plain_type(TypeKind::kDouble);
    return wide_decimal();
  }
  if (is_text(x) && is_text(y)) return plain_type(TypeKind::kString);
  if (is_moment(x) && is_moment(y)) return moment_rank(x) >= moment_rank(y) ? a : b;
  if (is_text(x) != is_text(y)) {
    const Type& other = is_text(x) ? *b : *a;
    if (is_numeric(other.kind)) {
      return purpose == Purpose::kComparison ? plain_type(TypeKind::kDouble)
                                             : plain_type(TypeKind::kString);
    }
    if (is_moment(other.kind)) {
      return purpose == Purpose::kComparison ? other : plain_type(TypeKind::kString);
    }
    if (other.kind == TypeKind::kBinary) return other;
    if (other.kind == TypeKind::kBoolean && purpose == Purpose::kComparison) return other;
  }
  if (is_complex(x) && x == y && can_convert(*a, *b)) return a;
  return std::nullopt;
}

Result<std::optional<ColumnType>> Translator::common_of(const std::vector<Expression>& expressions,
                                                        Purpose purpose, size_t from) const {
  std::optional<Type> type;
  for (size_t i = from; i < expressions.size(); ++i) {
    auto wider = common(type, expressions[i].type, purpose);
    if (!wider && type && expressions[i].type) {
      return fail(sql_semantic_error(expressions[i].at, expressions[i].type->text + " and " +
                                                            type->text + " have no common type"));
    }
    type = std::move(wider);
  }
  return type;
}

std::string Translator::ordered(const Expression& expression) const {
  if (!expression.type || expression.type->kind != TypeKind::kDecimal) return expression.sql;
  return expression.sql + " COLLATE " + kDecimalOrder;
}

Translator::Expression Translator::boolean(std::string sql, SqlPosition at) const {
  Expression out;
  out.sql = std::move(sql);
  out.type = plain_type(TypeKind::kBoolean);
  out.at = at;
  return out;
}

}  // namespace otsstream::local
