// Queries: WITH, UNION, SELECT, GROUP BY, ORDER BY, LIMIT.
#include "local/maxcompute/sql/translator.h"

#include <algorithm>

#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

namespace {

constexpr std::string_view kReserved[] = {
    "and",     "anti",    "as",       "asc",        "between", "by",    "case",      "cluster",
    "cross",   "desc",    "distinct", "distribute", "else",    "end",   "except",    "exists",
    "from",    "full",    "group",    "having",     "in",      "inner", "intersect", "is",
    "join",    "lateral", "left",     "like",       "limit",   "minus", "natural",   "not",
    "null",    "on",      "or",       "order",      "outer",   "over",  "partition", "pivot",
    "qualify", "regexp",  "right",    "rlike",      "select",  "semi",  "sort",      "tablesample",
    "then",    "union",   "unpivot",  "using",      "when",    "where", "window",    "with"};

}  // namespace

bool is_reserved_word(std::string_view lower_word) {
  return std::find(std::begin(kReserved), std::end(kReserved), lower_word) != std::end(kReserved);
}

Status Translator::enter(SqlPosition at) const {
  if (depth_ <= kMaxSqlDepth) return {};
  return fail(sql_parse_error(at, "nested more than " + std::to_string(kMaxSqlDepth) + " deep"));
}

Result<TranslatedQuery> Translator::query() { return full_query(nullptr); }

// [WITH …] operand { UNION … operand } [ORDER BY …] [LIMIT …]
Result<TranslatedQuery> Translator::full_query(const Scope* outer) {
  const Depth depth(depth_);
  OTS_CHECK(enter(tokens_.peek().at));
  const size_t known_ctes = ctes_.size();
  std::string with;
  OTS_CHECK(with_clause(outer, with));
  OTS_TRY(Core core, set_operand(outer));
  while (true) {
    const SqlPosition at = tokens_.peek().at;
    std::string operation;
    if (tokens_.accept_word("union")) {
      operation = tokens_.accept_word("all") ? "UNION ALL" : "UNION";
    } else if (tokens_.accept_word("intersect")) {
      operation = "INTERSECT";
    } else if (tokens_.accept_word("except") || tokens_.accept_word("minus")) {
      operation = "EXCEPT";
    } else {
      break;
    }
    if (operation != "UNION ALL" && tokens_.is_word("all")) {
      return fail(sql_unsupported(tokens_.peek().at, operation + " ALL"));
    }
    tokens_.accept_word("distinct");
    OTS_TRY(Core right, set_operand(outer));
    OTS_TRY(core.query, combined(std::move(core.query), std::move(right.query), operation, at));
    core.scope = nullptr;
  }
  OTS_TRY(const std::string end, tail(core));
  ctes_.resize(known_ctes);
  core.query.sql = with + core.query.sql + end;
  return std::move(core.query);
}

Status Translator::with_clause(const Scope* outer, std::string& out) {
  if (!tokens_.accept_word("with")) return {};
  if (tokens_.is_word("recursive")) {
    return fail(sql_unsupported(tokens_.peek().at, "WITH RECURSIVE"));
  }
  out = "WITH ";
  do {
    OTS_TRY(auto name, tokens_.name("a name"));
    Source named{name, "", {}};
    std::vector<std::string> renamed;
    if (tokens_.is_sign("(")) {
      tokens_.next();
      do {
        OTS_TRY(auto column_name, tokens_.name("a column name"));
        renamed.push_back(std::move(column_name));
      } while (tokens_.accept_sign(","));
      OTS_CHECK(tokens_.expect_sign(")"));
    }
    OTS_CHECK(tokens_.expect_word("as"));
    const SqlPosition at = tokens_.peek().at;
    OTS_CHECK(tokens_.expect_sign("("));
    OTS_TRY(auto inner, full_query(outer));
    OTS_CHECK(tokens_.expect_sign(")"));
    if (!renamed.empty() && renamed.size() != inner.columns.size()) {
      return fail(sql_semantic_error(at, name + " names " + std::to_string(renamed.size()) +
                                             " columns, its query has " +
                                             std::to_string(inner.columns.size())));
    }
    for (size_t i = 0; i < renamed.size(); ++i) inner.columns[i].name = renamed[i];
    Cte cte{name, fresh('w'), std::move(inner.columns)};
    out += (out.size() > 5 ? ", " : "") + cte.sqlite_name + " AS (" + inner.sql + ")";
    ctes_.push_back(std::move(cte));
  } while (tokens_.accept_sign(","));
  out += " ";
  return {};
}

