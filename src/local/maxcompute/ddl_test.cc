#include "local/maxcompute/ddl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/maxcompute/sql/sql_test_support.h"

namespace otsstream::local {
namespace {

using ::testing::HasSubstr;

// One line that says what a statement means.
std::string column_text(const maxcompute::Column& c) {
  return c.name + " " + c.type.text + (c.nullable ? "" : " not null") +
         (c.comment.empty() ? "" : " '" + c.comment + "'");
}
std::string specs_text(const std::vector<maxcompute::PartitionSpec>& specs) {
  std::string out;
  for (const auto& spec : specs) out += " (" + spec.unquoted() + ")";
  return out;
}
struct Describe {
  std::string operator()(const CreateTable& s) const {
    std::string out = std::string("create") + (s.if_not_exists ? "? " : " ") + s.table.name;
    for (const auto& c : s.schema.columns) out += "; " + column_text(c);
    for (const auto& c : s.schema.partition_keys) out += "; by " + column_text(c);
    if (!s.comment.empty()) out += "; comment " + s.comment;
    if (s.schema.lifecycle_days != 0) out += "; life " + std::to_string(s.schema.lifecycle_days);
    if (s.like) out += "; like " + s.like->project + "." + s.like->name;
    if (s.as_query) out += "; as query";
    return out;
  }
  std::string operator()(const DropTable& s) const {
    return std::string("drop") + (s.if_exists ? "? " : " ") + s.table.name;
  }
  std::string operator()(const AddPartitions& s) const {
    return std::string("add") + (s.if_not_exists ? "? " : " ") + s.table.name +
           specs_text(s.partitions);
  }
  std::string operator()(const DropPartitions& s) const {
    return std::string("remove") + (s.if_exists ? "? " : " ") + s.table.name +
           specs_text(s.partitions);
  }
  std::string operator()(const TruncateTable& s) const {
    return "truncate " + s.table.name + specs_text(s.partitions);
  }
  std::string operator()(const AddColumns& s) const {
    std::string out = std::string("widen") + (s.if_not_exists ? "? " : " ") + s.table.name;
    for (const auto& c : s.columns) out += "; " + column_text(c);
    return out;
  }
  std::string operator()(const RenameTable& s) const {
    return "rename " + s.table.name + " to " + s.to;
  }
  std::string operator()(const RenameColumn& s) const {
    return "rename " + s.table.name + "." + s.from + " to " + s.to;
  }
  std::string operator()(const CommentColumn& s) const {
    return "comment " + s.table.name + "." + s.column + " '" + s.comment + "'";
  }
  std::string operator()(const SetTableComment& s) const {
    return "comment " + s.table.name + " '" + s.comment + "'";
  }
  std::string operator()(const SetLifecycle& s) const {
    return "life " + s.table.name + " " + std::to_string(s.days);
  }
  std::string operator()(const LeaveTable& s) const { return "leave " + s.table.name; }
  std::string operator()(const ShowTables& s) const {
    return "tables of '" + s.project + "' like '" + s.like + "'";
  }
  std::string operator()(const ShowPartitions& s) const {
    return "partitions " + s.table.name + " (" + s.prefix.unquoted() + ")";
  }
  std::string operator()(const ShowCreateTable& s) const { return "text of " + s.table.name; }
  std::string operator()(const DescribeTable& s) const {
    return std::string("describe ") + (s.extended ? "all of " : "") + s.table.name + " (" +
           s.partition.unquoted() + ")";
  }
  std::string operator()(const SelectText& s) const { return "select: " + s.sql; }
};

std::string meaning(std::string_view sql) {
  auto statement = parse_sql(sql);
  return statement ? std::visit(Describe(), *statement) : statement.error().message;
}

struct Case {
  const char* sql;
  const char* meaning;
};

// maxcompute-protocol.md 2.6, texts as the clients send them.
TEST(Ddl, ReadsWhatTheOfficialClientsSend) {
  const Case cases[] = {
      // PyODPS
      {"CREATE TABLE IF NOT EXISTS P.`t1` (\n  `id` BIGINT,\n  `v` STRING\n)\nPARTITIONED BY (\n"
       "  `ds` STRING,\n  `hh` STRING\n);",
       "create? t1; id bigint; v string; by ds string; by hh string"},
      {"CREATE TABLE P.`t1` (\nid bigint, v string\n);", "create t1; id bigint; v string"},
      {R"(CREATE TABLE P.`t1` (a bigint) COMMENT 'it\'s\n\"two\"\t\\n \%';)",
       "create t1; a bigint; comment it's\n\"two\"\t\\n %"},
      {"DROP TABLE IF EXISTS P.`t1`;", "drop? t1"},
      {"DROP TABLE P.`t1`;", "drop t1"},
      {"ALTER TABLE P.`t1` ADD IF NOT EXISTS  PARTITION (ds='1',hh='2');", "add? t1 (ds=1,hh=2)"},
      {"ALTER TABLE P.`t1` DROP IF EXISTS  PARTITION (ds='1');", "remove? t1 (ds=1)"},
      {"TRUNCATE TABLE P.`t1`;", "truncate t1"},
      {"TRUNCATE TABLE P.`t1` PARTITION (ds='1');", "truncate t1 (ds=1)"},
      // Java
      {"CREATE TABLE IF NOT EXISTS `P`.`T` (`id` BIGINT,`v` STRING) PARTITIONED BY (`ds` STRING);",
       "create? t; id bigint; v string; by ds string"},
      {"DROP TABLE  IF EXISTS `P`.`T`;", "drop? t"},
      {"ALTER TABLE `P`.`T` ADD IF NOT EXISTS PARTITION (ds='1');", "add? t (ds=1)"},
      {"ALTER TABLE `P`.`T` DROP IF EXISTS PARTITION(ds='1');", "remove? t (ds=1)"},
      {"ALTER TABLE `P`.`T` DROP PARTITION(ds='1');", "remove t (ds=1)"},
      {"TRUNCATE TABLE `P`.`T`;", "truncate t"},
      // DataX
      {"alter table T add IF NOT EXISTS partition(ds='1',hh='2');", "add? t (ds=1,hh=2)"},
      {"alter table T drop IF EXISTS partition(ds='1');", "remove? t (ds=1)"},
      {"truncate table T;", "truncate t"},
  };
  for (const Case& c : cases) EXPECT_EQ(meaning(c.sql), c.meaning) << c.sql;
}

TEST(Ddl, ReadsOtherSpellings) {
  const Case cases[] = {
      {"create\ttable p.default.t(a decimal( 10 , 2 ) not null comment 'it''s', b "
       "map<string,array<bigint>>) comment \"two words\" lifecycle 30",
       "create t; a decimal(10,2) not null 'it's'; b map<string,array<bigint>>; comment two words; "
       "life 30"},
      {"-- first\ncreate /* a table */ table t (a string null);;", "create t; a string"},
      {"alter table t add partition (ds=20240101) partition (ds=\"20240102\")",
       "add t (ds=20240101) (ds=20240102)"},
      {"alter table t drop partition (n=-1), partition (n=2)", "remove t (n=-1) (n=2)"},
      {"  Select 1;", "select:   Select 1;"},
      {"with x as (select 1) select * from x", "select: with x as (select 1) select * from x"},
  };
  for (const Case& c : cases) EXPECT_EQ(meaning(c.sql), c.meaning) << c.sql;
}

TEST(Ddl, ReadsWhatUsersSend) {
  const Case cases[] = {
      {"create table if not exists a like p.b lifecycle 7", "create? a; life 7; like p.b"},
      {"create table a lifecycle 3 as", "create a; life 3; as query"},
      {"create table t (a bigint) tblproperties ('k'='v')", "create t; a bigint"},
      {"alter table t add columns (b string comment 'x', c array<int>)",
       "widen t; b string 'x'; c array<int>"},
      {"alter table t add column if not exists (b string)", "widen? t; b string"},
      {"alter table t rename to u", "rename t to u"},
      {"alter table t change column a rename to b", "rename t.a to b"},
      {"alter table t change a comment 'c'", "comment t.a 'c'"},
      {"alter table t set comment 'c'", "comment t 'c'"},
      {"alter table t set lifecycle 9", "life t 9"},
      {"alter table t touch partition (ds='1')", "leave t"},
      {"alter table t set tblproperties ('a'='b')", "leave t"},
      {"show tables", "tables of '' like ''"},
      {"show tables in p like 'a*'", "tables of 'p' like 'a*'"},
      {"show partitions t partition (ds='1')", "partitions t (ds=1)"},
      {"show create table t", "text of t"},
      {"desc extended t", "describe all of t ()"},
      {"describe t partition (ds='1')", "describe t (ds=1)"},
  };
  for (const Case& c : cases) EXPECT_EQ(meaning(c.sql), c.meaning) << c.sql;
}

TEST(Ddl, RefusesWithPlaceAndReason) {
  const Case cases[] = {
      {"", "ODPS-0130161:[1,1] Parse exception - empty statement"},
      {"merge into t using u", "does not support statements that begin with 'merge', see docs/"},
      {"update t set a = 1", "statements that begin with 'update'"},
      {"delete from t", "statements that begin with 'delete'"},
      {"create view v as select 1", "does not support CREATE view"},
      {"create table t (a bigint default 1)", "DEFAULT and GENERATED columns"},
      {"create table t (a bigint not null, primary key(a))", "PRIMARY KEY"},
      {"alter table t drop columns a", "dropping columns"},
      {"alter table t change column a a string", "changing the type of a column"},
      {"alter table t disable lifecycle", "switching LIFECYCLE"},
      {"show functions", "SHOW functions"},
      {"create table t", "[1,15] Parse exception - expected '(', found the end of the statement"},
      {"create table t (a)", "[1,18] Parse exception - expected a column type, found ')'"},
      {"create table t (\n  a strange)", "[2,5] Parse exception - 'strange' is no MaxCompute"},
      {"create table t (a array<bigint", "expected the end of the type, found the end"},
      {"create table t (a bigint, A string)",
       "ODPS-0130071:[1,27] Semantic analysis exception - column a is defined twice"},
      {"create table t (a bigint) partitioned by (a string)", "column a is defined twice"},
      {"create table t (a bigint) partitioned by (d double)", "column d cannot be double"},
      {"create table t (a bigint) partitioned by (b string) partitioned by (c string)",
       "PARTITIONED BY occurs twice"},
      {"create table t (a bigint) lifecycle 0", "expected a positive number, found '0'"},
      {"create table t (a bigint) stored as orc", "does not support stored in CREATE TABLE"},
      {"create table t (a bigint) nonsense", "expected COMMENT, PARTITIONED BY, LIFECYCLE"},
      {"create table `a-b` (a bigint)", "'a-b' is no name"},
      {"drop table t; drop table u", "[1,15] Parse exception - expected the end of the statement"},
      {"drop view t", "does not support DROP view"},
      {"drop index t", "expected TABLE, found 'index'"},
      {"alter table t forget", "expected ADD, DROP, RENAME TO"},
      {"alter table t add partition ds='1'", "expected '(', found 'ds'"},
      {"alter table t add partition (ds=)", "expected a partition value, found ')'"},
      {"alter table t add partition (ds='a/b')", "Semantic analysis exception"},
      {"alter table t add partition (ds='open)", "[1,33] Parse exception - no closing '"},
      {"drop table /* open", "[1,12] Parse exception - comment without end"},
  };
  for (const Case& c : cases) EXPECT_THAT(meaning(c.sql), HasSubstr(c.meaning)) << c.sql;
}

// Whatever a statement is cut off to, it is read or refused, never more.
TEST(Ddl, SurvivesEveryPrefix) {
  const std::string sql =
      "create table if not exists `p`.`t` (`a` decimal(10,2) not null comment 'x', b "
      "map<string,array<bigint>>) comment 'y' partitioned by (ds string) lifecycle 3; -- end";
  for (size_t n = 0; n <= sql.size(); ++n) (void)parse_sql(sql.substr(0, n));
}

class RunDdl : public test::SqlTest {
 protected:
  std::string run(std::string_view sql) {
    auto statement = parse_sql(sql);
    if (!statement) return statement.error().message;
    auto done = run_ddl(*statement, backend());
    return done ? *done : done.error().message;
  }
};

TEST_F(RunDdl, LeavesQueriesToOthers) {
  auto statement = parse_sql("select 1");
  ASSERT_TRUE(statement);
  auto done = run_ddl(*statement, backend());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "Local-Statement");
}

TEST_F(RunDdl, SaysWhatTheServiceSays) {
  const Case steps[] = {
      {"create table t (a bigint) partitioned by (ds string)", ""},
      {"create table t (a bigint)",
       "ODPS-0110061: Failed to run ddltask - AlreadyExistsException(message:Table proj.t already "
       "exists)"},
      {"create table if not exists T (b string)", ""},
      {"alter table t add partition (ds='1')", ""},
      {"alter table t add partition (ds='1')",
       "ODPS-0110061: Failed to run ddltask - AlreadyExistsException(message:Partition ds=1 of "
       "table "
       "proj.t already exists)"},
      {"alter table t add if not exists partition (DS='1')", ""},
      {"alter table t drop partition (ds='2')",
       "ODPS-0110061: Failed to run ddltask - partition 'ds=2' of table proj.t does not exist"},
      {"alter table t drop if exists partition (ds='2')", ""},
      {"alter table t drop partition (hh='2')",
       "ODPS-0130071:[1,13] Semantic analysis exception - partition 'hh=2' of table t: no "
       "partition "
       "column is named hh"},
      {"truncate table t partition (ds='1')", ""},
      {"truncate table t", ""},
      {"create table plain (a bigint)", ""},
      {"alter table plain add partition (ds='1')",
       "ODPS-0130071:[1,13] Semantic analysis exception - table plain is not partitioned"},
      {"alter table plain drop if exists partition (ds='1')",
       "ODPS-0130071:[1,13] Semantic analysis exception - table plain is not partitioned"},
      {"drop table t", ""},
      {"drop table\n t", "ODPS-0130131:[2,2] Table not found - table proj.t cannot be resolved"},
      {"drop table if exists t", ""},
      {"drop table nowhere.t", "ODPS-0420111: Project not found - 'nowhere'"},
      {"alter table plain add columns (a string)",
       "ODPS-0110061: Failed to run ddltask - AlreadyExistsException(message:table plain has a "
       "column a already)"},
      {"alter table plain change column x comment 'y'",
       "ODPS-0130071:[1,13] Semantic analysis exception - table plain has no data column x"},
      {"truncate table t", "ODPS-0130131:[1,16] Table not found - table proj.t cannot be resolved"},
  };
  for (const Case& step : steps) EXPECT_EQ(run(step.sql), step.meaning) << step.sql;
}

// A statement is one transaction: its second partition fails, so the first is not there either.
TEST_F(RunDdl, AddsAllPartitionsOrNone) {
  ASSERT_EQ(run("create table t (a bigint) partitioned by (ds string)"), "");
  EXPECT_NE(run("alter table t add partition (ds='1') partition (x='2')"), "");
  EXPECT_TRUE(catalog().partitions("t", {})->empty());
}

}  // namespace
}  // namespace otsstream::local
