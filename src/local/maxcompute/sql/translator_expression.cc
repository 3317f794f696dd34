// Expressions, from OR down to literals and columns.
#include <charconv>

#include "local/maxcompute/sql/convert_cell.h"
#include "local/maxcompute/sql/decimal.h"
#include "local/maxcompute/sql/translator.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::TypeKind;

namespace {

constexpr size_t kMaxOperands = 90;  // of one call of SQLite

bool is_number(const std::optional<maxcompute::ColumnType>& type) {
  return type && (is_integer(type->kind) || type->kind == TypeKind::kBoolean);
}

}  // namespace

// a OR b OR c
Result<Translator::Expression> Translator::expression(const Scope& scope) {
  const Depth depth(depth_);
  OTS_CHECK(enter(tokens_.peek().at));
  OTS_TRY(Expression left, and_chain(scope));
  if (!tokens_.is_word("or")) return left;
  const SqlPosition at = left.at;
  OTS_TRY(left, as(left, plain_type(TypeKind::kBoolean)));
  std::string sql = "(" + left.sql;
  while (tokens_.accept_word("or")) {
    OTS_TRY(auto right, and_chain(scope));
    OTS_TRY(right, as(right, plain_type(TypeKind::kBoolean)));
    sql += " OR " + right.sql;
  }
  return boolean(sql + ")", at);
}

Result<Translator::Expression> Translator::and_chain(const Scope& scope) {
  OTS_TRY(Expression left, negation(scope));
  if (!tokens_.is_word("and")) return left;
  const SqlPosition at = left.at;
  OTS_TRY(left, as(left, plain_type(TypeKind::kBoolean)));
  std::string sql = "(" + left.sql;
  while (tokens_.accept_word("and")) {
    OTS_TRY(auto right, negation(scope));
    OTS_TRY(right, as(right, plain_type(TypeKind::kBoolean)));
    sql += " AND " + right.sql;
  }
  return boolean(sql + ")", at);
}

Result<Translator::Expression> Translator::negation(const Scope& scope) {
  const SqlPosition at = tokens_.peek().at;
  const bool exclamation = tokens_.is_sign("!") && !tokens_.is_signs("!=");
  if (!exclamation && !tokens_.is_word("not")) return predicate(scope);
  tokens_.next();
  const Depth depth(depth_);
  OTS_CHECK(enter(at));
  OTS_TRY(auto inner, negation(scope));
  OTS_TRY(inner, as(inner, plain_type(TypeKind::kBoolean)));
  return boolean("(NOT " + inner.sql + ")", at);
}

Result<Translator::Expression> Translator::predicate(const Scope& scope) {
  OTS_TRY(Expression left, bits(scope));
  for (bool more = true; more;) {
    OTS_TRY(left, predicate_tail(scope, std::move(left), more));
  }
  return left;
}