Result<Translator::Core> Translator::set_operand(const Scope* outer) {
  if (tokens_.is_word("values")) {
    OTS_TRY(auto rows, values_rows(outer));
    return Core{std::move(rows), nullptr};
  }
  if (tokens_.accept_sign("(")) {
    OTS_TRY(auto inner, full_query(outer));
    OTS_CHECK(tokens_.expect_sign(")"));
    // SQLite takes no parentheses there.
    inner.sql = "SELECT * FROM (" + inner.sql + ")";
    return Core{std::move(inner), nullptr};
  }
  return select(outer);
}

Result<TranslatedQuery> Translator::combined(TranslatedQuery left, TranslatedQuery right,
                                             const std::string& operation, SqlPosition at) {
  if (left.columns.size() != right.columns.size()) {
    return fail(sql_semantic_error(at, operation + " of " + std::to_string(left.columns.size()) +
                                           " and " + std::to_string(right.columns.size()) +
                                           " columns"));
  }
  std::vector<std::optional<Type>> types;
  for (size_t i = 0; i < left.columns.size(); ++i) {
    const auto& a = left.columns[i].type;
    const auto& b = right.columns[i].type;
    types.push_back(common(a, b, Purpose::kChoice));
    if (!types.back() && (a || b)) {
      return fail(sql_semantic_error(at, operation + ": column " + std::to_string(i + 1) + " is " +
                                             a->text + " here and " + b->text + " there"));
    }
  }
  auto converted = [&](TranslatedQuery& side) -> Status {
    bool same = true;
    std::string list;
    for (size_t i = 0; i < types.size(); ++i) {
      Expression item;
      item.sql = "c" + std::to_string(i);
      item.type = side.columns[i].type;
      if (types[i] && item.type && !(*item.type == *types[i])) {
        OTS_TRY(item, as(item, *types[i]));
        same = false;
      }
      list += (i > 0 ? ", " : "") + ordered(item) + " AS c" + std::to_string(i);
    }
    if (!same) side.sql = "SELECT " + list + " FROM (" + side.sql + ")";
    return {};
  };
  OTS_CHECK(converted(left));
  OTS_CHECK(converted(right));
  for (size_t i = 0; i < types.size(); ++i) left.columns[i].type = types[i];
  left.sql += " " + operation + " " + right.sql;
  return left;
}

// ORDER BY and LIMIT behind a query; both may be absent.
Result<std::string> Translator::tail(Core& core) {
  std::string out;
  if (tokens_.accept_words("distribute", "by") || tokens_.accept_words("cluster", "by")) {
    // Where rows go is nothing that a result shows.
    Scope nowhere;
    Scope& scope = core.scope ? *core.scope : nowhere;
    OTS_CHECK(order_list(scope, false));
  }
  if (tokens_.accept_words("order", "by") || tokens_.accept_words("sort", "by")) {
    Scope result;
    if (!core.scope) {
      // Behind UNION only the columns of the result have names.
      core.query.sql = "SELECT * FROM (" + core.query.sql + ")";
      for (size_t i = 0; i < core.query.columns.size(); ++i) {
        Expression item;
        item.sql = "c" + std::to_string(i);
        item.type = core.query.columns[i].type;
        result.aliases.emplace_back(core.query.columns[i].name, std::move(item));
      }
    }
    Scope& scope = core.scope ? *core.scope : result;
    scope.aliases_visible = scope.aliases_first = true;
    OTS_TRY(const std::string list, order_list(scope, true));
    out += " ORDER BY " + list;
  }
  OTS_TRY(const std::string rows, limit());
  if (!rows.empty() && !core.scope && out.empty()) {
    core.query.sql = "SELECT * FROM (" + core.query.sql + ")";
  }
  return out + rows;
}

