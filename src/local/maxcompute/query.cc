#include "local/maxcompute/query.h"

#include <sqlite3.h>

#include "base/bytes.h"
#include "local/maxcompute/landed_table.h"
#include "local/maxcompute/sql/functions.h"
#include "local/maxcompute/sql/translator.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/cell_text.h"
#include "maxcompute/wire/record_cursor.h"

namespace otsstream::local {

namespace {

constexpr int kStepsPerCheck = 10'000;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// Reading tables and calling functions; no PRAGMA, no ATTACH, nothing that writes. The translator
// writes nothing else: this holds if it should err.
int authorize(void*, int action, const char*, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
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

Error limit_error(const std::string& what) {
  return make_error(ErrorKind::kResource, "ODPS-0010000",
                    "ODPS-0010000: the query is beyond a limit of the local MaxCompute: " + what,
                    "narrow it with WHERE or LIMIT");
}

Error as_query_error(sqlite3* db, int code, LandedRows& rows, SqlPosition at) {
  if (rows.error) return std::move(*rows.error);
  const std::string said = sqlite3_errmsg(db);
  if (code == SQLITE_INTERRUPT) return limit_error("too much work");
  if (code == SQLITE_TOOBIG) return limit_error("a value or the statement is too long");
  if (code == SQLITE_NOMEM) return limit_error("not enough memory");
  if (said.find("stack overflow") != std::string::npos ||
      said.find("too many") != std::string::npos) {
    return limit_error("the statement is too large: " + said);
  }
  return sql_semantic_error(at, said);
}

Result<ResultTable> collect(sqlite3* db, sqlite3_stmt* statement, LandedRows& rows,
                            const TranslatedQuery& query, const QueryLimits& limits,
                            SqlPosition at) {
  ResultTable result;
  for (const QueryColumn& column : query.columns) {
    result.columns.push_back(
        {column.name, column.type.value_or(maxcompute::ColumnType{}), "", true});
  }
  maxcompute::RecordStreamWriter out;
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return fail(as_query_error(db, code, rows, at));
    if (out.records() == limits.max_rows) {
      return fail(limit_error("more than " + std::to_string(limits.max_rows) + " rows"));
    }
    for (size_t i = 0; i < result.columns.size(); ++i) {
      const auto& column = result.columns[i];
      Status done = add_to_record(out, static_cast<uint32_t>(i + 1),
                                  value_of(statement, static_cast<int>(i)), column.type);
      if (!done) {
        return fail(sql_semantic_error(at, "column " + column.name + " of row " +
                                               std::to_string(out.records() + 1) + ": " +
                                               done.error().message));
      }
    }
    out.end_record();
    if (out.bytes() > limits.max_bytes) {
      return fail(limit_error("more than " + std::to_string(limits.max_bytes) + " bytes"));
    }
  }
  result.records = out.records();
  result.record_stream = out.finish();
  return result;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

}  // namespace

Result<ResultTable> run_query(TokenReader& tokens, const QuerySource& source) {
  const SqlPosition at = tokens.peek().at;
  LandedRows rows{source.tables, source.blocks, std::nullopt};
  StepCount steps{0, source.limits.max_steps};
  SqlSession session;
  session.zone = source.zone;
  session.now_ms = source.now_ms;
  session.max_bytes = source.limits.max_bytes;
  // A connection of its own: nothing that a statement does can reach the catalogue.
  OTS_TRY(auto connection, SqliteDb::open(""));
  sqlite3* db = connection.handle();
  OTS_CHECK(connection.execute("PRAGMA temp_store = MEMORY"));
  OTS_CHECK(register_functions(db, session));
  OTS_CHECK(add_landed_module(db, rows));

  std::vector<bool> created(source.tables.size());
  auto find_table = [&](const TableName& name) -> Result<SourceTable> {
    const std::string& project = name.project.empty() ? source.project : name.project;
    for (size_t i = 0; i < source.tables.size(); ++i) {
      const auto& schema = source.tables[i].schema;
      if (schema.table != name.name ||
          (schema.project.empty() ? source.project : schema.project) != project) {
        continue;
      }
      const std::string sqlite_name = "t" + std::to_string(i);
      if (!created[i]) OTS_CHECK(create_landed_table(db, sqlite_name, i));
      created[i] = true;
      return SourceTable{&schema, sqlite_name};
    }
    return fail(table_not_found(name.at, project + "." + name.name));
  };
  Translator translator(tokens, session, find_table);
  OTS_TRY(const TranslatedQuery query, translator.query());

  // The text is ours: it is longer than what came, and values are limited for themselves.
  sqlite3_set_authorizer(db, authorize, nullptr);
  sqlite3_progress_handler(db, kStepsPerCheck, count_steps, &steps);
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v2(db, query.sql.data(), static_cast<int>(query.sql.size()), &raw, nullptr);
  const Statement statement(raw);
  if (code != SQLITE_OK) return fail(as_query_error(db, code, rows, at));
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, static_cast<int>(source.limits.max_bytes));
  return collect(db, statement.get(), rows, query, source.limits, at);
}

Result<ResultTable> run_query(std::string_view sql, const QuerySource& source) {
  OTS_TRY(auto list, sql_tokens(sql));
  TokenReader tokens(sql, std::move(list));
  OTS_TRY(auto result, run_query(tokens, source));
  while (tokens.accept_sign(";")) {
  }
  if (!tokens.at_end()) return fail(tokens.unexpected("the end of the statement"));
  return result;
}

Result<QueryResult> as_texts(const ResultTable& table, const Zone& zone) {
  QueryResult out;
  for (const auto& column : table.columns) out.columns.push_back(column.name);
  maxcompute::RecordCursor cursor(table.record_stream, table.columns);
  std::vector<maxcompute::EncodedCell> cells(table.columns.size());
  while (true) {
    OTS_TRY(const bool more, cursor.next(cells));
    if (!more) return out;
    auto& row = out.rows.emplace_back();
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].null) {
        row.emplace_back();
        continue;
      }
      const auto& type = table.columns[i].type;
      OTS_TRY(const auto cell, maxcompute::decode_cell(cells[i].bytes, type));
      std::string text;
      if (type.kind == maxcompute::TypeKind::kBinary) {
        text = to_hex(cell.text);
      } else {
        maxcompute::append_text(text, cell, type, zone);
      }
      row.emplace_back(std::move(text));
    }
  }
}

std::string to_csv(const QueryResult& result) {
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
      } else if (row[i]->find_first_of(",\"\r\n") != std::string::npos || *row[i] == "\\N") {
        csv += quoted(*row[i]);
      } else {
        csv += *row[i];
      }
    }
    csv += '\n';
  }
  return csv;
}

Result<std::string> to_csv(const ResultTable& table, const Zone& zone) {
  OTS_TRY(const QueryResult texts, as_texts(table, zone));
  return to_csv(texts);
}

}  // namespace otsstream::local
