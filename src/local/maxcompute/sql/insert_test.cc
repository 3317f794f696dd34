// INSERT, CREATE TABLE AS, scripts, SHOW and DESC.
#include "local/maxcompute/sql/insert.h"

#include "local/maxcompute/sql/sql_test_support.h"

namespace otsstream::local {
namespace {

using ::testing::HasSubstr;

class InsertTest : public test::SqlTest {};

TEST_F(InsertTest, AddsAndReplaces) {
  run("create table t (a bigint, b string)");
  EXPECT_EQ(run("INSERT INTO TABLE t VALUES (1, 'x'), (2, null);"), "");
  EXPECT_EQ(run("insert into t (b) values ('only b')"), "");
  EXPECT_EQ(run("insert into t (b, a) select v, k from values (3, 'y') s(k, v)"), "");
  EXPECT_EQ(rows("select * from t order by a"), "∅|only b\n1|x\n2|∅\n3|y");
  EXPECT_EQ(run("insert overwrite table t select a * 10, b from t where a > 1"), "");
  EXPECT_EQ(rows("select * from t order by a"), "20|∅\n30|y");
  EXPECT_EQ(run("insert overwrite t select * from t where false"), "");
  EXPECT_EQ(rows("select count(*) from t"), "0");
}

TEST_F(InsertTest, WritesPartitions) {
  run("create table p (a bigint) partitioned by (ds string, n int)");
  EXPECT_EQ(run("insert into p partition (ds='x', n=1) values (1)"), "");
  EXPECT_EQ(run("insert into p partition (ds='x', n) values (2, 2), (3, 3)"), "");
  EXPECT_EQ(run("insert into p partition (ds, n) values (4, 'y', 1)"), "");
  EXPECT_EQ(run("insert into p partition (ds, n) (n, ds, a) values (9, 'z', 5)"), "");
  EXPECT_EQ(run("show partitions p"), "ds=x/n=1\nds=x/n=2\nds=x/n=3\nds=y/n=1\nds=z/n=9\n");
  EXPECT_EQ(rows("select * from p order by a"), "1|x|1\n2|x|2\n3|x|3\n4|y|1\n5|z|9");
  // Only the partitions that the rows name are replaced.
  EXPECT_EQ(run("insert overwrite table p partition (ds, n) values (6, 'x', 1)"), "");
  EXPECT_EQ(rows("select * from p where ds = 'x' order by a"), "2|x|2\n3|x|3\n6|x|1");
  EXPECT_EQ(run("insert overwrite table p partition (ds='x', n=2) select 1 from p where false"),
            "");
  EXPECT_EQ(rows("select count(*) from p where n = 2"), "0");
}

// One value that does not fit: no partition changes, no block stays behind.
TEST_F(InsertTest, ChangesAllPartitionsOrNone) {
  run("create table p (a tinyint not null) partitioned by (ds string)");
  run("insert into p partition (ds='1') values (1)");
  const size_t blocks = blocks_->count();
  EXPECT_EQ(
      run("insert overwrite table p partition (ds) values (2, '1'), (3, '2'), (300, '3')"),
      "ODPS-0121095 ODPS-0121095: Invalid argument - row 3, column a (tinyint): '300' of type "
      "bigint: it is outside tinyint");
  EXPECT_THAT(run("insert into p partition (ds='1') values (null)"), HasSubstr("is NOT NULL"));
  EXPECT_THAT(run("insert into p partition (ds) values (1, cast(null as string))"),
              HasSubstr("it cannot name a partition"));
  EXPECT_THAT(run("insert into p partition (ds) values (2, 'ok'), (3, 'not/this')"),
              HasSubstr("ODPS-"));
  EXPECT_EQ(rows("select * from p"), "1|1");
  EXPECT_EQ(run("show partitions p"), "ds=1\n");
  EXPECT_EQ(blocks_->count(), blocks);
}

TEST_F(InsertTest, SaysWhatDoesNotFit) {
  run("create table t (a bigint, b decimal(5,2), c varchar(2), d datetime, e array<int>)");
  run("create table p (a bigint) partitioned by (ds string)");
  struct {
    const char* sql;
    const char* says;
  } cases[] = {
      {"insert into t (a) values ('12')", ""},
      {"insert into t (a) values ('x1')",
       "row 1, column a (bigint): 'x1' of type string: it is no"},
      {"insert into t (b) values (1.005bd)", ""},
      {"insert into t (b) values (1000.1)", "more than 3 digits before the point"},
      {"insert into t (c) values ('abc')", "it has more than 2 characters"},
      {"insert into t (d) values ('2024-02-30 00:00:00')", "column d (datetime)"},
      {"insert into t (e) values (array(1, 2))", ""},
      {"insert into t (e) values ('[1]')", "column e is array<int>, the query gives string"},
      {"insert into t values (1)", "the query gives 1 columns, the target takes 5"},
      {"insert into t (a, a) values (1, 2)", "column a occurs twice"},
      {"insert into t (z) values (1)", "has no data column z"},
      {"insert into t partition (ds='1') values (1)", "no partition column is named ds"},
      {"insert into p values (1)", "must name every partition column"},
      {"insert into p partition (ds='') values (1)", "is empty"},
      {"insert into p partition (ds='1', ds='2') values (1)", "occurs twice"},
      {"insert into nothere values (1)",
       "ODPS-0130131:[1,13] Table not found - table proj.nothere"},
      {"insert into nowhere.t values (1)", "Project not found - 'nowhere'"},
      {"insert into t delete", "expected VALUES or SELECT"},
      {"insert t values (1)", "expected INTO"},
  };
  for (const auto& c : cases) EXPECT_THAT(run(c.sql), HasSubstr(c.says)) << c.sql;
  EXPECT_EQ(rows("select b from t where b is not null"), "1.01");
}

TEST_F(InsertTest, MakesTablesOfQueries) {
  EXPECT_EQ(run("create table c lifecycle 3 as select 1 as a, 'x' b, getdate() d"), "");
  EXPECT_EQ(rows("select a, b from c"), "1|x");
  EXPECT_EQ(types("select * from c"), "bigint,string,datetime");
  EXPECT_EQ(run("create table if not exists c as select 2 a"), "");
  EXPECT_EQ(rows("select a from c"), "1");
  EXPECT_THAT(run("create table c as select 2 a"), HasSubstr("AlreadyExistsException"));
  EXPECT_THAT(run("create table twice as select 1 a, 2 a"), HasSubstr("two columns are called a"));
  EXPECT_EQ(run("create table other.o like c"), "");
  EXPECT_EQ(run("insert into other.o select * from c"), "");
  EXPECT_EQ(rows("select count(*) from other.o"), "1");
  EXPECT_EQ(run("show tables in other"), "ALIYUN$local:o\n");
  EXPECT_EQ(run("show tables like 'c*'"), "ALIYUN$local:c\n");
}

TEST_F(InsertTest, RunsScripts) {
  EXPECT_EQ(run("-- two statements\nset odps.sql.type.system.odps2=true; create table s (a string);"
                "insert into s values ('; -- no comment'); ;select * from s;"),
            "\"a\"\n; -- no comment\n");
  // Places are those of the whole text; what stands before a mistake has been done.
  EXPECT_THAT(run("drop table s;\nselect * from s"), HasSubstr("[2,15] Table not found"));
  EXPECT_THAT(run("create table u (a bigint) create table v (a bigint)"), HasSubstr("expected"));
  EXPECT_THAT(run("show tables; nonsense"), HasSubstr("statements that begin with 'nonsense'"));
  EXPECT_THAT(run(""), HasSubstr("empty statement"));
  EXPECT_THAT(run(";;"), HasSubstr("empty statement"));
  EXPECT_THAT(run("set x"), HasSubstr("expected SET name=value"));
}

TEST_F(InsertTest, ShowsTimesInTheZoneOfTheSettings) {
  const char* sql = "select from_unixtime(0)";
  EXPECT_EQ(run(sql), "\"_c0\"\n1970-01-01 08:00:00\n");
  EXPECT_EQ(run(sql, {{"odps.sql.timezone", "UTC"}}), "\"_c0\"\n1970-01-01 00:00:00\n");
  EXPECT_EQ(run(std::string("set odps.sql.timezone=UTC;") + sql), "\"_c0\"\n1970-01-01 00:00:00\n");
  EXPECT_THAT(run("set odps.sql.timezone=nowhere; select 1"), HasSubstr("nowhere"));
}

TEST_F(InsertTest, Describes) {
  run("create table d (a bigint not null comment 'x', b array<string>) comment 'about' "
      "partitioned by (ds string) lifecycle 5");
  run("insert into d partition (ds='1') values (1, array('q'))");
  const std::string text = run("show create table d");
  EXPECT_EQ(
      text,
      "CREATE TABLE IF NOT EXISTS `proj`.`d` (\n  `a` bigint NOT NULL COMMENT 'x',\n  `b` "
      "array<string>\n)\nCOMMENT 'about'\nPARTITIONED BY (\n  `ds` string\n)\nLIFECYCLE 5;\n");
  EXPECT_EQ(run("drop table d; " + text), "");
  EXPECT_EQ(run("show create table d"), text);
  const std::string described = run("desc extended d");
  for (const char* part : {"Owner: ALIYUN$local", "TableComment: about", "| a ", "array<string>",
                           "Partition Columns:", "RecordNum: 0"}) {
    EXPECT_THAT(described, HasSubstr(part));
  }
  EXPECT_THAT(run("desc d partition (ds='1')"), HasSubstr("ds=1"));
  EXPECT_THAT(run("desc nothere"), HasSubstr("ODPS-0130131:[1,6]"));
}

}  // namespace
}  // namespace otsstream::local