// SELECT … HAVING. The FROM clause is read first: the select list needs its columns.
Result<Translator::Core> Translator::select(const Scope* outer) {
  const SqlPosition begin = tokens_.peek().at;
  if (tokens_.is_word("from") || tokens_.is_word("map") || tokens_.is_word("reduce")) {
    return fail(sql_unsupported(begin, tokens_.peek().text + " at the beginning of a query"));
  }
  OTS_CHECK(tokens_.expect_word("select"));
  if (tokens_.is_word("transform")) return fail(sql_unsupported(begin, "SELECT TRANSFORM"));
  const bool distinct = tokens_.accept_word("distinct");
  if (!distinct) tokens_.accept_word("all");
  Core core;
  core.scope = std::make_shared<Scope>();
  core.scope->outer = outer;
  Scope& scope = *core.scope;

  const size_t items_at = tokens_.position();
  std::string from_sql;
  std::string conditions;  // of SEMI and ANTI joins
  std::optional<size_t> from_at = find_from();
  size_t behind_from = 0;
  if (from_at) {
    tokens_.go_to(*from_at + 1);
    OTS_TRY(const std::string sources, from(scope, conditions));
    from_sql = " FROM " + sources;
    behind_from = tokens_.position();
    tokens_.go_to(items_at);
  }
  OTS_TRY(const std::string items, select_items(scope, core.query.columns));
  if (from_at) {
    if (tokens_.position() != *from_at) return fail(tokens_.unexpected("',' or FROM"));
    tokens_.go_to(behind_from);
  }
  std::string sql = (distinct ? "SELECT DISTINCT " : "SELECT ") + items + from_sql;
  OTS_CHECK(unsupported_clause());
  if (tokens_.accept_word("where")) {
    OTS_TRY(auto condition, expression(scope));
    OTS_TRY(condition, as(condition, plain_type(maxcompute::TypeKind::kBoolean)));
    conditions += (conditions.empty() ? "" : " AND ") + condition.sql;
  }
  if (!conditions.empty()) sql += " WHERE " + conditions;
  scope.aliases_visible = true;
  if (tokens_.accept_words("group", "by")) {
    OTS_TRY(const std::string groups, group_by(scope));
    sql += " GROUP BY " + groups;
  }
  if (tokens_.accept_word("having")) {
    OTS_TRY(auto condition, expression(scope));
    OTS_TRY(condition, as(condition, plain_type(maxcompute::TypeKind::kBoolean)));
    sql += " HAVING " + condition.sql;
  }
  OTS_CHECK(unsupported_clause());
  core.query.sql = std::move(sql);
  return core;
}

Status Translator::unsupported_clause() const {
  for (const char* clause : {"lateral", "window", "qualify", "pivot", "unpivot", "tablesample"}) {
    if (!tokens_.is_word(clause)) continue;
    std::string name(clause);
    for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
    if (name == "LATERAL") name = "LATERAL VIEW";
    return fail(sql_unsupported(tokens_.peek().at, name));
  }
  return {};
}

