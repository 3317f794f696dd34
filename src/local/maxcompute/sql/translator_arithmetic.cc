// Arithmetic: bits, sums, products, signs.
#include "local/maxcompute/sql/translator.h"

namespace otsstream::local {

using maxcompute::TypeKind;

namespace {

constexpr size_t kMaxOperands = 90;  // of one call of SQLite

bool is_number(const std::optional<maxcompute::ColumnType>& type) {
  return type && (is_integer(type->kind) || type->kind == TypeKind::kBoolean);
}

}  // namespace

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

}  // namespace otsstream::local
