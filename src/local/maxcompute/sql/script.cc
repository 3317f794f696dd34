#include "local/maxcompute/sql/script.h"

#include "local/maxcompute/backend.h"
#include "local/maxcompute/ddl.h"
#include "local/maxcompute/sql/insert.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

namespace {

constexpr std::string_view kZoneSetting = "odps.sql.timezone";
// What a statement moves from table to table need not fit a result.
constexpr uint64_t kInsertRows = 20'000'000;
constexpr size_t kInsertBytes = size_t{1} << 30;

class Script {
 public:
  Script(const Backend& backend, TokenReader& tokens, const QueryLimits& limits)
      : backend_(backend), t_(tokens), limits_(limits) {}

  Status apply(std::string_view key, std::string_view value, SqlPosition at) {
    if (maxcompute::ascii::lower(key) != kZoneSetting || value.empty()) return {};
    auto zone = Zone::parse(value);
    if (!zone) return fail(sql_semantic_error(at, zone.error().message));
    zone_ = *zone;
    return {};
  }

  Result<SqlOutcome> run() {
    if (t_.at_end()) return fail(sql_parse_error(t_.peek().at, "empty statement"));
    SqlOutcome outcome;
    bool any = false;
    while (true) {
      while (t_.accept_sign(";")) {
      }
      if (t_.at_end()) break;
      any = true;
      OTS_TRY(outcome, statement());
      if (!t_.at_end() && !t_.is_sign(";")) {
        return fail(t_.unexpected("the end of the statement"));
      }
    }
    if (!any) return fail(sql_parse_error(SqlPosition{}, "empty statement"));
    return outcome;
  }

 private:
  bool at_query() const {
    return t_.is_word("select") || t_.is_word("with") || t_.is_word("values") || t_.is_sign("(");
  }

  Result<SqlOutcome> statement() {
    if (at_query()) return select();
    if (t_.is_word("insert")) return insert();
    if (t_.is_word("set")) return setting();
    OTS_TRY(const SqlStatement parsed, parse_ddl(t_));
    if (const auto* create = std::get_if<CreateTable>(&parsed); create && create->as_query) {
      return create_as(*create);
    }
    // Nothing is carried out when something else stands behind it.
    if (!t_.at_end() && !t_.is_sign(";")) return fail(t_.unexpected("the end of the statement"));
    SqlOutcome outcome;
    OTS_TRY(outcome.text, run_ddl(parsed, backend_));
    return outcome;
  }

  // Every project's tables, as they are at this moment.
  Result<ResultTable> query(const QueryLimits& limits) {
    const BlockStore::Reading reading(backend_.blocks);
    std::vector<LandedSnapshot> tables;
    for (const auto& [name, catalog] : backend_.catalogs) {
      OTS_TRY(auto snapshot, catalog->snapshot());
      for (LandedSnapshot& table : snapshot) tables.push_back(std::move(table));
    }
    const QuerySource source{backend_.project,         tables, backend_.blocks,
                             backend_.clock.wall_ms(), zone_,  limits};
    OTS_TRY(auto result, run_query(t_, source));
    if (!t_.at_end() && !t_.is_sign(";")) return fail(t_.unexpected("the end of the statement"));
    return result;
  }

  Result<SqlOutcome> select() {
    SqlOutcome outcome;
    OTS_TRY(outcome.table, query(limits_));
    outcome.has_table = true;
    outcome.format = "csv";
    OTS_TRY(outcome.text, to_csv(outcome.table, zone_));
    return outcome;
  }

  QueryLimits insert_limits() const {
    QueryLimits limits = limits_;
    limits.max_rows = std::max<size_t>(limits.max_rows, kInsertRows);
    limits.max_bytes = std::max(limits.max_bytes, kInsertBytes);
    return limits;
  }

  Result<SqlOutcome> insert() {
    OTS_TRY(const Insert parsed, parse_insert(t_));
    if (!at_query()) return fail(t_.unexpected("VALUES or SELECT"));
    OTS_TRY(const ResultTable rows, query(insert_limits()));
    OTS_CHECK(run_insert(parsed, rows, backend_, zone_));
    return SqlOutcome();
  }

  // The table appears with its rows or not at all.
  Result<SqlOutcome> create_as(const CreateTable& create) {
    if (!at_query()) return fail(t_.unexpected("SELECT"));
    OTS_TRY(const ResultTable rows, query(insert_limits()));
    CreateTable whole = create;
    for (const auto& column : rows.columns) whole.schema.columns.push_back(column);
    Catalog* catalog = &backend_.catalog;
    if (!create.table.project.empty()) {
      auto found = backend_.catalog_of(create.table.project);
      if (!found) {
        return fail(as_task_error(std::move(found.error()), create.table, backend_.project));
      }
      catalog = *found;
    }
    for (size_t i = 0; i < rows.columns.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (rows.columns[i].name == rows.columns[j].name) {
          return fail(sql_semantic_error(create.table.at,
                                         "two columns are called " + rows.columns[i].name));
        }
      }
    }
    if (create.if_not_exists && catalog->table(create.table.name)) return SqlOutcome();
    if (Status made = create_table(whole, backend_); !made) {
      return fail(as_task_error(std::move(made.error()), create.table, backend_.project));
    }
    const Insert insert{create.table, false, {}, {}};
    if (Status landed = run_insert(insert, rows, backend_, zone_); !landed) {
      // Best effort: the error that counts is the first.
      (void)catalog->drop_table(create.table.name, true);
      return fail(std::move(landed.error()));
    }
    return SqlOutcome();
  }

  // SET key = value, as they come up to the semicolon.
  Result<SqlOutcome> setting() {
    t_.next();
    const SqlToken first = t_.peek();
    size_t end = first.begin;
    while (!t_.at_end() && !t_.is_sign(";")) {
      end = t_.peek().end;
      t_.next();
    }
    const std::string_view text = t_.source(first.begin, end);
    const size_t equal = text.find('=');
    if (equal == std::string_view::npos) {
      return fail(sql_parse_error(first.at, "expected SET name=value"));
    }
    std::string_view value = maxcompute::ascii::trim(text.substr(equal + 1));
    if (value.size() > 1 && (value.front() == '\'' || value.front() == '"')) {
      value = value.substr(1, value.size() - 2);
    }
    OTS_CHECK(apply(maxcompute::ascii::trim(text.substr(0, equal)), value, first.at));
    return SqlOutcome();
  }

  const Backend& backend_;
  TokenReader& t_;
  const QueryLimits limits_;
  Zone zone_ = Zone::china();
};

}  // namespace

Result<SqlOutcome> run_sql(const Backend& backend, std::string_view text,
                           const SqlSettings& settings, const QueryLimits& limits) {
  OTS_TRY(auto list, sql_tokens(text));
  TokenReader tokens(text, std::move(list));
  Script script(backend, tokens, limits);
  for (const auto& [key, value] : settings) OTS_CHECK(script.apply(key, value, SqlPosition{}));
  return script.run();
}

}  // namespace otsstream::local
