#include "local/maxcompute/sqlite_db.h"

#include <sqlite3.h>

namespace otsstream::local {

Error sqlite_error(sqlite3* db, std::string_view doing) {
  const char* said = db != nullptr ? sqlite3_errmsg(db) : "out of memory";
  return make_error(
      ErrorKind::kResource, "Local-Store",
      "the catalogue of the local MaxCompute failed while " + std::string(doing) + ": " + said,
      "check free space and access rights of its directory");
}

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : db_(other.db_), statement_(other.statement_), bound_(other.bound_), error_(other.error_) {
  other.statement_ = nullptr;
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

SqliteStatement& SqliteStatement::bind(std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() != nullptr ? text.data() : "";
  int rc =
      sqlite3_bind_text64(statement_, ++bound_, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (rc != SQLITE_OK) error_ = rc;
  return *this;
}

SqliteStatement& SqliteStatement::bind(int64_t number) {
  int rc = sqlite3_bind_int64(statement_, ++bound_, number);
  if (rc != SQLITE_OK) error_ = rc;
  return *this;
}

Result<bool> SqliteStatement::step() {
  if (error_ != 0) return fail(sqlite_error(db_, "binding a value"));
  int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  return fail(sqlite_error(db_, "running a statement"));
}

Status SqliteStatement::run() {
  OTS_TRY(bool more, step());
  while (more) {
    OTS_TRY(more, step());
  }
  return {};
}

std::string SqliteStatement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return {};
  return std::string(data, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}

int64_t SqliteStatement::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

void SqliteDb::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

Result<SqliteDb> SqliteDb::open(const std::string& file) {
  sqlite3* raw = nullptr;
  int rc =
      sqlite3_open_v2(file.empty() ? ":memory:" : file.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  SqliteDb db(raw);  // closes it on failure too
  if (rc != SQLITE_OK) return fail(sqlite_error(raw, "opening it"));
  sqlite3_busy_timeout(raw, 5000);
  return db;
}

Status SqliteDb::execute(const std::string& sql) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail(sqlite_error(db_.get(), "running a statement"));
  }
  return {};
}

Result<SqliteStatement> SqliteDb::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                         nullptr) != SQLITE_OK) {
    return fail(sqlite_error(db_.get(), "preparing a statement"));
  }
  return SqliteStatement(db_.get(), statement);
}

Result<SqliteTransaction> SqliteTransaction::begin(SqliteDb& db) {
  OTS_CHECK(db.execute("BEGIN IMMEDIATE"));
  return SqliteTransaction(db);
}

SqliteTransaction::~SqliteTransaction() {
  // A failed rollback leaves nothing to do: SQLite has rolled back already.
  if (db_ != nullptr) (void)db_->execute("ROLLBACK");
}

Status SqliteTransaction::commit() {
  OTS_CHECK(db_->execute("COMMIT"));
  db_ = nullptr;
  return {};
}

}  // namespace otsstream::local
