#include "local/maxcompute/sql/functions.h"

#include <sqlite3.h>

#include "local/maxcompute/sql/decimal.h"
#include "local/maxcompute/sqlite_db.h"

namespace otsstream::local {

namespace {

struct Binding {
  const ScalarFunction* function;
  SqlSession* session;
};

void run(sqlite3_context* context, int count, sqlite3_value** values) {
  const auto* binding = static_cast<const Binding*>(sqlite3_user_data(context));
  if (!binding->function->takes_null) {
    for (int i = 0; i < count; ++i) {
      if (sqlite3_value_type(values[i]) == SQLITE_NULL) return sqlite3_result_null(context);
    }
  }
  binding->function->call({context, count, values, *binding->session});
}

int compare_decimals(void*, int a_size, const void* a, int b_size, const void* b) {
  return compare_decimal_texts({static_cast<const char*>(a), static_cast<size_t>(a_size)},
                               {static_cast<const char*>(b), static_cast<size_t>(b_size)});
}

}  // namespace

void SqlCall::null() const { sqlite3_result_null(context); }

void SqlCall::error(const std::string& what) const {
  sqlite3_result_error(context, what.c_str(), static_cast<int>(what.size()));
}

bool SqlCall::fits(size_t bytes) const {
  if (bytes <= session.max_bytes) return true;
  sqlite3_result_error_toobig(context);
  return false;
}

Status register_scalars(sqlite3* db, SqlSession& session, const ScalarFunction* functions,
                        size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const int done = sqlite3_create_function_v2(
        db, functions[i].name, functions[i].arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
        new Binding{&functions[i], &session}, run, nullptr, nullptr,
        [](void* binding) { delete static_cast<Binding*>(binding); });
    if (done != SQLITE_OK) return fail(sqlite_error(db, "preparing the functions of a query"));
  }
  return {};
}

Status register_functions(sqlite3* db, SqlSession& session) {
  if (sqlite3_create_collation(db, kDecimalOrder, SQLITE_UTF8, nullptr, compare_decimals) !=
      SQLITE_OK) {
    return fail(sqlite_error(db, "preparing the functions of a query"));
  }
  OTS_CHECK(register_text_functions(db, session));
  OTS_CHECK(register_pattern_functions(db, session));
  OTS_CHECK(register_number_functions(db, session));
  OTS_CHECK(register_time_functions(db, session));
  OTS_CHECK(register_typed_functions(db, session));
  return register_aggregates(db, session);
}

}  // namespace otsstream::local