// One comparison behind `left`; `more` turns false when there is none.
Result<Translator::Expression> Translator::predicate_tail(const Scope& scope, Expression left,
                                                          bool& more) {
  const SqlPosition at = left.at;
  for (const char* signs : {"<=>", "<=", ">=", "<>", "!=", "==", "=", "<", ">"}) {
    if (!tokens_.accept_signs(signs)) continue;
    OTS_TRY(auto right, bits(scope));
    const std::string_view operation(signs);
    return compare(left,
                   operation == "<=>"  ? "IS"
                   : operation == "==" ? "="
                   : operation == "!=" ? "<>"
                                       : signs,
                   right);
  }
  if (tokens_.accept_word("is")) {
    const std::string negated = tokens_.accept_word("not") ? " NOT" : "";
    if (tokens_.accept_word("null")) {
      return boolean("(" + left.sql + " IS" + negated + " NULL)", at);
    }
    if (tokens_.accept_word("distinct")) {
      OTS_CHECK(tokens_.expect_word("from"));
      OTS_TRY(auto right, bits(scope));
      return compare(left, negated.empty() ? "IS NOT" : "IS", right);
    }
    const bool truth = tokens_.is_word("true");
    if (!truth && !tokens_.is_word("false")) return fail(tokens_.unexpected("NULL, TRUE or FALSE"));
    tokens_.next();
    OTS_TRY(left, as(left, plain_type(TypeKind::kBoolean)));
    return boolean("(" + left.sql + " IS" + negated + (truth ? " 1)" : " 0)"), at);
  }
  const bool negated =
      tokens_.is_word("not") &&
      (tokens_.is_word("in", 1) || tokens_.is_word("between", 1) || tokens_.is_word("like", 1) ||
       tokens_.is_word("rlike", 1) || tokens_.is_word("regexp", 1));
  if (negated) tokens_.next();
  const std::string no = negated ? "NOT " : "";
  if (tokens_.accept_word("in")) return in_list(scope, std::move(left), negated);
  if (tokens_.accept_word("between")) {
    OTS_TRY(auto low, bits(scope));
    OTS_CHECK(tokens_.expect_word("and"));
    OTS_TRY(auto high, bits(scope));
    OTS_TRY(auto above, compare(left, ">=", low));
    OTS_TRY(auto below, compare(left, "<=", high));
    return boolean("(" + no + "(" + above.sql + " AND " + below.sql + "))", at);
  }
  if (tokens_.accept_word("like")) {
    OTS_TRY(auto pattern, bits(scope));
    OTS_TRY(left, as(left, plain_type(TypeKind::kString)));
    OTS_TRY(pattern, as(pattern, plain_type(TypeKind::kString)));
    std::string sql = "(" + left.sql + " " + no + "LIKE " + pattern.sql;
    if (tokens_.accept_word("escape")) {
      OTS_TRY(auto escape, bits(scope));
      OTS_TRY(escape, as(escape, plain_type(TypeKind::kString)));
      sql += " ESCAPE " + escape.sql;
    }
    return boolean(sql + ")", at);
  }
  if (tokens_.accept_word("rlike") || tokens_.accept_word("regexp")) {
    OTS_TRY(auto pattern, bits(scope));
    OTS_TRY(left, as(left, plain_type(TypeKind::kString)));
    OTS_TRY(pattern, as(pattern, plain_type(TypeKind::kString)));
    return boolean("(" + left.sql + " " + no + "REGEXP " + pattern.sql + ")", at);
  }
  more = false;
  return left;
}

Result<Translator::Expression> Translator::in_list(const Scope& scope, Expression left,
                                                   bool negated) {
  const SqlPosition at = left.at;
  OTS_CHECK(tokens_.expect_sign("("));
  const std::string in = negated ? " NOT IN (" : " IN (";
  if (tokens_.is_word("select") || tokens_.is_word("with")) {
    OTS_TRY(auto inner, full_query(&scope));
    OTS_CHECK(tokens_.expect_sign(")"));
    if (inner.columns.size() != 1) {
      return fail(sql_semantic_error(at, "the query behind IN must have one column"));
    }
    Expression item;
    item.sql = "c0";
    item.type = inner.columns[0].type;
    item.at = at;
    const auto type = common(left.type, item.type, Purpose::kComparison);
    if (type) {
      OTS_TRY(left, as(left, *type));
      OTS_TRY(item, as(item, *type));
    }
    return boolean("(" + ordered(left) + in + "SELECT " + item.sql + " FROM (" + inner.sql + ")))",
                   at);
  }
  std::vector<Expression> all{left};
  do {
    OTS_TRY(auto item, expression(scope));
    all.push_back(std::move(item));
  } while (tokens_.accept_sign(","));
  OTS_CHECK(tokens_.expect_sign(")"));
  OTS_TRY(const auto type, common_of(all, Purpose::kComparison));
  std::string sql;
  for (size_t i = 0; i < all.size(); ++i) {
    if (type) {
      OTS_TRY(all[i], as(all[i], *type));
    }
    sql += i == 0 ? "(" + ordered(all[0]) + in : (i > 1 ? ", " : "") + all[i].sql;
  }
  return boolean(sql + "))", at);
}