// The FROM of the SELECT whose list begins here.
std::optional<size_t> Translator::find_from() const {
  int depth = 0;
  for (size_t ahead = 0; tokens_.peek(ahead).kind != SqlTokenKind::kEnd; ++ahead) {
    if (tokens_.is_sign("(", ahead)) ++depth;
    if (tokens_.is_sign(")", ahead) && --depth < 0) return std::nullopt;
    if (depth > 0) continue;
    // IS [NOT] DISTINCT FROM is another one.
    const bool compares = ahead > 1 && tokens_.is_word("distinct", ahead - 1) &&
                          (tokens_.is_word("is", ahead - 2) || tokens_.is_word("not", ahead - 2));
    if (tokens_.is_word("from", ahead) && !compares) return tokens_.position() + ahead;
    if (tokens_.is_sign(";", ahead) || tokens_.is_word("union", ahead) ||
        tokens_.is_word("intersect", ahead) || tokens_.is_word("except", ahead) ||
        tokens_.is_word("minus", ahead)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

Result<std::string> Translator::select_items(Scope& scope, std::vector<QueryColumn>& columns) {
  std::vector<Expression> items;
  std::vector<std::string> names;
  do {
    const SqlPosition at = tokens_.peek().at;
    if (tokens_.accept_sign("*")) {
      OTS_CHECK(star(scope, "", at, items, names));
      continue;
    }
    if (tokens_.is_sign(".", 1) && tokens_.is_sign("*", 2)) {
      OTS_TRY(auto qualifier, tokens_.name("a table"));
      tokens_.go_to(tokens_.position() + 2);
      OTS_CHECK(star(scope, qualifier, at, items, names));
      continue;
    }
    OTS_TRY(auto item, expression(scope));
    std::string name = item.name.empty() ? "_c" + std::to_string(items.size()) : item.name;
    OTS_TRY(auto given, alias());
    if (given) name = *given;
    names.push_back(std::move(name));
    items.push_back(std::move(item));
  } while (tokens_.accept_sign(","));
  std::string sql;
  for (size_t i = 0; i < items.size(); ++i) {
    sql += (i > 0 ? ", " : "") + ordered(items[i]) + " AS c" + std::to_string(i);
    columns.push_back({names[i], items[i].type});
    scope.aliases.emplace_back(names[i], items[i]);
  }
  return sql;
}

Status Translator::star(const Scope& scope, const std::string& qualifier, SqlPosition at,
                        std::vector<Expression>& items, std::vector<std::string>& names) {
  bool found = false;
  for (const Source& source : scope.sources) {
    if (!qualifier.empty() && source.alias != qualifier) continue;
    found = true;
    for (size_t i = 0; i < source.columns.size(); ++i) {
      if (source.columns[i].hidden && qualifier.empty()) continue;
      Expression item;
      item.sql = source.prefix + ".c" + std::to_string(i);
      item.type = source.columns[i].type;
      item.at = at;
      items.push_back(std::move(item));
      names.push_back(source.columns[i].name);
    }
  }
  if (found) return {};
  return fail(sql_semantic_error(
      at, qualifier.empty() ? "* without FROM" : "there is no table " + qualifier));
}

Result<std::string> Translator::group_by(Scope& scope) {
  for (const char* kind : {"grouping", "cube", "rollup"}) {
    if (tokens_.is_word(kind)) {
      return fail(sql_unsupported(tokens_.peek().at, "GROUPING SETS, CUBE and ROLLUP"));
    }
  }
  std::string sql;
  do {
    OTS_TRY(auto key, expression(scope));
    if (key.integer) {
      if (*key.integer < 1 || *key.integer > static_cast<int64_t>(scope.aliases.size())) {
        return fail(sql_semantic_error(
            key.at, "GROUP BY " + std::to_string(*key.integer) + ": there is no such column"));
      }
      key = scope.aliases[static_cast<size_t>(*key.integer - 1)].second;
    }
    sql += (sql.empty() ? "" : ", ") + sort_key(key);
  } while (tokens_.accept_sign(","));
  if (tokens_.is_word("with") || tokens_.is_word("grouping")) {
    return fail(sql_unsupported(tokens_.peek().at, "GROUPING SETS, CUBE and ROLLUP"));
  }
  return sql;
}

// A bare integer would be the number of a column for SQLite; here it is a constant.
std::string Translator::sort_key(const Expression& key) const {
  const bool bare = key.sql.find_first_not_of("0123456789()-") == std::string::npos;
  return bare ? "mc_coalesce(" + key.sql + ")" : ordered(key);
}

Result<std::string> Translator::order_list(Scope& scope, bool ordinals) {
  std::string sql;
  do {
    OTS_TRY(auto key, expression(scope));
    if (key.integer && ordinals) {
      if (*key.integer < 1 || *key.integer > static_cast<int64_t>(scope.aliases.size())) {
        return fail(sql_semantic_error(
            key.at, "ORDER BY " + std::to_string(*key.integer) + ": there is no such column"));
      }
      key = scope.aliases[static_cast<size_t>(*key.integer - 1)].second;
    }
    sql += (sql.empty() ? "" : ", ") + sort_key(key);
    if (tokens_.accept_word("desc")) {
      sql += " DESC";
    } else {
      tokens_.accept_word("asc");
    }
    if (tokens_.accept_words("nulls", "first")) sql += " NULLS FIRST";
    if (tokens_.accept_words("nulls", "last")) sql += " NULLS LAST";
  } while (tokens_.accept_sign(","));
  return sql;
}

// LIMIT n | LIMIT offset, n | LIMIT n OFFSET offset
Result<std::string> Translator::limit() {
  if (!tokens_.accept_word("limit")) return std::string();
  auto count = [&]() -> Result<std::string> {
    const SqlToken& token = tokens_.peek();
    if (token.kind != SqlTokenKind::kWord || token.text.size() > 18 ||
        token.text.find_first_not_of("0123456789") != std::string::npos) {
      return fail(tokens_.unexpected("a number of rows"));
    }
    std::string digits = token.text;
    tokens_.next();
    return digits;
  };
  OTS_TRY(std::string first, count());
  if (tokens_.accept_sign(",")) {
    OTS_TRY(const std::string rows, count());
    return " LIMIT " + rows + " OFFSET " + first;
  }
  if (tokens_.accept_word("offset")) {
    OTS_TRY(const std::string skipped, count());
    return " LIMIT " + first + " OFFSET " + skipped;
  }
  return " LIMIT " + first;
}

// VALUES (…), (…): as many rows as one likes; a column has the common type of its values.
Result<TranslatedQuery> Translator::values_rows(const Scope* outer) {
  OTS_CHECK(tokens_.expect_word("values"));
  Scope scope;
  scope.outer = outer;
  std::vector<std::vector<Expression>> rows;
  do {
    const SqlPosition at = tokens_.peek().at;
    const bool bare = !tokens_.accept_sign("(");
    auto& row = rows.emplace_back();
    do {
      OTS_TRY(auto value, expression(scope));
      row.push_back(std::move(value));
    } while (!bare && tokens_.accept_sign(","));
    if (!bare) OTS_CHECK(tokens_.expect_sign(")"));
    if (row.size() != rows[0].size()) {
      return fail(sql_semantic_error(at, "a row of " + std::to_string(row.size()) +
                                             " values among rows of " +
                                             std::to_string(rows[0].size())));
    }
  } while (tokens_.accept_sign(","));
  TranslatedQuery out;
  for (size_t i = 0; i < rows[0].size(); ++i) {
    std::optional<Type> type;
    for (const auto& row : rows) {
      auto wider = common(type, row[i].type, Purpose::kChoice);
      if (!wider && (type || row[i].type)) {
        return fail(sql_semantic_error(row[i].at, "a value of type " + row[i].type->text +
                                                      " among values of type " + type->text));
      }
      type = std::move(wider);
    }
    out.columns.push_back({"_c" + std::to_string(i), type});
    out.sql += (i > 0 ? ", " : "SELECT ") + ("column" + std::to_string(i + 1)) + " AS c" +
               std::to_string(i);
  }
  out.sql += " FROM (VALUES ";
  for (size_t r = 0; r < rows.size(); ++r) {
    out.sql += r > 0 ? ", (" : "(";
    for (size_t i = 0; i < rows[r].size(); ++i) {
      Expression value = rows[r][i];
      if (out.columns[i].type) {
        OTS_TRY(value, as(value, *out.columns[i].type));
      }
      out.sql += (i > 0 ? ", " : "") + value.sql;
    }
    out.sql += ")";
  }
  out.sql += ")";
  return out;
}

}  // namespace otsstream::local
