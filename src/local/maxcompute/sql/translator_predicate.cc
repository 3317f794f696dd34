// Predicates: OR, AND, NOT, comparisons, IN, BETWEEN, LIKE, IS.
#include "local/maxcompute/sql/translator.h"

namespace otsstream::local {

using maxcompute::TypeKind;

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