// & | on integers
Result<Translator::Expression> Translator::bits(const Scope& scope) {
  OTS_TRY(Expression left, sum(scope));
  while (tokens_.is_sign("&") || (tokens_.is_sign("|") && !tokens_.is_signs("||"))) {
    const std::string operation = tokens_.peek().text;
    tokens_.next();
    OTS_TRY(auto right, sum(scope));
    OTS_TRY(left, as(left, plain_type(TypeKind::kBigint)));
    OTS_TRY(right, as(right, plain_type(TypeKind::kBigint)));
    left.sql = "(" + left.sql + " " + operation + " " + right.sql + ")";
    left.name.clear();
    left.integer.reset();
  }
  if (tokens_.is_sign("^")) return fail(sql_unsupported(tokens_.peek().at, "the operator ^"));
  return left;
}

Result<Translator::Expression> Translator::sum(const Scope& scope) {
  std::vector<Expression> operands;
  std::string operations;
  OTS_TRY(auto first, product(scope));
  operands.push_back(std::move(first));
  while (true) {
    if (tokens_.accept_signs("||")) {
      Expression left = arithmetic(std::move(operands), operations);
      OTS_TRY(auto right, product(scope));
      OTS_TRY(left, as(left, plain_type(TypeKind::kString)));
      OTS_TRY(right, as(right, plain_type(TypeKind::kString)));
      Expression joined;
      joined.sql = "mc_concat(" + left.sql + ", " + right.sql + ")";
      joined.type = plain_type(TypeKind::kString);
      joined.at = left.at;
      operands = {std::move(joined)};
      operations.clear();
      continue;
    }
    if (!tokens_.is_sign("+") && !tokens_.is_sign("-")) break;
    const SqlPosition at = tokens_.peek().at;
    operations += tokens_.peek().text;
    tokens_.next();
    OTS_TRY(auto right, product(scope));
    operands.push_back(std::move(right));
    for (const Expression& operand : operands) {
      if (operand.type && (is_moment(operand.type->kind) || is_complex(operand.type->kind) ||
                           operand.type->kind == TypeKind::kBinary)) {
        return fail(sql_unsupported(at, operations.substr(operations.size() - 1) + " on " +
                                            operand.type->text +
                                            " (there are dateadd and datediff)"));
      }
    }
    if (operands.size() == kMaxOperands) {
      operands = {arithmetic(std::move(operands), operations)};
      operations.clear();
    }
  }
  return arithmetic(std::move(operands), operations);
}

Result<Translator::Expression> Translator::product(const Scope& scope) {
  std::vector<Expression> operands;
  std::string operations;
  OTS_TRY(auto first, unary(scope));
  operands.push_back(std::move(first));
  while (tokens_.is_sign("*") || tokens_.is_sign("/") || tokens_.is_sign("%") ||
         tokens_.is_word("div")) {
    const SqlPosition at = tokens_.peek().at;
    const bool whole = tokens_.is_word("div");
    operations += whole ? "d" : tokens_.peek().text;
    tokens_.next();
    OTS_TRY(auto right, unary(scope));
    operands.push_back(std::move(right));
    for (const Expression& operand : operands) {
      if (operand.type && !is_number(operand.type) && !is_floating(operand.type->kind) &&
          !is_text(operand.type->kind) && operand.type->kind != TypeKind::kDecimal) {
        return fail(sql_semantic_error(at, "no arithmetic on " + operand.type->text));
      }
    }
    // What DIV gives is an integer, whatever comes behind.
    if (whole || operands.size() == kMaxOperands) {
      if (whole) {
        Expression divisor = std::move(operands.back());
        operands.pop_back();
        operations.pop_back();
        Expression left = arithmetic(std::move(operands), operations);
        OTS_TRY(left, as(left, plain_type(TypeKind::kBigint)));
        OTS_TRY(divisor, as(divisor, plain_type(TypeKind::kBigint)));
        left.sql = "(" + left.sql + " / " + divisor.sql + ")";
        left.type = plain_type(TypeKind::kBigint);
        left.name.clear();
        left.integer.reset();
        operands = {std::move(left)};
      } else {
        operands = {arithmetic(std::move(operands), operations)};
      }
      operations.clear();
    }
  }
  return arithmetic(std::move(operands), operations);
}

