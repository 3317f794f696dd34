// MaxCompute's SQL, entry by entry: functions, operators, conversions, and what is refused.
#include <set>
#include <sstream>

#include "local/maxcompute/sql/function_rules.h"
#include "local/maxcompute/sql/sql_test_support.h"

namespace otsstream::local {
namespace {

using ::testing::HasSubstr;

class Dialect : public test::SqlTest {};

struct Case {
  const char* sql;
  const char* shown;
};

// One line for every function at least; the values are those that MaxCompute's pages give.
constexpr Case kFunctionCases[] = {
    {"coalesce(null, 2, 3)", "2"},
    {"coalesce(cast(null as bigint))", "∅"},
    {"nvl(null, 'x')", "x"},
    {"ifnull(1, 2)", "1"},
    {"nullif(1, 1)", "∅"},
    {"if(1 > 2, 'a', 'b')", "b"},
    {"greatest(1, 3, 2)", "3"},
    {"greatest(9.5bd, 10bd)", "10"},
    {"least('b', 'a')", "a"},
    {"isnull(null)", "true"},
    {"isnotnull(null)", "false"},
    {"concat('a', 1, 'é')", "a1é"},
    {"concat('a', null)", "∅"},
    {"concat_ws('-', 'a', null, 'b')", "a-b"},
    {"length('中文é')", "3"},
    {"char_length('ab')", "2"},
    {"lengthb('中文é')", "8"},
    {"substr('中文abc', 2, 2)", "文a"},
    {"substr('abc', -2)", "bc"},
    {"substring('abc', 2)", "bc"},
    {"instr('Tech on the net', 'e')", "2"},
    {"instr('Tech on the net', 'e', 3)", "11"},
    {"locate('ab', 'cab')", "2"},
    {"lower('AbÉ')", "abÉ"},
    {"tolower('AB')", "ab"},
    {"upper('ab')", "AB"},
    {"toupper('ab')", "AB"},
    {"initcap('oDPS sql')", "Odps Sql"},
    {"trim('  a ')", "a"},
    {"trim('xxaxx', 'x')", "a"},
    {"ltrim('  a ')", "a "},
    {"rtrim('  a ')", "  a"},
    {"replace('aXbX', 'X', '--')", "a--b--"},
    {"reverse('ab中')", "中ba"},
    {"repeat('ab', 3)", "ababab"},
    {"space(2) || '.'", "  ."},
    {"lpad('7', 3, '0')", "007"},
    {"rpad('abc', 2, 'x')", "ab"},
    {"ascii('a')", "97"},
    {"chr(233)", "é"},
    {"split_part('a,b,c', ',', 2)", "b"},
    {"split_part('a,b,c', ',', 2, 3)", "b,c"},
    {"split_part('a,b,c', ',', -1)", "c"},
    {"find_in_set('b', 'a,b,c')", "2"},
    {"regexp_extract('foothebar', 'foo(.*?)(bar)', 1)", "the"},
    {"regexp_extract('foothebar', 'foo(.*?)(bar)', 0)", "foothebar"},
    {"regexp_replace('123.456', '[0-9]', 'x')", "xxx.xxx"},
    {"regexp_replace('aaa', 'a', 'b', 2)", "aba"},
    {"regexp_count('abcab', 'ab')", "2"},
    {R"(get_json_object('{"a":{"b":[1,"x"]}}', '$.a.b[1]'))", "x"},
    {R"(get_json_object('{"a":{"b":[1,"x"]}}', '$.a'))", R"({"b":[1,"x"]})"},
    {"get_json_object('no json', '$.a')", "∅"},
    {"md5('hello')", "5d41402abc4b2a76b9719d911017c592"},
    {"hex('AZ')", "415A"},
    {"hex(255)", "FF"},
    {"unhex('00ff')", "00ff"},
    {"base64(cast('abc' as binary))", "YWJj"},
    {"unbase64('YWJj')", "616263"},
    {"crc32('123456789')", "3421780262"},
    {"to_json(array(1, 2))", "[1,2]"},
    {"abs(-2)", "2"},
    {"abs(-1.5)", "1.5"},
    {"abs(-1.50bd)", "1.50"},
    {"ceil(1.1)", "2"},
    {"floor(-1.1)", "-2"},
    {"round(2.345, 2)", "2.35"},
    {"round(125, -1)", "130.0"},
    {"trunc(-1.99, 1)", "-1.9"},
    {"sign(-3)", "-1"},
    {"sqrt(2.25)", "1.5"},
    {"sqrt(-1)", "∅"},
    {"cbrt(8)", "2.0"},
    {"exp(0)", "1.0"},
    {"ln(1)", "0.0"},
    {"log(2, 8)", "3.0"},
    {"log2(8)", "3.0"},
    {"log10(1000)", "3.0"},
    {"pow(2, 10)", "1024.0"},
    {"power(2, 3)", "8.0"},
    {"sin(0)", "0.0"},
    {"cos(0)", "1.0"},
    {"tan(0)", "0.0"},
    {"floor(pi() * 100)", "314"},
    {"isnan(cast('NaN' as double))", "true"},
    {"pmod(-7, 3)", "2"},
    {"getdate()", "2026-11-22 22:03:14"},
    {"now()", "2026-11-22 22:03:14"},
    {"unix_timestamp()", "1795356194"},
    {"unix_timestamp('1970-01-01 08:00:10')", "10"},
    {"to_millis(cast('1970-01-01 08:00:01' as datetime))", "1000"},
    {"from_unixtime(0)", "1970-01-01 08:00:00"},
    {"to_date('2024-02-29')", "2024-02-29"},
    {"to_date('20240229 1011', 'yyyymmdd hhmi')", "2024-02-29 10:11:00"},
    {"to_date('20240230', 'yyyymmdd')", "∅"},
    {"to_char(to_date('20240229', 'yyyymmdd'), 'yyyy/mm/dd hh:mi:ss')", "2024/02/29 00:00:00"},
    {"to_char(12)", "12"},
    {"date_format('2024-02-29 10:11:12', 'yyyy-MM-dd HH:mm')", "2024-02-29 10:11"},
    {"dateadd('2024-01-31 00:00:00', 1, 'mm')", "2024-02-29 00:00:00"},
    {"dateadd('2024-02-29 00:00:00', -1, 'dd')", "2024-02-28 00:00:00"},
    {"date_add('2024-02-28', 2)", "2024-03-01"},
    {"date_sub('2024-03-01', 1)", "2024-02-29"},
    {"add_months('2024-01-31', 1)", "2024-02-29"},
    {"datediff('2024-03-01', '2024-02-28')", "2"},
    {"datediff('2024-01-01 00:00:00', '2023-12-31 23:59:59', 'yyyy')", "1"},
    {"datediff('2024-01-01 01:00:00', '2024-01-01 00:59:59', 'hh')", "1"},
    {"datetrunc('2024-05-17 10:11:12', 'mm')", "2024-05-01 00:00:00"},
    {"datetrunc('2024-05-17 10:11:12', 'week')", "2024-05-13 00:00:00"},
    {"datepart('2024-05-17 10:11:12', 'mi')", "11"},
    {"year('2024-05-17')", "2024"},
    {"quarter('2024-05-17')", "2"},
    {"month('2024-05-17')", "5"},
    {"day('2024-05-17')", "17"},
    {"dayofmonth('2024-05-17')", "17"},
    {"hour('2024-05-17 10:11:12')", "10"},
    {"minute('2024-05-17 10:11:12')", "11"},
    {"second('2024-05-17 10:11:12')", "12"},
    {"weekday('2024-05-17 00:00:00')", "4"},
    {"dayofweek('2024-05-17')", "6"},
    {"lastday('2024-02-03 00:00:00')", "2024-02-29 00:00:00"},
    {"isdate('20240230', 'yyyymmdd')", "false"},
    {"size(map('a', 1, 'b', 2))", "2"},
};

TEST_F(Dialect, KnowsTheseFunctions) {
  for (const Case& c : kFunctionCases) {
    EXPECT_EQ(rows(std::string("select ") + c.sql), c.shown) << c.sql;
  }
}

constexpr Case kAggregateCases[] = {
    {"count(*), count(n), count(distinct g)", "5|4|2"},
    {"sum(n), avg(n), min(n), max(n)", "10|2.5|1|4"},
    {"sum(d), min(d), max(d)", "100.75|-9.25|90"},
    {"any_value(1)", "1"},
    {"count_if(n > 1)", "3"},
    {"stddev(n), variance(n)", "1.118033988749895|1.25"},
    {"var_samp(n), round(stddev_samp(n), 6)", "1.6666666666666667|1.290994"},
    {"median(n)", "2.5"},
    {"wm_concat(',', n)", "1,2,3,4"},
    {"collect_list(n)", "[1,2,3,4]"},
    {"collect_set(g)", R"(["a","b"])"},
    {"max_by(g, n), min_by(g, n)", "b|a"},
    {"max_by(n, d)", "4"},
};
constexpr char kNumbers[] =
    " from (values (1, 'a', 10bd), (2, 'a', -9.25bd), (3, 'b', 10bd), (4, 'b', 90bd), "
    "(null, 'b', cast(null as decimal))) t(n, g, d)";

TEST_F(Dialect, KnowsTheseAggregates) {
  for (const Case& c : kAggregateCases) {
    EXPECT_EQ(rows(std::string("select ") + c.sql + kNumbers), c.shown) << c.sql;
  }
}

constexpr Case kWindowCases[] = {
    {"row_number() over (partition by g order by n desc)", "1\n2\n1\n2\n3"},
    {"rank() over (order by g)", "1\n1\n3\n3\n3"},
    {"dense_rank() over (order by g)", "1\n1\n2\n2\n2"},
    {"percent_rank() over (order by g)", "0.0\n0.0\n0.5\n0.5\n0.5"},
    {"cume_dist() over (order by g)", "0.4\n0.4\n1.0\n1.0\n1.0"},
    {"ntile(2) over (order by n)", "1\n1\n1\n2\n2"},
    {"lag(n, 1, 0) over (order by n)", "0\n∅\n1\n2\n3"},
    {"lead(n) over (order by n)", "1\n2\n3\n4\n∅"},
    {"first_value(n) over (partition by g order by n)", "1\n1\n∅\n∅\n∅"},
    {"last_value(g) over (order by n rows between current row and unbounded following)",
     "b\nb\nb\nb\nb"},
    {"nth_value(n, 2) over (partition by g order by n desc rows between unbounded preceding and "
     "unbounded following)",
     "1\n1\n3\n3\n3"},
    {"sum(n) over (order by n rows between 1 preceding and current row)", "∅\n1\n3\n5\n7"},
};

// Rows come in no order of their own.
std::multiset<std::string> lines(const std::string& text) {
  std::multiset<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.insert(line);
  return out;
}

TEST_F(Dialect, KnowsTheseWindows) {
  for (const Case& c : kWindowCases) {
    EXPECT_EQ(lines(rows(std::string("select ") + c.sql + kNumbers)), lines(c.shown)) << c.sql;
  }
  EXPECT_EQ(rows(std::string("select n, sum(n) over (order by n)") + kNumbers +
                 " where n is not null order by n"),
            "1|1\n2|3\n3|6\n4|10");
}

// Whoever adds a function adds its line above.
TEST_F(Dialect, HasALineForEveryFunction) {
  std::string all;
  for (const Case& c : kFunctionCases) all += std::string(" ") + c.sql;
  for (const Case& c : kAggregateCases) all += std::string(" ") + c.sql;
  for (const Case& c : kWindowCases) all += std::string(" ") + c.sql;
  std::set<std::string_view> names;
  for (const FunctionRule& rule : all_functions()) {
    EXPECT_THAT(all, HasSubstr(std::string(rule.name) + "("));
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name << " is there twice";
  }
}

TEST_F(Dialect, KnowsTheseOperators) {
  const Case cases[] = {
      {"7 / 2", "3.5"},
      {"7 div 2", "3"},
      {"7 % 4", "3"},
      {"1 / 0", "∅"},
      {"1 + 2 * 3 - 4", "3"},
      {"-(-3)", "3"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"0.1bd + 0.2bd", "0.3"},
      {"99999999999999999999.5bd * 2", "199999999999999999999.0"},
      {"1.5bd + 1.5", "3.0"},
      {"cast('NaN' as double) + 1", "NaN"},
      {"cast('Infinity' as double) - cast('Infinity' as double)", "NaN"},
      {"cast('NaN' as double) = cast('NaN' as double)", "true"},
      {"1 == 1", "true"},
      {"1 <> 2", "true"},
      {"1 != 2", "true"},
      {"null <=> null", "true"},
      {"null = 1", "∅"},
      {"'10' > 9", "true"},
      {"10.5bd > 9", "true"},
      {"'a' || 'b' || 1", "ab1"},
      {"not true or 1 = 1 and 2 = 2", "true"},
      {"!(1 = 2)", "true"},
      {"2 between 1 and 3", "true"},
      {"2 not between 1 and 3", "false"},
      {"2 in (1, 2)", "true"},
      {"1.50bd in (1.5bd)", "true"},
      {"3 not in (1, 2)", "true"},
      {"'ab' like 'a%'", "true"},
      {"'Ab' like 'a_'", "false"},
      {R"('a%' like 'a\\%')", "true"},
      {"'ab' not like '%c%'", "true"},
      {"'abc' rlike '^a.c$'", "true"},
      {"'abc' not rlike 'x'", "true"},
      {"null is null", "true"},
      {"1 is not null", "true"},
      {"(1 = 1) is true", "true"},
      {"1 is distinct from null", "true"},
      {"6 & 3", "2"},
      {"case 2 when 1 then 'a' when 2 then 'b' else 'c' end", "b"},
      {"case when null then 1 end", "∅"},
      {"\"double\"", "double"},
      {"'it''s'", "it's"},
      {"array(10, 20)[1]", "20"},
      {"map('a', 1)['a']", "1"},
      {"named_struct('x', 7, 'y', 'z').y", "z"},
      {R"(from_json('{"a":[1,null]}', 'map<string,array<bigint>>')['a'][0])", "1"},
      {"exists (select 1)", "true"},
      {"(select max(x) from (values (1), (5)) t(x))", "5"},
      {"date '2024-02-29'", "2024-02-29"},
      {"current_timestamp()", "2026-11-22 22:03:14"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(rows(std::string("select ") + c.sql), c.shown) << c.sql;
  }
}

TEST_F(Dialect, CastsAsTheServiceDoes) {
  const Case cases[] = {
      {"cast('12' as bigint)", "12"},
      {"cast('1.9' as bigint)", "1"},
      {"cast('x' as bigint)", "∅"},
      {"cast(300 as tinyint)", "∅"},
      {"cast(1e300 as bigint)", "∅"},
      {"cast(2.9 as int)", "2"},
      {"cast(1 as double)", "1.0"},
      {"cast('1e3' as double)", "1000.0"},
      {"cast(0.1 as float)", "0.1"},
      {"cast('12.345' as decimal(10,2))", "12.35"},
      {"cast('123456789.0' as decimal(10,2))", "∅"},
      {"cast(1 = 1 as string)", "true"},
      {"cast('true' as boolean)", "true"},
      {"cast(0 as boolean)", "false"},
      {"cast(1.0 as string)", "1.0"},
      {"cast('abc' as varchar(2))", "ab"},
      {"cast('2024-01-02 03:04:05' as datetime)", "2024-01-02 03:04:05"},
      {"cast('2024-01-02' as datetime)", "2024-01-02 00:00:00"},
      {"cast('2024-01-02 03:04:05.123456789' as timestamp)", "2024-01-02 03:04:05.123456789"},
      {"cast(cast('2024-01-02 03:04:05' as datetime) as date)", "2024-01-02"},
      {"cast(cast('2024-01-02' as date) as string)", "2024-01-02"},
      {"cast('é' as binary)", "c3a9"},
      {"cast(cast('é' as binary) as string)", "é"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(rows(std::string("select ") + c.sql), c.shown) << c.sql;
  }
}

TEST_F(Dialect, GivesResultsTheirTypes) {
  const Case cases[] = {
      {"1, 1.5, 'a', true, null, 1bd", "bigint,double,string,boolean,string,decimal(38,18)"},
      {"count(*), sum(1), sum(1.5), sum(1bd), avg(1)",
       "bigint,bigint,double,decimal(38,18),double"},
      {"1 < 2, 1 + 1, 1 / 1, 1 + 1.5, 'a' || 'b'", "boolean,bigint,double,double,string"},
      {"getdate(), to_date('2024-01-01'), cast(1 as tinyint)", "datetime,date,tinyint"},
      {"case when true then 1 else 2.5 end, nvl(null, 'x')", "double,string"},
      {"array('a'), map(1, 'x'), named_struct('a', 1, 'b', 'c')",
       "array<string>,map<bigint,string>,struct<a:bigint,b:string>"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(types(std::string("select ") + c.sql), c.shown) << c.sql;
  }
}

TEST_F(Dialect, ReadsQueriesOfEveryShape) {
  run("create table t (id bigint, v string) partitioned by (ds string)");
  run("insert into t partition (ds) values (1, 'a', 'x'), (2, 'b', 'x'), (3, 'a', 'y')");
  run("create table other.u as select id, v as w from t where id > 1");
  const Case cases[] = {
      {"select * from t order by id desc limit 1, 1", "2|b|x"},
      {"select id from t order by id limit 1 offset 2", "3"},
      {"select distinct v from t order by v", "a\nb"},
      {"select v, count(*) n from t group by v having n > 1", "a|2"},
      {"select substr(v, 1, 1) k, sum(id) from t group by substr(v, 1, 1) order by 2", "b|2\na|4"},
      {"select v from t group by 1 order by 1", "a\nb"},
      {"select -id as id from t order by id", "-3\n-2\n-1"},
      {"select id, 1 as k from t group by k, id order by k, id desc", "3|1\n2|1\n1|1"},
      {"select v, 1 k, count(*) from t group by k having k = 1 and count(*) = 3", "|1|3"},
      {"select a.id, b.w from t a join other.u b on a.id = b.id order by a.id", "2|b\n3|a"},
      {"select t.id, w from t left join other.u on t.id = u.id order by t.id", "1|∅\n2|b\n3|a"},
      {"select id, w from t join other.u using (id) order by id", "2|b\n3|a"},
      {"select id from t left semi join other.u u on t.id = u.id order by id", "2\n3"},
      {"select id from t left anti join other.u u on t.id = u.id", "1"},
      {"select count(*) from t, other.u", "6"},
      {"with x as (select id from t where ds = 'x') select max(id) from x", "2"},
      {"select 1 a union all select 2.5 order by a desc", "2.5\n1.0"},
      {"select v from t union select w from other.u order by v", "a\nb"},
      {"select v from t except select 'a'", "b"},
      {"(select 1) union all (select 2)", "1\n2"},
      {"select id from t where v in (select v from t where id = 2)", "2"},
      {"select id from t o where exists (select 1 from t i where i.v = o.v and i.id > o.id)", "1"},
      {"select s.* from (select id as x from t) s where x = 3", "3"},
      {"from_is_a_name", "[1,1] Parse exception"},
      {"select id from t where ds = 20 or ds in ('y')", "3"},
      {"select `id`, \"id\" from `proj`.`t` where `ds` = \"y\"", "3|id"},
      {"values (1, 'a'), (2, null)", "1|a\n2|∅"},
      {"select 'a' from t where id = '2'", "a"},
  };
  for (const Case& c : cases) EXPECT_THAT(rows(c.sql), HasSubstr(c.shown)) << c.sql;
}

TEST_F(Dialect, RefusesByNameAndPlace) {
  run("create table t (id bigint, v string, m map<string,bigint>) partitioned by (ds string)");
  const Case cases[] = {
      {"select * from nothere", "ODPS-0130131:[1,15] Table not found - table proj.nothere cannot"},
      {"select *\nfrom other.t", "ODPS-0130131:[2,6] Table not found - table other.t"},
      {"select id,\n  nope from t", "ODPS-0130071:[2,3] Semantic analysis exception - column nope"},
      {"select t.nope from t", "column t.nope cannot be resolved"},
      {"select id from t a, t b", "column id is ambiguous"},
      {"select my_udf(id) from t",
       "ODPS-0130161:[1,8] Parse exception - the local MaxCompute does not support the function "
       "my_udf, see docs/local-maxcompute.md"},
      {"select load_extension('x')", "the function load_extension"},
      {"select substr('a')", "substr does not take 1 arguments"},
      {"select id from t lateral view explode(m) x as a, b", "LATERAL VIEW"},
      {"select transform(id) using 'cat' from t", "SELECT TRANSFORM"},
      {"select * from t pivot (x)", "PIVOT"},
      {"select id from t group by id with rollup", "GROUPING SETS, CUBE and ROLLUP"},
      {"with recursive x as (select 1) select * from x", "WITH RECURSIVE"},
      {"select id from t natural join t", "NATURAL JOIN"},
      {"select interval '1' day", "INTERVAL"},
      {"select 2 ^ 3", "the operator ^"},
      {"select ~1", "the operator ~"},
      {"select (1, 2) in (select 1, 2)", "a row of values"},
      {"select count(distinct id, v) from t", "DISTINCT or count over several columns"},
      {"select id + m from t", "map<string,bigint>"},
      {"select m > 1 from t", "have no common type"},
      {"select id[0] from t", "[…] stands behind an array or a map only"},
      {"select row_number() from t", "row_number needs OVER"},
      {"select upper(distinct v) from t", "upper takes no DISTINCT"},
      {"select 1 union all select 1, 2", "UNION ALL of 1 and 2 columns"},
      {"select id from t order by 2", "ORDER BY 2: there is no such column"},
      {"select id from t group by 2", "GROUP BY 2: there is no such column"},
      {"select from t", "expected an expression, found 'from'"},
      {"select 1 2", "expected the end of the statement"},
      {"select * ", "* without FROM"},
      {"select 1 from t where", "expected an expression, found the end of the statement"},
      {"select 'open", "[1,8] Parse exception - no closing '"},
      {"select 12abc", "'12abc' is no number"},
      {"select regexp_count('a', '(')", "is not one of RE2"},
      {"select 9223372036854775807 + 1", "out of range cannot be a value of type bigint"},
  };
  for (const Case& c : cases) EXPECT_THAT(rows(c.sql), HasSubstr(c.shown)) << c.sql;
}

TEST_F(Dialect, StopsAtDepthAndSize) {
  std::string deep = "select ";
  for (int i = 0; i < 5000; ++i) deep += "(";
  EXPECT_THAT(rows(deep), HasSubstr("nested more than"));
  std::string nots = "select ";
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  EXPECT_THAT(rows(nots + "true"), HasSubstr("nested more than"));
  std::string minuses = "select ";
  for (int i = 0; i < 50'000; ++i) minuses += "- ";
  EXPECT_THAT(rows(minuses + "1"), HasSubstr("nested more than"));
  std::string sum = "select 1.5";
  for (int i = 0; i < 500; ++i) sum += " + 1";
  EXPECT_EQ(rows(sum), "501.5");
}

}  // namespace
}  // namespace otsstream::local
