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
      {"select id from t where lower(ds) = 'b'", {"4"}},
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
  for (const char* sql :
       {"", ";", "-- nothing", "insert into t values (1, 'x')", "delete from t",
        "update t set id = 2", "drop table t", "attach '/tmp/x' as y", "pragma user_version",
        "select * from pragma_table_info('t')", "vacuum into '/tmp/x'", "begin",
        "select 1; select 2", "explain select 1", "select load_extension('x')",
        "select writefile('/tmp/x', 'y')", "select * from sqlite_master", "reindex"}) {
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
              HasSubstr("ODPS-0130131:[1,15] Table not found - table proj.nothere"));
  EXPECT_THAT(error("select * from other.t"),
              HasSubstr("ODPS-0130131:[1,15] Table not found - table other.t"));
  EXPECT_THAT(error("select nope from t"), HasSubstr("[1,8] Semantic analysis exception - column"));
  EXPECT_THAT(error("select from t"), HasSubstr("ODPS-0130161"));
}

// Values of every type come out of a query as they went in, byte for byte.
TEST_F(QueryTest, LeavesEveryValueAsItIs) {
  ddl("CREATE TABLE t (a BIGINT, b INT, c SMALLINT, d TINYINT, e DOUBLE, f FLOAT, g BOOLEAN, "
      "h STRING, i BINARY, j DATETIME, k DATE, l TIMESTAMP, m TIMESTAMP_NTZ, n DECIMAL(38,18), "
      "o VARCHAR(10), p CHAR(3), q JSON, r INTERVAL_DAY_TIME, s INTERVAL_YEAR_MONTH, "
      "u ARRAY<BIGINT>, v MAP<STRING,DOUBLE>, w STRUCT<x:INT,y:ARRAY<STRING>>)");
  ddl("CREATE TABLE copied LIKE t");
  RecordStreamWriter out;
  out.add_bigint(1, std::numeric_limits<int64_t>::min() + 1);
  out.add_bigint(2, std::numeric_limits<int32_t>::min());
  out.add_bigint(3, -32768);
  out.add_bigint(4, 127);
  out.add_double(5, std::numeric_limits<double>::quiet_NaN());
  out.add_float(6, 0.1f);
  out.add_boolean(7, false);
  out.add_text(8, std::string("a\0b\xff", 4));
  out.add_text(9, std::string("\0\x01", 2));
  out.add_bigint(10, -1);
  out.add_bigint(11, -1);
  out.add_seconds(12, -86400, 1);
  out.add_seconds(13, 1704067200, 123456789);
  out.add_text(14, "-12345678901234567890.123456789012345678");
  out.add_text(15, "\xc3\xa9");
  out.add_text(16, "ab");
  out.add_text(17, "{\"k\": [1, null]}");
  out.add_seconds(18, -90061, 5);
  out.add_bigint(19, -3);
  // From the vector odps-09: [1, null, -3], {"k": 5.0 …}, {7, null}.
  out.add_encoded(20, *maxcompute::parse_type("array<bigint>"), std::string("\3\0\2\1\0\5", 6));
  out.add_encoded(21, *maxcompute::parse_type("map<string,double>"), std::string("\1\0\1k\1\1", 6));
  out.add_encoded(22, *maxcompute::parse_type("struct<x:int,y:array<string>>"),
                  std::string("\0\016\0\1\0\1u", 7));
  out.end_record();
  out.add_double(5, -0.0);
  out.end_record();
  out.end_record();
  const std::string stream = out.finish();
  land("t", stream);
  ddl("INSERT INTO copied SELECT * FROM (SELECT * FROM t ORDER BY a DESC, e DESC) x ORDER BY a "
      "DESC, "
      "e DESC");
  auto texts = select("select * from t");
  EXPECT_EQ(texts, select("select * from copied order by a desc, e desc"));
  ASSERT_EQ(texts.size(), 3u);
  EXPECT_TRUE(texts[0].starts_with(
      std::string("-9223372036854775807|-2147483648|-32768|127|NaN|0.1|false|a\0b\xff|0001|", 68)))
      << texts[0];
  EXPECT_THAT(texts[0], HasSubstr("|-12345678901234567890.123456789012345678|"));
  EXPECT_THAT(texts[0], HasSubstr("|2024-01-01 00:00:00.123456789|"));
  EXPECT_THAT(texts[0], HasSubstr("[1,null,-3]"));
  EXPECT_THAT(texts[1], HasSubstr("∅|-0.0|∅"));
  EXPECT_THAT(select("select count(*) from t where e = cast('NaN' as double)"), ElementsAre("1"));
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
      {"select repeat('x', 100000)", {10, 1000, 1'000'000}, "a value or the statement is too long"},
      {"with v as (select * from values (1), (2), (3), (4), (5), (6), (7), (8) t(x)) select "
       "count(*) from v a, v b, v c, v d, v e, v f, v g, v h",
       {10, 1000, 50'000},
       "too much work"},
  };
  const std::vector<LandedSnapshot> none;
  for (const auto& c : cases) {
    auto result = run_query(c.sql, QuerySource{"proj", none, **blocks, 0, Zone::china(), c.limits});
    ASSERT_FALSE(result) << c.sql;
    EXPECT_EQ(result.error().code, "ODPS-0010000") << c.sql;
    EXPECT_THAT(result.error().message, HasSubstr(c.what)) << c.sql;
  }
}

TEST(ToCsv, QuotesWhereItMust) {
  const QueryResult result{{"a", "b\"c"},
                           {{"1", std::nullopt}, {"x,y", "q\"r"}, {"\\N", "two\nlines"}}};
  EXPECT_EQ(to_csv(result),
            "\"a\",\"b\"\"c\"\n1,\\N\n\"x,y\",\"q\"\"r\"\n\"\\N\",\"two\nlines\"\n");
}

}  // namespace
}  // namespace otsstream::local