// From left to right: integers by SQLite itself, decimals exactly, all else in double, where NaN
// and Infinity are numbers too. `/` always gives a double.
Translator::Expression Translator::arithmetic(std::vector<Expression> operands,
                                              const std::string& operations) {
  if (operands.size() == 1) return std::move(operands[0]);
  bool integers = operations.find('/') == std::string::npos;
  bool exact = operations.find_first_of("/%") == std::string::npos;
  for (const Expression& operand : operands) {
    const bool integer = !operand.type || is_number(operand.type);
    integers = integers && integer;
    exact = exact && (integer || operand.type->kind == TypeKind::kDecimal);
  }
  Expression out;
  out.at = operands[0].at;
  if (integers) {
    out.type = plain_type(TypeKind::kBigint);
    out.sql = "(" + operands[0].sql;
    for (size_t i = 1; i < operands.size(); ++i) {
      out.sql += std::string(" ") + operations[i - 1] + " " + operands[i].sql;
    }
    out.sql += ")";
    return out;
  }
  out.type = exact ? wide_decimal() : plain_type(TypeKind::kDouble);
  out.sql = (exact ? "mc_decimal_arithmetic('" : "mc_arithmetic('") + operations + "'";
  for (const Expression& operand : operands) {
    // Numbers and texts always convert.
    auto converted = as(operand, *out.type);
    out.sql += ", " + (converted ? converted->sql : operand.sql);
  }
  out.sql += ")";
  return out;
}

Result<Translator::Expression> Translator::unary(const Scope& scope) {
  const SqlPosition at = tokens_.peek().at;
  if (tokens_.accept_sign("+")) return unary(scope);
  if (tokens_.is_sign("~")) return fail(sql_unsupported(at, "the operator ~"));
  if (!tokens_.accept_sign("-")) return postfix(scope);
  const Depth depth(depth_);
  OTS_CHECK(enter(at));
  // The smallest BIGINT has no positive twin.
  const SqlToken& digits = tokens_.peek();
  if (digits.kind == SqlTokenKind::kWord && digits.text[0] >= '0' && digits.text[0] <= '9') {
    const std::string text = "-" + digits.text;
    tokens_.next();
    return number(text, at);
  }
  OTS_TRY(Expression inner, unary(scope));
  if (inner.type && is_text(inner.type->kind)) {
    OTS_TRY(inner, as(inner, plain_type(TypeKind::kDouble)));
  }
  if (inner.type && !is_number(inner.type) && !is_floating(inner.type->kind) &&
      inner.type->kind != TypeKind::kDecimal) {
    return fail(sql_semantic_error(at, "no arithmetic on " + inner.type->text));
  }
  if (inner.type && is_number(inner.type)) inner.type = plain_type(TypeKind::kBigint);
  inner.sql = "mc_negate(" + inner.sql + ")";
  inner.name.clear();
  inner.integer.reset();
  return inner;
}

