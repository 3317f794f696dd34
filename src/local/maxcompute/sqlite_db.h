#pragma once
// SQLite with owners and Results: a connection, a prepared statement, a transaction.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace otsstream::local {

// Columns and parameters are bound and read in order; a text is copied.
class SqliteStatement {
 public:
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&&) = delete;
  ~SqliteStatement();

  SqliteStatement& bind(std::string_view text);
  SqliteStatement& bind(const std::string& text) { return bind(std::string_view(text)); }
  SqliteStatement& bind(const char* text) { return bind(std::string_view(text)); }
  SqliteStatement& bind(int64_t number);
  SqliteStatement& bind(int number) { return bind(static_cast<int64_t>(number)); }
  SqliteStatement& bind(uint64_t number) { return bind(static_cast<int64_t>(number)); }
  SqliteStatement& bind(bool flag) { return bind(static_cast<int64_t>(flag)); }

  // True: there is a row to read. False: done.
  Result<bool> step();
  // For statements without rows.
  Status run();

  std::string text(int column) const;
  int64_t number(int column) const;

 private:
  friend class SqliteDb;
  SqliteStatement(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  sqlite3* db_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
  int error_ = 0;  // of a bind; told by the next step()
};

// Not thread-safe: its owner guards it.
class SqliteDb {
 public:
  // `file` empty: in memory. Fails with kResource "Local-Store".
  static Result<SqliteDb> open(const std::string& file);
  SqliteDb(SqliteDb&&) noexcept = default;
  SqliteDb& operator=(SqliteDb&&) noexcept = default;

  Status execute(const std::string& sql);  // one or more statements without parameters
  Result<SqliteStatement> prepare(std::string_view sql);
  // prepare, bind in order, run.
  template <class... Args>
  Status run(std::string_view sql, const Args&... args) {
    OTS_TRY(auto statement, prepare(sql));
    (statement.bind(args), ...);
    return statement.run();
  }
  // prepare and bind in order.
  template <class... Args>
  Result<SqliteStatement> query(std::string_view sql, const Args&... args) {
    OTS_TRY(auto statement, prepare(sql));
    (statement.bind(args), ...);
    return statement;
  }
  sqlite3* handle() const { return db_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  explicit SqliteDb(sqlite3* db) : db_(db) {}
  std::unique_ptr<sqlite3, Close> db_;
};

// Rolls back unless commit() was reached.
class SqliteTransaction {
 public:
  static Result<SqliteTransaction> begin(SqliteDb& db);
  SqliteTransaction(SqliteTransaction&& other) noexcept : db_(other.db_) { other.db_ = nullptr; }
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction();
  Status commit();

 private:
  explicit SqliteTransaction(SqliteDb& db) : db_(&db) {}
  SqliteDb* db_;
};

Error sqlite_error(sqlite3* db, std::string_view doing);

}  // namespace otsstream::local
