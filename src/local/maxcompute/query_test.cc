#include "local/maxcompute/query.h"

#include <limits>

#include "local/maxcompute/block_store.h"
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/server_test_support.h"

namespace otsstream::local {
namespace {

using maxcompute::RecordStreamWriter;
using test::id_and_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class QueryTest : public test::MaxComputeTest {
 protected:
  std::string error(const std::string& query) {
    auto result = server_->query(query);
    return result ? "" : result.error().code + " " + result.error().message;
  }
};

TEST_F(QueryTest, ShowsEveryTypeAndNull) {
  ddl("CREATE TABLE t (a BIGINT, b DOUBLE, c BOOLEAN, d STRING, e BINARY, f TINYINT)");
  RecordStreamWriter out;
  out.add_bigint(1, std::numeric_limits<int64_t>::max());
  out.add_double(2, 0.1);
  out.add_boolean(3, true);
  out.add_text(4, "中文é'\"\n");
  out.add_text(5, std::string("\x00\xff", 2));
  out.add_bigint(6, -128);
  out.end_record();
  out.end_record();
  for (double d : {3.0, std::numeric_limits<double>::infinity(),
                   std::numeric_limits<double>::quiet_NaN(), 1e300}) {
    out.add_double(2, d);
    out.add_boolean(3, false);
    out.add_text(4, "");
    out.end_record();
  }
  land("t", out.finish());
  EXPECT_THAT(select("select * from t"),
              ElementsAre("9223372036854775807|0.1|true|中文é'\"\n|00ff|-128", "∅|∅|∅|∅|∅|∅",
                          "∅|3.0|false||∅|∅", "∅|Infinity|false||∅|∅", "∅|NaN|false||∅|∅",
                          "∅|1e+300|false||∅|∅"));
  EXPECT_THAT(select("select count(*), sum(f) from t where c"), ElementsAre("1|-128"));
  EXPECT_THAT(select("select count(*) from t where d is null"), ElementsAre("1"));
}

TEST_F(QueryTest, SpeaksSqlOverPartitions) {
  ddl("CREATE TABLE t (id BIGINT, v STRING) PARTITIONED BY (ds STRING, n BIGINT)");
  ddl("ALTER TABLE t ADD PARTITION (ds='1',n=1) PARTITION (ds='1',n='02') PARTITION (ds='b',n=3)");
  land("t", id_and_text({{1, "x"}, {2, "y"}}), "ds=1,n=1");
  land("t", id_and_text({{3, "x"}}), "ds=1,n=02");
  land("t", id_and_text({{4, "z"}}), "ds=b,n=3");
  struct {
    const char* sql;
    std::vector<std::string> rows;
  } cases[] = {
      {"select * from t order by id desc limit 2;", {"4|z|b|3", "3|x|1|2"}},
      {"select id from t where ds = '1' and n = 2", {"3"}},
      {"select id from t where ds = 1 order by id",
       {"1", "2", "3"}},  // a text column next to a number
      {"select id from t where ds = \"b\"", {"4"}},
      {"select id from t where ds = 'B'", {}},
      {"select id from t where ds = 'B' collate nocase", {"4"}},
      {"select id from t where ds in ('b', '2')", {"4"}},
      {"select id from t where ds = '1' and ds = 'b'", {}},
      {"select v, count(*) from PROJ.`T` group by v having count(*) > 1", {"x|2"}},
      {"with x as (select id from t where id > 2) select a.id from x a join t b on a.id = b.id "
       "order by 1",
       {"3", "4"}},
      {"values (1, null)", {"1|∅"}},
      {"select 1 /* one */ ;", {"1"}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(select(c.sql), c.rows) << c.sql;
  }
}

TEST_F(QueryTest, ReadsNothingThatIsNotCommitted) {
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  put_block("t", open_upload("t"), 0, id_and_text({{1, "a"}}));
  EXPECT_THAT(select("select * from t"), IsEmpty());
}

TEST_F(QueryTest, RefusesEverythingButOneSelect) {
  ddl("CREATE TABLE t (id BIGINT, v STRING)");
  land("t", id_and_text({{1, "a"}}));
  for (const char* sql : {"",
                          ";",
                          "-- nothing",
                          "insert into t values (1, 'x')",
                          "delete from t",
                          "update t set id = 2",
                          "drop table t",
                          "create table u (x)",
                          "create temp table u as select * from t",
                          "attach '/tmp/x' as y",
                          "pragma user_version",
                          "select * from pragma_table_info('t')",
                          "vacuum",
                          "vacuum into '/tmp/x'",
                          "begin",
                          "select 1; select 2",
                          "explain select 1",
                          "select load_extension('x')",
                          "select writefile('/tmp/x', 'y')",
                          "reindex",
                          "analyze"}) {
    auto result = server_->query(sql);
    EXPECT_FALSE(result) << sql;
    if (!result) {
      EXPECT_THAT(result.error().code,
                  testing::AnyOf("ODPS-0130161", "ODPS-0130071", "ODPS-0130131"))
          << sql;
    }
  }
  EXPECT_THAT(select("select * from t"), ElementsAre("1|a"));
}

TEST_F(QueryTest, NamesMistakes) {
  ddl("CREATE TABLE t (id BIGINT)");
  EXPECT_THAT(error("select * from nothere"),
              HasSubstr("ODPS-0130131:[1,1] Table not found - table nothere"));
  EXPECT_THAT(error("select * from other.t"),
              HasSubstr("ODPS-0130131:[1,1] Table not found - table other.t"));
  EXPECT_THAT(error("select nope from t"), HasSubstr("no such column: nope"));
  EXPECT_THAT(error("select from"), HasSubstr("ODPS-0130071"));
}

TEST(QueryLimitsTest, FailRatherThanCutOff) {
  Random random(1);
  auto blocks = BlockStore::open("", random);
  struct {
    const char* sql;
    QueryLimits limits;
    const char* what;
  } cases[] = {
      {"values (1), (2), (3)", {2, 1000, 1'000'000}, "more than 2 rows"},
      {"values ('abcdef'), ('abcdef')", {10, 8, 1'000'000}, "more than 8 bytes"},
      {"select zeroblob(100000)", {10, 1000, 1'000'000}, "a value is too long"},
      {"with recursive x(n) as (select 1 union all select n + 1 from x) select count(*) from x",
       {10, 1000, 1'000'000},
       "too much work"},
  };
  for (const auto& c : cases) {
    auto result = run_select(c.sql, "proj", {}, **blocks, c.limits);
    ASSERT_FALSE(result) << c.sql;
    EXPECT_EQ(result.error().code, "ODPS-0010000") << c.sql;
    EXPECT_THAT(result.error().message, HasSubstr(c.what)) << c.sql;
  }
}

TEST(ToCsv, QuotesWhereItMust) {
  const QueryResult result{{"a", "b\"c"},
                           {{"1", std::nullopt}, {"x,y", "q\"r"}, {"", "two\nlines"}}};
  EXPECT_EQ(to_csv(result), "\"a\",\"b\"\"c\"\n1,\\N\n\"x,y\",\"q\"\"r\"\n,\"two\nlines\"\n");
}

// A project may be named as SQLite's own databases are.
TEST(RunSelect, TakesAnyProjectName) {
  Random random(1);
  auto blocks = BlockStore::open("", random);
  LandedSnapshot table;
  table.schema.table = "select";
  table.schema.columns.push_back({"order", {}, "", true});
  for (const char* project : {"main", "temp", "a-b", "with\"quote"}) {
    auto result = run_select("select \"order\" from \"select\"", project, {table}, **blocks);
    EXPECT_TRUE(result) << project << (result ? "" : result.error().message);
  }
}

}  // namespace
}  // namespace otsstream::local