// a[1], m['key'], s.field
Result<Translator::Expression> Translator::postfix(const Scope& scope) {
  OTS_TRY(Expression inner, primary(scope));
  while (true) {
    const SqlPosition at = tokens_.peek().at;
    if (tokens_.is_sign("[")) {
      if (!inner.type ||
          (inner.type->kind != TypeKind::kArray && inner.type->kind != TypeKind::kMap)) {
        return fail(sql_semantic_error(at, "[…] stands behind an array or a map only"));
      }
      tokens_.next();
      OTS_TRY(auto key, expression(scope));
      OTS_CHECK(tokens_.expect_sign("]"));
      const bool is_map = inner.type->kind == TypeKind::kMap;
      OTS_TRY(key, as(key, is_map ? inner.type->children[0] : plain_type(TypeKind::kBigint)));
      inner.sql =
          "mc_element(" + inner.sql + ", " + type_number(*inner.type) + ", " + key.sql + ")";
      const Type element = inner.type->children[is_map ? 1 : 0];
      inner.type = element;
    } else if (tokens_.is_sign(".") && inner.type && inner.type->kind == TypeKind::kStruct) {
      tokens_.next();
      OTS_TRY(const auto field, tokens_.name("a field"));
      size_t i = 0;
      while (i < inner.type->field_names.size() &&
             maxcompute::ascii::lower(inner.type->field_names[i]) != field) {
        ++i;
      }
      if (i == inner.type->field_names.size()) {
        return fail(sql_semantic_error(at, inner.type->text + " has no field " + field));
      }
      inner.sql = "mc_element(" + inner.sql + ", " + type_number(*inner.type) + ", " +
                  std::to_string(i) + ")";
      const Type element = inner.type->children[i];
      inner.type = element;
    } else {
      return inner;
    }
    inner.name.clear();
  }
}

Result<Translator::Expression> Translator::primary(const Scope& scope) {
  const SqlToken token = tokens_.peek();
  switch (token.kind) {
    case SqlTokenKind::kEnd:
      return fail(tokens_.unexpected("an expression"));
    case SqlTokenKind::kText: {
      tokens_.next();
      Expression out;
      out.at = token.at;
      out.sql = sqlite_text(token.text);
      out.type = plain_type(TypeKind::kString);
      out.is_text_literal = true;
      out.text = token.text;
      return out;
    }
    case SqlTokenKind::kQuotedName:
      return column(scope);
    case SqlTokenKind::kWord:
      if (token.text[0] >= '0' && token.text[0] <= '9') {
        tokens_.next();
        return number(token.text, token.at);
      }
      return word(scope);
    case SqlTokenKind::kSign:
      break;
  }
  // .5
  if (token.text == "." && tokens_.peek(1).begin == token.end &&
      tokens_.peek(1).kind == SqlTokenKind::kWord && tokens_.peek(1).text[0] >= '0' &&
      tokens_.peek(1).text[0] <= '9') {
    const std::string digits = "0." + tokens_.peek(1).text;
    tokens_.next();
    tokens_.next();
    return number(digits, token.at);
  }
  if (!tokens_.accept_sign("(")) return fail(tokens_.unexpected("an expression"));
  if (tokens_.is_word("select") || tokens_.is_word("with")) {
    OTS_TRY(auto inner, full_query(&scope));
    OTS_CHECK(tokens_.expect_sign(")"));
    if (inner.columns.size() != 1) {
      return fail(sql_semantic_error(token.at, "a query as a value must have one column"));
    }
    Expression out;
    out.at = token.at;
    out.sql = "(" + inner.sql + ")";
    out.type = inner.columns[0].type;
    return out;
  }
  OTS_TRY(Expression inner, expression(scope));
  if (tokens_.is_sign(",")) {
    return fail(sql_unsupported(tokens_.peek().at, "a row of values as an expression"));
  }
  OTS_CHECK(tokens_.expect_sign(")"));
  inner.name.clear();
  inner.integer.reset();
  return inner;
}

