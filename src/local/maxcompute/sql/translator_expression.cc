// What arithmetic works on: literals, columns, CASE, CAST, brackets and what follows them.
#include <charconv>

#include "local/maxcompute/sql/convert_cell.h"
#include "local/maxcompute/sql/decimal.h"
#include "local/maxcompute/sql/translator.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::TypeKind;

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

}  // namespace otsstream::local
