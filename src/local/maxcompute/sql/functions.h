#pragma once
// The SQL functions behind function_rules.h, made known to one SQLite connection. The translator
// converts arguments before the call, so that each function sees the forms (sql_value.h) of its
// parameters only.

#include <string>
#include <string_view>

#include "base/result.h"
#include "local/maxcompute/sql/sql_value.h"

struct sqlite3;

namespace otsstream::local {

// `session` must outlive the connection.
Status register_functions(sqlite3* db, SqlSession& session);

// One call of a scalar function.
struct SqlCall {
  sqlite3_context* context;
  int count;
  sqlite3_value** values;
  SqlSession& session;

  SqlValue at(int i) const { return value_of(values[i]); }
  std::string_view text(int i) const { return at(i).bytes; }
  int64_t integer(int i, int64_t otherwise = 0) const {
    return i < count ? at(i).integer : otherwise;
  }
  double number(int i) const { return at(i).as_double(); }
  void null() const;
  void error(const std::string& what) const;
  // Fails the query when the text would be longer than a value may be.
  bool fits(size_t bytes) const;
};

struct ScalarFunction {
  const char* name;
  int arguments;  // -1: any number
  void (*call)(const SqlCall& call);
  bool takes_null = false;  // else a NULL argument gives NULL without a call
};

// The parts of register_functions, a file each.
Status register_scalars(sqlite3* db, SqlSession& session, const ScalarFunction* functions,
                        size_t count);
Status register_text_functions(sqlite3* db, SqlSession& session);
Status register_pattern_functions(sqlite3* db, SqlSession& session);
Status register_number_functions(sqlite3* db, SqlSession& session);
Status register_time_functions(sqlite3* db, SqlSession& session);
Status register_typed_functions(sqlite3* db, SqlSession& session);
Status register_aggregates(sqlite3* db, SqlSession& session);

}  // namespace otsstream::local