Result<Translator::Expression> Translator::word(const Scope& scope) {
  const SqlToken token = tokens_.peek();
  const std::string lower = maxcompute::ascii::lower(token.text);
  Expression out;
  out.at = token.at;
  if (lower == "null") {
    tokens_.next();
    out.sql = "NULL";
    return out;
  }
  if (lower == "true" || lower == "false") {
    tokens_.next();
    return boolean(lower == "true" ? "1" : "0", token.at);
  }
  if (lower == "case") return case_expression(scope);
  if (lower == "cast" && tokens_.is_sign("(", 1)) return cast(scope);
  if (lower == "exists" && tokens_.is_sign("(", 1)) {
    tokens_.next();
    tokens_.next();
    OTS_TRY(auto inner, full_query(&scope));
    OTS_CHECK(tokens_.expect_sign(")"));
    return boolean("EXISTS (" + inner.sql + ")", token.at);
  }
  if (lower == "interval") return fail(sql_unsupported(token.at, "INTERVAL (there is dateadd)"));
  if (lower == "current_timestamp") {
    tokens_.next();
    if (tokens_.accept_sign("(")) OTS_CHECK(tokens_.expect_sign(")"));
    out.sql = "mc_now()";
    out.type = plain_type(TypeKind::kDatetime);
    return as(out, plain_type(TypeKind::kTimestamp));
  }
  // DATE '2024-01-01'
  if (tokens_.peek(1).kind == SqlTokenKind::kText &&
      (lower == "date" || lower == "datetime" || lower == "timestamp")) {
    tokens_.next();
    OTS_TRY(Expression text, primary(scope));
    OTS_TRY(const Type type, maxcompute::parse_type(lower));
    return as(text, type);
  }
  if (tokens_.is_sign("(", 1)) return call(scope);
  if (is_reserved_word(lower)) return fail(tokens_.unexpected("an expression"));
  return column(scope);
}

// 12, 12L, 1.5, 1e3, 1.5BD; the suffixes S and Y name smaller integers.
Result<Translator::Expression> Translator::number(const std::string& text, SqlPosition at) {
  Expression out;
  out.at = at;
  std::string digits = maxcompute::ascii::lower(text);
  if (digits.ends_with("bd")) {
    digits.resize(digits.size() - 2);
    const auto decimal = Decimal::parse(digits);
    if (!decimal) return fail(sql_parse_error(at, "'" + text + "' is no number"));
    out.sql = sqlite_text(decimal->text());
    out.type = wide_decimal();
    return out;
  }
  TypeKind kind = TypeKind::kBigint;
  const bool suffixed = digits.ends_with('l') || digits.ends_with('s') || digits.ends_with('y');
  if (suffixed) {
    kind = digits.ends_with('s')   ? TypeKind::kSmallint
           : digits.ends_with('y') ? TypeKind::kTinyint
                                   : TypeKind::kBigint;
    digits.pop_back();
  }
  int64_t integer = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), integer);
  if (error == std::errc() && end == digits.data() + digits.size()) {
    // SQLite would read the smallest number as the negative of one that is too large.
    out.sql = integer == INT64_MIN ? "(-9223372036854775807 - 1)"
              : integer < 0        ? "(" + digits + ")"
                                   : digits;
    out.type = plain_type(kind);
    if (!suffixed) out.integer = integer;
    return out;
  }
  const auto real = parse_double(digits);
  if (!real || suffixed || digits.find_first_not_of("0123456789.e+-") != std::string::npos) {
    return fail(sql_parse_error(at, "'" + text.substr(0, 40) + "' is no number"));
  }
  out.sql = "mc_cast(" + sqlite_text(digits) + ", " + type_number(plain_type(TypeKind::kString)) +
            ", " + type_number(plain_type(TypeKind::kDouble)) + ")";
  out.type = plain_type(TypeKind::kDouble);
  return out;
}

Result<Translator::Expression> Translator::case_expression(const Scope& scope) {
  const SqlPosition at = tokens_.peek().at;
  tokens_.next();
  std::optional<Expression> subject;
  if (!tokens_.is_word("when")) {
    OTS_TRY(subject, expression(scope));
  }
  std::vector<std::string> conditions;
  std::vector<Expression> results;
  while (tokens_.accept_word("when")) {
    OTS_TRY(auto condition, expression(scope));
    if (subject) {
      OTS_TRY(condition, compare(*subject, "=", condition));
    }
    OTS_TRY(condition, as(condition, plain_type(TypeKind::kBoolean)));
    OTS_CHECK(tokens_.expect_word("then"));
    OTS_TRY(auto result, expression(scope));
    conditions.push_back(condition.sql);
    results.push_back(std::move(result));
  }
  if (conditions.empty()) return fail(tokens_.unexpected("WHEN"));
  const bool has_else = tokens_.accept_word("else");
  if (has_else) {
    OTS_TRY(auto result, expression(scope));
    results.push_back(std::move(result));
  }
  OTS_CHECK(tokens_.expect_word("end"));
  Expression out;
  out.at = at;
  OTS_TRY(out.type, common_of(results, Purpose::kChoice));
  out.sql = "CASE";
  for (size_t i = 0; i < results.size(); ++i) {
    if (out.type) {
      OTS_TRY(results[i], as(results[i], *out.type));
    }
    out.sql += i < conditions.size() ? " WHEN " + conditions[i] + " THEN " : " ELSE ";
    out.sql += results[i].sql;
  }
  out.sql += " END";
  return out;
}

