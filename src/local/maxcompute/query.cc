#include "local/maxcompute/query.h"

#include <sqlite3.h>

#include <charconv>
#include <cmath>

#include "base/bytes.h"
#include "local/maxcompute/landed_table.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

namespace {

constexpr int kStepsPerCheck = 10'000;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// Reading tables and calling functions; no PRAGMA, no ATTACH, nothing that writes.
int authorize(void*, int action, const char*, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

struct StepCount {
  uint64_t done = 0;
  uint64_t limit = 0;
};

int count_steps(void* context) {
  auto* count = static_cast<StepCount*>(context);
  count->done += kStepsPerCheck;
  return count->done > count->limit ? 1 : 0;
}

Error limit_error(std::string what) {
  return make_error(ErrorKind::kResource, "ODPS-0010000",
                    "ODPS-0010000: the query is beyond a limit of the local MaxCompute: " + what,
                    "narrow it with WHERE or LIMIT");
}

Error not_a_select() {
  return make_error(ErrorKind::kConfig, "ODPS-0130161",
                    "ODPS-0130161:[1,1] Parse exception - the local MaxCompute answers exactly one "
                    "SELECT statement here");
}

Error as_query_error(sqlite3* db, int code, LandedRows& rows) {
  if (rows.error) return std::move(*rows.error);
  const std::string said = sqlite3_errmsg(db);
  if (code == SQLITE_AUTH) return not_a_select();
  if (code == SQLITE_INTERRUPT) return limit_error("too much work");
  if (code == SQLITE_TOOBIG) return limit_error("a value is too long");
  if (code == SQLITE_NOMEM) return limit_error("not enough memory");
  constexpr std::string_view kNoTable = "no such table: ";
  if (said.starts_with(kNoTable)) {
    return make_error(ErrorKind::kNotFound, "ODPS-0130131",
                      "ODPS-0130131:[1,1] Table not found - table " + said.substr(kNoTable.size()) +
                          " cannot be resolved");
  }
  return make_error(ErrorKind::kConfig, "ODPS-0130071",
                    "ODPS-0130071:[1,1] Semantic analysis exception - " + said);
}

std::string double_text(double value) {
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char digits[32];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  std::string text(digits, end);
  // A DOUBLE looks like one even when it is whole.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::optional<std::string> cell_text(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return std::nullopt;
    case SQLITE_FLOAT:
      return double_text(sqlite3_column_double(statement, column));
    case SQLITE_INTEGER: {
      const int64_t number = sqlite3_column_int64(statement, column);
      const char* type = sqlite3_column_decltype(statement, column);
      if (type != nullptr && std::string_view(type) == "BOOLEAN") {
        return number != 0 ? "true" : "false";
      }
      return std::to_string(number);
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      return size == 0 ? "" : to_hex({bytes, size});
    }
    default: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      if (text == nullptr) return "";
      return std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
    }
  }
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v;") == std::string_view::npos;
}

Result<Statement> prepare(sqlite3* db, std::string_view sql, LandedRows& rows) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &raw, &tail);
  Statement statement(raw);
  if (code != SQLITE_OK) return fail(as_query_error(db, code, rows));
  const bool single = is_blank(sql.substr(static_cast<size_t>(tail - sql.data())));
  // EXPLAIN is no SELECT for whoever expects rows of a table.
  if (raw == nullptr || !single || sqlite3_stmt_readonly(raw) == 0 ||
      sqlite3_stmt_isexplain(raw) != 0 || sqlite3_column_count(raw) == 0) {
    return fail(not_a_select());
  }
  return statement;
}

Result<QueryResult> collect(sqlite3* db, sqlite3_stmt* statement, LandedRows& rows,
                            const QueryLimits& limits) {
  QueryResult result;
  const int columns = sqlite3_column_count(statement);
  for (int i = 0; i < columns; ++i) {
    const char* name = sqlite3_column_name(statement, i);
    result.columns.emplace_back(name != nullptr ? name : "");
  }
  size_t bytes = 0;
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return result;
    if (code != SQLITE_ROW) return fail(as_query_error(db, code, rows));
    if (result.rows.size() == limits.max_rows) {
      return fail(limit_error("more than " + std::to_string(limits.max_rows) + " rows"));
    }
    auto& row = result.rows.emplace_back();
    for (int i = 0; i < columns; ++i) {
      row.push_back(cell_text(statement, i));
      if (row.back()) bytes += row.back()->size();
    }
    if (bytes > limits.max_bytes) {
      return fail(limit_error("more than " + std::to_string(limits.max_bytes) + " bytes"));
    }
  }
}

}  // namespace

Result<QueryResult> run_select(std::string_view sql, const std::string& project,
                               const std::vector<LandedSnapshot>& tables, const BlockStore& blocks,
                               const QueryLimits& limits) {
  LandedRows rows{tables, blocks, std::nullopt};
  StepCount steps{0, limits.max_steps};
  // A connection of its own: nothing that a statement does can reach the catalogue.
  OTS_TRY(auto connection, SqliteDb::open(""));
  sqlite3* db = connection.handle();
  const std::string schema = maxcompute::ascii::lower(project);
  if (schema != "main" && schema != "temp") {
    OTS_CHECK(connection.run("ATTACH ':memory:' AS ?", schema));
  }
  OTS_CHECK(create_landed_tables(db, schema, rows));
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, static_cast<int>(limits.max_bytes));
  sqlite3_set_authorizer(db, authorize, nullptr);
  sqlite3_progress_handler(db, kStepsPerCheck, count_steps, &steps);
  OTS_TRY(auto statement, prepare(db, sql, rows));
  return collect(db, statement.get(), rows, limits);
}

std::string to_csv(const QueryResult& result) {
  auto quoted = [](std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    return out + "\"";
  };
  std::string csv;
  for (size_t i = 0; i < result.columns.size(); ++i) {
    if (i > 0) csv += ',';
    csv += quoted(result.columns[i]);
  }
  csv += '\n';
  for (const auto& row : result.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) csv += ',';
      if (!row[i]) {
        csv += "\\N";
      } else if (row[i]->find_first_of(",\"\r\n") != std::string::npos) {
        csv += quoted(*row[i]);
      } else {
        csv += *row[i];
      }
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace otsstream::local
