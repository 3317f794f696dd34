#include "writer/odps/partition_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/row_batch.h"

namespace otsstream::writer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

maxcompute::TableSchema table(const std::string& keys) {
  maxcompute::TableSchema schema;
  schema.table = "t";
  schema.columns = {{"id", *maxcompute::parse_type("string"), "", true},
                    {"v", *maxcompute::parse_type("bigint"), "", true}};
  size_t at = 0;
  while (at < keys.size()) {
    const size_t end = std::min(keys.find(',', at), keys.size());
    const std::string key = keys.substr(at, end - at);
    const size_t blank = key.find(' ');
    schema.partition_keys.push_back(
        {key.substr(0, blank), *maxcompute::parse_type(key.substr(blank + 1)), "", true});
    at = end + 1;
  }
  return schema;
}

struct ModeCase {
  const char* name;
  std::optional<bool> wanted;
  std::vector<std::string> columns;
  std::string keys, partition, fixed;
  const char* expected;  // "static", "dynamic", or a part of the error
};

class Mode : public testing::TestWithParam<ModeCase> {};

TEST_P(Mode, FollowsParameterAndColumns) {
  const ModeCase& c = GetParam();
  OdpsSettings settings;
  settings.dynamic_partition = c.wanted;
  settings.columns = c.columns;
  settings.partition = *maxcompute::PartitionSpec::parse(c.partition);
  settings.fixed_partition_values = *maxcompute::PartitionSpec::parse(c.fixed);
  auto dynamic = is_dynamic(settings, table(c.keys));
  if (dynamic) {
    EXPECT_STREQ(*dynamic ? "dynamic" : "static", c.expected);
  } else {
    EXPECT_EQ(dynamic.error().code, "OdpsWriter-DynamicPartition");
    EXPECT_THAT(dynamic.error().message, HasSubstr(c.expected));
    EXPECT_FALSE(dynamic.error().remedy.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Mode,
    testing::Values(
        ModeCase{"absent_none_listed", {}, {"id"}, "pt string", "pt=1", "", "static"},
        ModeCase{
            "absent_all_listed", {}, {"id", "PT", "hh"}, "pt string,hh string", "", "", "dynamic"},
        ModeCase{"absent_some_listed",
                 {},
                 {"id", "pt"},
                 "pt string,hh string",
                 "",
                 "",
                 "does not list `hh`"},
        ModeCase{"absent_plain_table", {}, {"id"}, "", "", "", "static"},
        ModeCase{"off_none_listed", false, {"*"}, "pt string", "pt=1", "", "static"},
        ModeCase{"off_listed",
                 false,
                 {"id", "pt"},
                 "pt string",
                 "pt=1",
                 "",
                 "lists the partition column `pt`"},
        ModeCase{"on_listed", true, {"id", "pt"}, "pt string", "", "", "dynamic"},
        ModeCase{"on_not_listed", true, {"id"}, "pt string", "", "", "does not list `pt`"},
        ModeCase{"on_star", true, {"*"}, "pt string", "", "", "does not list `pt`"},
        ModeCase{"on_plain_table", true, {"id"}, "", "", "", "is not partitioned"},
        ModeCase{"both_ways", {}, {"id", "pt"}, "pt string", "pt=1", "", "names partition pt=1"},
        ModeCase{"fixed_values", true, {"id"}, "pt string", "", "pt=7", "static"},
        ModeCase{"fixed_and_listed",
                 true,
                 {"id", "pt"},
                 "pt string",
                 "",
                 "pt=7",
                 "lists the partition column"}),
    [](const auto& each) { return each.param.name; });

class PartitionSourceTest : public testing::Test {
 protected:
  // Columns id, then the partition columns, then v.
  Result<PartitionSource::Made> make(const std::string& keys,
                                     std::vector<PartitionFormat> formats = {}) {
    OdpsSettings settings;
    const maxcompute::TableSchema schema = table(keys);
    settings.columns = {"id"};
    std::vector<InputColumn> input = {{"id", ValueType::kString}};
    for (const maxcompute::Column& key : schema.partition_keys) {
      settings.columns.push_back(key.name);
      input.push_back({key.name, ValueType::kNull});
    }
    settings.columns.push_back("v");
    input.push_back({"v", ValueType::kLong});
    settings.partition_formats = std::move(formats);
    return PartitionSource::make(settings, schema, input, {}, warnings);
  }
  // "pt=…" or the error's message.
  std::string spec(const PartitionSource& source, Value value) {
    auto spec = source.spec_of(std::vector<Value>{Value::from_string("row-7"), value, Value()});
    if (spec) return spec->unquoted();
    EXPECT_EQ(spec.error().code, "OdpsWriter-PartitionValue");
    EXPECT_THAT(spec.error().message, HasSubstr("row (row-7, "));
    EXPECT_FALSE(spec.error().remedy.empty());
    return spec.error().message;
  }
  std::vector<std::string> warnings;
};

TEST_F(PartitionSourceTest, TakesThePartitionColumnsOutOfTheMapping) {
  auto made = make("pt string,hh bigint");
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->source.describe(), "/pt=*/hh=*");
  EXPECT_THAT(made->source.names(), ElementsAre("pt", "hh"));
  EXPECT_EQ(made->mapping.input_columns, 4u);
  ASSERT_EQ(made->mapping.columns.size(), 2u);
  EXPECT_EQ(made->mapping.columns[0].name, "id");
  EXPECT_EQ(made->mapping.columns[0].field, 0u);
  EXPECT_EQ(made->mapping.columns[1].name, "v");
  EXPECT_EQ(made->mapping.columns[1].field, 3u);
  EXPECT_EQ(made->mapping.columns[1].number, 2u);
  auto two = made->source.spec_of(
      std::vector<Value>{Value(), Value::from_string("a b"), Value::from_long(7), Value()});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->unquoted(), "pt=a b,hh=7");
}