Result<Translator::Expression> Translator::cast(const Scope& scope) {
  const SqlPosition at = tokens_.peek().at;
  tokens_.next();
  tokens_.next();
  OTS_TRY(auto value, expression(scope));
  OTS_CHECK(tokens_.expect_word("as"));
  OTS_TRY(const Type type, tokens_.type());
  OTS_CHECK(tokens_.expect_sign(")"));
  OTS_TRY(auto out, as(value, type));
  out.type = type;  // of NULL too
  out.at = at;
  out.name.clear();
  out.integer.reset();
  out.is_text_literal = false;
  return out;
}

// [table.]column, in this query or one around it.
Result<Translator::Expression> Translator::column(const Scope& scope) {
  const SqlPosition at = tokens_.peek().at;
  OTS_TRY(std::string name, tokens_.name("a column"));
  std::string qualifier;
  auto is_source = [&] {
    for (const Scope* s = &scope; s != nullptr; s = s->outer) {
      for (const Source& source : s->sources) {
        if (source.alias == name) return true;
      }
    }
    return false;
  };
  if (tokens_.is_sign(".") && is_source()) {
    tokens_.next();
    qualifier = std::move(name);
    OTS_TRY(name, tokens_.name("a column"));
  }
  auto from_alias = [&](const Scope& s) -> const Expression* {
    if (!s.aliases_visible || !qualifier.empty()) return nullptr;
    for (const auto& [alias, expression] : s.aliases) {
      if (alias == name) return &expression;
    }
    return nullptr;
  };
  for (const Scope* s = &scope; s != nullptr; s = s->outer) {
    const Expression* aliased = from_alias(*s);
    Expression out;
    int found = 0;
    for (const Source& source : s->sources) {
      if (!qualifier.empty() && source.alias != qualifier) continue;
      for (size_t i = 0; i < source.columns.size(); ++i) {
        if (source.columns[i].name != name) continue;
        if (source.columns[i].hidden && qualifier.empty()) continue;
        ++found;
        out.sql = source.prefix + ".c" + std::to_string(i);
        out.type = source.columns[i].type;
      }
    }
    if (aliased != nullptr && (found == 0 || s->aliases_first)) {
      out = *aliased;
      found = 1;
    }
    if (found > 1) return fail(sql_semantic_error(at, "column " + name + " is ambiguous"));
    if (found == 1) {
      out.at = at;
      out.name = name;
      out.integer.reset();
      return out;
    }
  }
  return fail(sql_semantic_error(
      at, "column " + (qualifier.empty() ? "" : qualifier + ".") + name + " cannot be resolved"));
}

Result<Translator::Expression> Translator::compare(const Expression& left,
                                                   const std::string& operation,
                                                   const Expression& right) {
  OTS_TRY(const auto type, common_of({left, right}, Purpose::kComparison));
  if (!type) return boolean("(" + left.sql + " " + operation + " " + right.sql + ")", left.at);
  OTS_TRY(const auto a, as(left, *type));
  OTS_TRY(const auto b, as(right, *type));
  return boolean("(" + ordered(a) + " " + operation + " " + b.sql + ")", left.at);
}

}  // namespace otsstream::local
