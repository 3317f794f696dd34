// Whole texts of statements, run on a project in memory with a table that has a row of every kind
// of form: DDL, INSERT and queries, from the tokens to SQLite.

#include "base/clock.h"
#include "base/random.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/sql/script.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  using namespace otsstream::local;
  ManualClock clock(1'795'356'194'000'000);
  Random random(1);
  auto blocks = BlockStore::open("", random, 16u << 20);
  auto catalog = Catalog::open("", "p");
  if (!blocks || !catalog) __builtin_trap();
  Catalogs catalogs;
  catalogs.emplace("p", std::move(*catalog));
  const Backend backend{"p", clock, random, **blocks, *catalogs.at("p"), catalogs};
  QueryLimits limits;
  limits.max_rows = 1000;
  limits.max_bytes = 1 << 20;
  limits.max_steps = 200'000;
  if (!run_sql(backend,
               "create table t (a bigint, b string, c double, d decimal, e datetime, f timestamp, "
               "g array<bigint>, h binary) partitioned by (ds string);"
               "insert into t partition (ds='x') values (1, 'b', cast('NaN' as double), 1.5bd, "
               "getdate(), current_timestamp(), array(1), unhex('00ff'))",
               {}, limits)) {
    __builtin_trap();
  }
  (void)run_sql(backend, {reinterpret_cast<const char*>(data), size}, {}, limits);
  return 0;
}