TEST_F(PartitionSourceTest, ValuesAreTheTextOfTheRecord) {
  const PartitionSource text = make("pt string")->source;
  EXPECT_EQ(spec(text, Value::from_string("20171019")), "pt=20171019");
  EXPECT_EQ(spec(text, Value::from_long(-5)), "pt=-5");
  EXPECT_EQ(spec(text, Value::from_bool(true)), "pt=true");
  EXPECT_EQ(spec(text, Value::from_string("100%+&#杭州:")), "pt=100%+&#杭州:");
  const PartitionSource number = make("pt bigint")->source;
  EXPECT_EQ(spec(number, Value::from_string("007")), "pt=7");
  EXPECT_THAT(spec(number, Value::from_string("x7")), HasSubstr("no integer"));
  const PartitionSource day = make("pt date")->source;
  EXPECT_EQ(spec(day, Value::from_long(1508342400000)), "pt=2017-10-19");
  EXPECT_EQ(spec(day, Value::from_string("2017-10-19 23:00:00")), "pt=2017-10-19");
  EXPECT_THAT(spec(day, Value::from_string("soon")), HasSubstr("no date"));
}

TEST_F(PartitionSourceTest, WhatCannotTravelIsRefusedWithRowAndValue) {
  const PartitionSource source = make("pt string")->source;
  for (const char* blank : {"", "  ", "\t"})
    EXPECT_THAT(spec(source, Value::from_string(blank)), HasSubstr("`pt` is blank"));
  EXPECT_THAT(spec(source, Value()), HasSubstr("`pt` is blank"));
  for (const char* bad :
       {"a,b", "a/b", "a=b", "it's", "\"a\"", "a\\b", " a", "a ", "a\nb", "a\x7f"})
    EXPECT_THAT(spec(source, Value::from_string(bad)),
                HasSubstr("\"" + std::string(bad) + "\", which a partition cannot have"));
  const std::string longest(255, 'x');
  EXPECT_EQ(spec(source, Value::from_string(longest)), "pt=" + longest);
  EXPECT_THAT(spec(source, Value::from_string(longest + "x")), HasSubstr("256 bytes"));
}

TEST_F(PartitionSourceTest, TimesAreWrittenAnew) {
  const PartitionSource given = make("pt string", {{"PT", "yyyy-MM-dd", "yyyyMMdd"}})->source;
  EXPECT_EQ(spec(given, Value::from_string("2017-10-19 11:00:00")), "pt=20171019");
  EXPECT_EQ(given.remark(), "");
  EXPECT_EQ(spec(given, Value::from_string("never")), "pt=never");
  EXPECT_THAT(given.remark(), HasSubstr("\"never\" is no time"));
  EXPECT_EQ(spec(given, Value::from_string("later")), "pt=later");
  EXPECT_THAT(given.remark(), HasSubstr("never")) << "the first one is told";

  const PartitionSource by_itself = make("pt string", {{"pt", "", "yyyyMMddHH"}})->source;
  EXPECT_EQ(spec(by_itself, Value::from_long(1508382000000)), "pt=2017101911");
  EXPECT_EQ(spec(by_itself, Value::from_string("2017-10-19 11:00:00")), "pt=2017101911");
}

TEST_F(PartitionSourceTest, WrongSettingsAreNamed) {
  EXPECT_THAT(make("pt string", {{"dt", "", "yyyyMMdd"}}).error().message, HasSubstr("`dt`"));
  EXPECT_EQ(make("pt string", {{"pt", "", "jjj"}}).error().code, "Config-TimeFormat");
  OdpsSettings settings;
  settings.columns = {"id", "pt"};
  auto made = PartitionSource::make(settings, table("pt string"), {{"id"}}, {}, warnings);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("`pt` as number 2, the reader has 1 columns"));

  // As without partitions by column, columns that the reader does not have are NULL.
  settings.columns = {"id", "pt", "v"};
  auto shorter =
      PartitionSource::make(settings, table("pt string"), {{"id"}, {"pt"}}, {}, warnings);
  ASSERT_TRUE(shorter) << shorter.error().to_string();
  EXPECT_EQ(shorter->mapping.columns.size(), 1u);
  EXPECT_EQ(shorter->mapping.input_columns, 2u);
  EXPECT_THAT(warnings, testing::Contains(HasSubstr("`v`")));
}

TEST_F(PartitionSourceTest, EqualKeysMeanOnePartition) {
  const PartitionSource source = make("pt string,hh string")->source;
  auto key = [&](Value pt, Value hh) {
    std::string text;
    EXPECT_TRUE(source.append_key(std::vector<Value>{Value(), pt, hh, Value()}, text));
    return text;
  };
  EXPECT_EQ(key(Value::from_string("a"), Value::from_string("b")),
            key(Value::from_string("a"), Value::from_string("b")));
  EXPECT_NE(key(Value::from_string("ab"), Value::from_string("")),
            key(Value::from_string("a"), Value::from_string("b")));
  EXPECT_NE(key(Value::from_string(""), Value::from_string("b")),
            key(Value(), Value::from_string("b")));
}

}  // namespace
}  // namespace otsstream::writer
