// FROM: tables, subqueries, joins.
#include <algorithm>

#include "local/maxcompute/sql/translator.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

Result<std::string> Translator::from(Scope& scope, std::string& conditions) {
  OTS_TRY(std::string sql, table_reference(scope));
  while (true) {
    OTS_CHECK(unsupported_clause());
    if (tokens_.accept_sign(",")) {
      OTS_TRY(const std::string next, table_reference(scope));
      sql += " CROSS JOIN " + next;
      continue;
    }
    const size_t before = tokens_.position();
    OTS_TRY(sql, join(scope, conditions, std::move(sql)));
    if (tokens_.position() == before) return sql;
  }
}

// Puts its columns into `scope`.
Result<std::string> Translator::table_reference(Scope& scope) {
  Source source;
  source.prefix = fresh('s');
  std::string sql;
  if (tokens_.is_word("values")) {
    OTS_TRY(auto rows, values_rows(scope.outer));
    for (auto& column : rows.columns) source.columns.push_back({column.name, column.type, false});
    sql = "(" + rows.sql + ")";
  } else if (tokens_.is_sign("(")) {
    tokens_.next();
    OTS_TRY(auto inner, full_query(scope.outer));
    OTS_CHECK(tokens_.expect_sign(")"));
    for (auto& column : inner.columns) source.columns.push_back({column.name, column.type, false});
    sql = "(" + inner.sql + ")";
  } else {
    OTS_TRY(const TableName name, tokens_.table_name());
    source.alias = name.name;
    auto cte = ctes_.rend();
    if (name.project.empty()) {
      cte = std::find_if(ctes_.rbegin(), ctes_.rend(),
                         [&](const Cte& candidate) { return candidate.name == name.name; });
    }
    if (cte != ctes_.rend()) {
      sql = cte->sqlite_name;
      for (auto& column : cte->columns) {
        source.columns.push_back({column.name, column.type, false});
      }
    } else {
      OTS_TRY(const SourceTable table, find_table_(name));
      sql = table.sqlite_name;
      for (const auto* list : {&table.schema->columns, &table.schema->partition_keys}) {
        for (const auto& column : *list)
          source.columns.push_back({column.name, column.type, false});
      }
    }
  }
  OTS_TRY(auto given, alias());
  if (given) {
    source.alias = *given;
    OTS_CHECK(alias_columns(source));
  }
  for (const Source& other : scope.sources) {
    if (!source.alias.empty() && other.alias == source.alias) {
      return fail(
          sql_semantic_error(tokens_.peek().at, "two tables are called " + source.alias + " here"));
    }
  }
  sql += " AS " + source.prefix;
  scope.sources.push_back(std::move(source));
  return sql;
}

// [AS] name
Result<std::optional<std::string>> Translator::alias() {
  const SqlToken& token = tokens_.peek();
  if (tokens_.accept_word("as")) {
    // The names of results may hold any characters.
    if (tokens_.peek().kind == SqlTokenKind::kQuotedName) {
      std::string name = maxcompute::ascii::lower(tokens_.peek().text);
      tokens_.next();
      return std::optional<std::string>(std::move(name));
    }
    OTS_TRY(auto name, tokens_.name("a name"));
    return std::optional<std::string>(std::move(name));
  }
  const bool plain = token.kind == SqlTokenKind::kWord &&
                     !is_reserved_word(maxcompute::ascii::lower(token.text)) &&
                     (token.text[0] < '0' || token.text[0] > '9');
  if (!plain && token.kind != SqlTokenKind::kQuotedName) return std::optional<std::string>();
  std::string name = maxcompute::ascii::lower(token.text);
  tokens_.next();
  return std::optional<std::string>(std::move(name));
}

// t(a, b): new names for its columns.
Status Translator::alias_columns(Source& source) {
  if (!tokens_.is_sign("(")) return {};
  const SqlPosition at = tokens_.peek().at;
  tokens_.next();
  std::vector<std::string> names;
  do {
    OTS_TRY(auto name, tokens_.name("a column name"));
    names.push_back(std::move(name));
  } while (tokens_.accept_sign(","));
  OTS_CHECK(tokens_.expect_sign(")"));
  if (names.size() != source.columns.size()) {
    return fail(sql_semantic_error(at, source.alias + " has " +
                                           std::to_string(source.columns.size()) + " columns, " +
                                           std::to_string(names.size()) + " are named"));
  }
  for (size_t i = 0; i < names.size(); ++i) source.columns[i].name = names[i];
  return {};
}

