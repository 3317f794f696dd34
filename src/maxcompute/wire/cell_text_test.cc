#include "maxcompute/wire/cell_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/bytes.h"

namespace otsstream::maxcompute {
namespace {

std::string text_of(const Cell& cell, const std::string& type, const Zone& zone = Zone::china()) {
  std::string text;
  append_text(text, cell, *parse_type(type), zone);
  return text;
}

Cell number(int64_t v, int32_t nanos = 0) {
  Cell cell;
  cell.null = false;
  cell.number = v;
  cell.nanos = nanos;
  return cell;
}

Cell real(double v) {
  Cell cell;
  cell.null = false;
  cell.real = v;
  return cell;
}

Cell text(std::string_view v) {
  Cell cell;
  cell.null = false;
  cell.text = v;
  return cell;
}

Cell items(std::vector<Cell> parts) {
  Cell cell;
  cell.null = false;
  cell.items = std::move(parts);
  return cell;
}

TEST(AppendText, EveryTypeAsMaxComputeShowsIt) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  struct Case {
    const char* type;
    Cell cell;
    const char* text;
  } cases[] = {
      {"bigint", number(-5), "-5"},
      {"boolean", number(1), "true"},
      {"boolean", number(0), "false"},
      {"double", real(1.5), "1.5"},
      {"double", real(3), "3.0"},
      {"double", real(-0.0), "-0.0"},
      {"double", real(1e300), "1e+300"},
      {"double", real(std::nan("")), "NaN"},
      {"double", real(kInf), "Infinity"},
      {"double", real(-kInf), "-Infinity"},
      {"float", real(0.1F), "0.1"},
      {"decimal(10,2)", text("-0.10"), "-0.10"},
      {"string", text("a \"b\""), "a \"b\""},
      {"json", text("{ \"a\":1 }"), "{ \"a\":1 }"},
      {"binary", text("\xff"), "\xff"},
      {"datetime", number(1704135845000), "2024-01-02 03:04:05"},
      {"datetime", number(1704135845678), "2024-01-02 03:04:05.678"},
      {"datetime", number(-1), "1970-01-01 07:59:59.999"},
      {"date", number(19782), "2024-02-29"},
      {"date", number(-1), "1969-12-31"},
      {"timestamp", number(1704135845), "2024-01-02 03:04:05"},
      {"timestamp", number(1704135845, 500000000), "2024-01-02 03:04:05.500"},
      {"timestamp", number(-1, 1), "1970-01-01 07:59:59.000000001"},
      {"timestamp_ntz", number(1704135845, 1000), "2024-01-01 19:04:05.000001000"},
      {"interval_day_time", number(93784, 5), "1 02:03:04.000000005"},
      {"interval_day_time", number(-86400, 0), "-1 00:00:00.000000000"},
      {"interval_day_time", number(-1, 999999999), "-0 00:00:00.000000001"},
      {"interval_year_month", number(14), "1-2"},
      {"interval_year_month", number(-3), "-0-3"},
      {"array<bigint>", items({number(1), Cell{}, number(-3)}), "[1,null,-3]"},
      {"array<double>", items({real(std::nan("")), real(-kInf), real(2)}),
       "[\"NaN\",\"-Infinity\",2.0]"},
      {"array<decimal(9,3)>", items({text("1.500"), text("x"), text("007")}),
       "[1.500,\"x\",\"007\"]"},
      {"array<binary>", items({text("\xff\x01")}), "[\"/wE=\"]"},
      {"array<boolean>", items({number(1)}), "[true]"},
      {"array<json>", items({text("{ }"), text("{")}), "[{ },\"{\"]"},
      {"array<datetime>", items({number(0)}), "[\"1970-01-01 08:00:00\"]"},
      {"array<date>", items({number(0)}), "[\"1970-01-01\"]"},
      {"array<timestamp>", items({number(0, 1)}), "[\"1970-01-01 08:00:00.000000001\"]"},
      {"array<interval_year_month>", items({number(14)}), "[\"1-2\"]"},
      {"map<string,bigint>", items({text("k"), number(5), text("j"), Cell{}}),
       "{\"k\":5,\"j\":null}"},
      {"map<bigint,string>", items({number(7), text("x\n")}), "{\"7\":\"x\\n\"}"},
      {"map<binary,boolean>", items({text("\xff"), number(0)}), "{\"/w==\":false}"},
      {"map<array<bigint>,bigint>", items({items({number(1)}), number(2)}), "{\"[1]\":2}"},
      {"struct<x:int,`y z`:string>", items({Cell{}, text("é")}), "{\"x\":null,\"y z\":\"é\"}"},
  };
  for (const Case& c : cases) EXPECT_EQ(text_of(c.cell, c.type), c.text) << c.type;
}

TEST(AppendText, NumbersFarOutsideOfTimeStillGiveATextAndNoCrash) {
  for (int64_t v : {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    for (const char* type : {"datetime", "date", "timestamp", "timestamp_ntz", "interval_day_time",
                             "interval_year_month"})
      EXPECT_GT(text_of(number(v, 999999999), type).size(), 10u) << type;
  }
}

TEST(ParseText, TakesWhatPeopleWrite) {
  struct Case {
    const char* type;
    const char* text;
    const char* hex;  // encoded
  } cases[] = {
      {"boolean", "TRUE", "01"},
      {"double", "1e3", "0000000000408f40"},
      {"double", "Infinity", "000000000000f07f"},
      {"float", "0.1", "cdcccc3d"},
      {"float", "1e39", "0000807f"},
      {"decimal(10,2)", "1.50", "04312e3530"},
      {"decimal(10,2)", "+.5", "03302e35"},
      {"decimal(10,2)", "1.2e3", "0431323030"},
      {"decimal(10,2)", "12345678.994", "0c31323334353637382e393934"},
      {"decimal", "1", "0131"},
      {"string", "", "00"},
      {"varchar(2)", "中é", "05e4b8adc3a9"},
      {"datetime", "1970-01-01 08:00:00", "00"},
      {"datetime", "1970-01-01", "ffcfbb1b"},
      {"datetime", "1970-01-01 08:00:00.5", "e807"},
      {"timestamp", "1970-01-01 08:00:00.000000001", "0002"},
      {"timestamp_ntz", "1969-12-31 23:59:59.5", "018094ebdc03"},
      {"date", "1970-01-02", "02"},
      {"interval_day_time", "1 02:03:04.5", "b0b90b8094ebdc03"},
      {"interval_day_time", "-0 00:00:00.000000001", "01feA7d6b907"},
      {"interval_year_month", "1-2", "1c"},
      {"interval_year_month", "-0-3", "05"},
      {"json", " {\"a\":1}", "08207b2261223a317d"},
      {"array<bigint>", " [ 1 , null,-3 ] ",
       "0300020100"
       "05"},
      {"array<string>", "[\"1\",2,true,1.50]", "040001310001320004747275650004312e3530"},
      {"array<bigint>", "[\"7\"]", "01000e"},
      {"array<double>", "[\"NaN\"]", "0100000000000000f87f"},
      {"array<decimal(9,4)>", "[1.5000,\"-2\"]", "020006312e3530303000022d32"},
      {"array<binary>", "[\"/wE=\"]", "010002ff01"},
      {"array<json>", "[{ \"a\" : 1 }]", "01000b7b20226122203a2031207d"},
      {"array<timestamp>", "[\"1970-01-01 08:00:01\"]", "01000200"},
      {"map<bigint,string>", "{\"7\":\"x\"}", "01000e01000178"},
      {"map<array<bigint>,boolean>", "{\"[1]\":true}", "0100010002010001"},
      {"map<string,bigint>", "{}", "0000"},
      {"struct<x:int,`Y z`:string>", "{\"y Z\":\"a\",\"X\":5}", "000a000161"},
      {"struct<x:int,y:string>", "{}", "0101"},
  };
  for (const Case& c : cases) {
    const ColumnType type = *parse_type(c.type);
    auto parsed = parse_text(c.text, type, Zone::china());
    ASSERT_TRUE(parsed) << c.type << " " << c.text << ": " << parsed.error().to_string();
    std::string out;
    ASSERT_TRUE(append_encoded(out, parsed->cell, type));
    EXPECT_EQ(to_hex(out), to_hex(from_hex(c.hex))) << c.type << " " << c.text;
  }
  EXPECT_TRUE(parse_text("null", *parse_type("array<bigint>"), Zone::utc())->cell.null);
}

TEST(ParseText, WhatIsNoValueIsRefusedWithItsPlace) {
  struct Case {
    const char* type;
    const char* text;
    const char* message;
  } cases[] = {
      {"bigint", "1.5", "\"1.5\" is no bigint: write a whole number"},
      {"bigint", "", "write a whole number"},
      {"bigint", " 1", "write a whole number"},
      {"bigint", "9223372036854775808", "the range is -9223372036854775807 ..."},
      {"bigint", "-9223372036854775808", "the range is"},
      {"int", "2147483648", "the range is -2147483648 ... 2147483647"},
      {"smallint", "-32769", "the range is -32768 ... 32767"},
      {"tinyint", "128", "the range is -128 ... 127"},
      {"double", "inf", "write a number, NaN, Infinity or -Infinity"},
      {"double", "1e999", "write a number"},
      {"float", "0x1", "write a number"},
      {"boolean", "1", "write true or false"},
      {"char(2)", "abc", "it has 3 characters"},
      {"varchar(1)", "中é", "it has 2 characters"},
      {"decimal(4,2)", "100", "at most 2 digits may stand before the point"},
      {"decimal(4,2)", "99.995", "at most 2 digits"},
      {"decimal(4,2)", "NaN", "write digits"},
      {"decimal(4,2)", "1e99999", "write digits"},
      {"json", "{", "\"{\" is no json"},
      {"datetime", "2024-02-30 00:00:00", "write yyyy-MM-dd HH:mm:ss[.fff]"},
      {"datetime", "2024-02-28 00:00:00.0001", "write yyyy-MM-dd HH:mm:ss[.fff]"},
      {"datetime", "2024-2-8", "write yyyy-MM-dd"},
      {"timestamp", "2024-02-28T00:00:00", "[.fffffffff]"},
      {"timestamp_ntz", "2024-02-28 00:00:00.0000000001", "[.fffffffff]"},
      {"timestamp", "2024-02-28 00:00:00.", "[.fffffffff]"},
      {"date", "2024-02-30", "write yyyy-MM-dd"},
      {"date", "2024-02-03 00:00:00", "write yyyy-MM-dd"},
      {"interval_day_time", "1 24:00:00", "write days hours:minutes:seconds"},
      {"interval_day_time", "99999999999999999999 00:00:00", "write days"},
      {"interval_day_time", "9223372036854775807 00:00:00", "write days"},
      {"interval_year_month", "1-12", "write years-months"},
      {"interval_year_month", "9223372036854775807-0", "write years-months"},
      {"interval_year_month", "--1-1", "write years-months"},
      {"array<bigint>", "[1", "is no array<bigint>: "},
      {"array<bigint>", "[1,]", "is no array<bigint>: "},
      {"array<bigint>", "{}", "$: an object is no array<bigint>"},
      {"array<bigint>", "5", "$: a number is no array<bigint>"},
      {"array<bigint>", "[1,[2]]", "$[1]: a list is no bigint"},
      {"array<bigint>", "[1,9223372036854775808]", "$[1]: \"9223372036854775808\" is no bigint"},
      {"array<bigint>", "[1,2.0]", "$[1]: \"2.0\" is no bigint"},
      {"array<boolean>", "[0]", "$[0]: \"0\" is no boolean"},
      {"array<string>", "[{}]", "$[0]: an object is no string"},
      {"array<binary>", "[\"?\"]", "$[0]: \"?\" is no binary: write Base64"},
      {"map<bigint,string>", "[1]", "$: a list is no map<bigint,string>"},
      {"map<bigint,string>", "{\"x\":\"y\"}", "$.x: \"x\" is no bigint"},
      {"map<string,tinyint>", "{\"x\":300}", "$.x: \"300\" is no tinyint"},
      {"map<array<bigint>,string>", "{\"null\":\"y\"}", "$.null: a key cannot be NULL"},
      {"map<string,bigint>", "{\"x\":1,\"x\":2}", "is no map<string,bigint>: "},
      {"struct<a:array<date>>", "{\"a\":[\"2024-01-01\",\"x\"]}", "$.a[1]: \"x\" is no date"},
      {"struct<a:int>", "{\"b\":1}", "$.b: struct<a:int> has no field of this name"},
      {"struct<a:int>", "{\"a\":1,\"A\":2}", "$.A: the field is given twice"},
      {"struct<a:int>", "[1]", "$: a list is no struct<a:int>"},
  };
  for (const Case& c : cases) {
    auto parsed = parse_text(c.text, *parse_type(c.type), Zone::china());
    ASSERT_FALSE(parsed) << c.type << " " << c.text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kCorrupt);
    EXPECT_EQ(parsed.error().code, "MaxCompute-Value");
    EXPECT_NE(parsed.error().message.find(c.message), std::string::npos)
        << c.type << ": " << parsed.error().message;
  }
}

TEST(ParseText, LongTextsDoNotFillTheMessage) {
  auto parsed = parse_text(std::string(100000, 'x'), *parse_type("bigint"), Zone::utc());
  ASSERT_FALSE(parsed);
  EXPECT_LT(parsed.error().message.size(), 200u);
}

TEST(ParseText, TheCellOutlivesTheTextItCameFrom) {
  std::string text = "{\"k\":[\"abc\"]}";
  auto parsed = parse_text(text, *parse_type("map<string,array<string>>"), Zone::utc());
  ASSERT_TRUE(parsed);
  text.assign(text.size(), '#');
  EXPECT_EQ(parsed->cell.items[0].text, "k");
  EXPECT_EQ(parsed->cell.items[1].items[0].text, "abc");
}

TEST(ParseText, ATimeThatTheClocksSkipIsNone) {
  auto zone = Zone::parse("Europe/Berlin");
  if (!zone) GTEST_SKIP() << "no tzdata";
  EXPECT_FALSE(parse_text("2024-03-31 02:30:00", *parse_type("datetime"), *zone));
  EXPECT_TRUE(parse_text("2024-03-31 02:30:00", *parse_type("timestamp_ntz"), *zone));
}

}  // namespace
}  // namespace otsstream::maxcompute