// One JOIN behind `left`, or `left` as it is when none follows.
Result<std::string> Translator::join(Scope& scope, std::string& conditions, std::string left) {
  const SqlPosition at = tokens_.peek().at;
  if (tokens_.is_word("natural")) return fail(sql_unsupported(at, "NATURAL JOIN"));
  std::string kind;
  bool semi = false;
  bool anti = false;
  if (tokens_.accept_word("left")) {
    semi = tokens_.accept_word("semi");
    anti = !semi && tokens_.accept_word("anti");
    tokens_.accept_word("outer");
    kind = "LEFT JOIN";
  } else if (tokens_.accept_word("right")) {
    tokens_.accept_word("outer");
    kind = "RIGHT JOIN";
  } else if (tokens_.accept_word("full")) {
    tokens_.accept_word("outer");
    kind = "FULL JOIN";
  } else if (tokens_.accept_word("cross")) {
    kind = "CROSS JOIN";
  } else if (tokens_.accept_word("inner") || tokens_.is_word("join")) {
    kind = "JOIN";
  } else {
    return left;
  }
  OTS_CHECK(tokens_.expect_word("join"));
  if (tokens_.is_word("lateral")) return fail(sql_unsupported(at, "LATERAL"));
  OTS_TRY(const std::string right, table_reference(scope));
  std::string condition;
  if (tokens_.accept_word("on")) {
    OTS_TRY(auto on, expression(scope));
    OTS_TRY(on, as(on, plain_type(maxcompute::TypeKind::kBoolean)));
    condition = on.sql;
  } else if (tokens_.is_word("using")) {
    if (kind == "RIGHT JOIN" || kind == "FULL JOIN") {
      return fail(sql_unsupported(tokens_.peek().at, "USING in a RIGHT or FULL JOIN"));
    }
    tokens_.next();
    OTS_TRY(condition, using_columns(scope));
  }
  if (!semi && !anti) {
    return left + " " + kind + " " + right + (condition.empty() ? "" : " ON " + condition);
  }
  // The right side of a SEMI or ANTI join is seen by its condition only.
  scope.sources.pop_back();
  conditions += (conditions.empty() ? "" : " AND ") + std::string(anti ? "NOT " : "") +
                "EXISTS (SELECT 1 FROM " + right +
                (condition.empty() ? "" : " WHERE " + condition) + ")";
  return left;
}

Result<std::string> Translator::using_columns(Scope& scope) {
  OTS_CHECK(tokens_.expect_sign("("));
  std::string condition;
  do {
    const SqlPosition at = tokens_.peek().at;
    OTS_TRY(const std::string name, tokens_.name("a column name"));
    auto find = [&](Source& source) -> std::optional<size_t> {
      for (size_t i = 0; i < source.columns.size(); ++i) {
        if (source.columns[i].name == name && !source.columns[i].hidden) return i;
      }
      return std::nullopt;
    };
    auto as_expression = [&](const Source& source, size_t i) {
      Expression out;
      out.sql = source.prefix + ".c" + std::to_string(i);
      out.type = source.columns[i].type;
      out.at = at;
      return out;
    };
    Source& right = scope.sources.back();
    const auto on_right = find(right);
    std::optional<Expression> on_left;
    for (size_t s = 0; s + 1 < scope.sources.size() && !on_left; ++s) {
      if (auto i = find(scope.sources[s])) on_left = as_expression(scope.sources[s], *i);
    }
    if (!on_right || !on_left) {
      return fail(sql_semantic_error(at, "column " + name + " is not on both sides"));
    }
    OTS_TRY(auto equal, compare(*on_left, "=", as_expression(right, *on_right)));
    right.columns[*on_right].hidden = true;
    condition += (condition.empty() ? "" : " AND ") + equal.sql;
  } while (tokens_.accept_sign(","));
  OTS_CHECK(tokens_.expect_sign(")"));
  return condition;
}

}  // namespace otsstream::local
