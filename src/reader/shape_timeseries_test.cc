#include "reader/shape_timeseries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader/shape_test_support.h"

namespace otsstream::reader {
namespace {

using tablestore::ActionType;
using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using test::names;
using test::shape;
using test::Shaped;
using test::TestRecord;
using test::written;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const ShapeTable kTable{{}, {}, "stream"};
const tablestore::SequenceInfo kSequence{0, 1510036262123456, 7};

tablestore::PrimaryKey key(std::string tags, bool hash = false) {
  tablestore::PrimaryKey out;
  if (hash) out.push_back({"_#h", CellValue::of_integer(99)});
  out.push_back({"_m_name", CellValue::of_string("cpu")});
  out.push_back({"_data_source", CellValue::of_string("host_1")});
  out.push_back({"_tags", CellValue::of_string(tags)});
  out.push_back({"_time", CellValue::of_integer(1'700'000'000'000'000)});
  return out;
}

const std::string kTags = R"(["city=hz","rack=a=1","empty="])";
const Cell kLoad = written("load:d", CellValue::of_double(0.5), 20);

struct Case {
  const char* name;
  std::vector<TimeseriesColumn> columns;
  tablestore::PrimaryKey primary_key;
  std::vector<Cell> cells;
  const char* want;  // "-": no row
};

class TimeseriesShape : public testing::TestWithParam<Case> {};

TEST_P(TimeseriesShape, Rows) {
  const Case& test = GetParam();
  ShapeOptions options;
  options.mode = ShapeMode::kTimeseries;
  options.timeseries_columns = test.columns;
  TimeseriesShaper shaper(options, kTable);
  const Shaped out =
      shape(shaper, {ActionType::kUpdate, test.primary_key, test.cells, kSequence}, "shard_1");
  ASSERT_TRUE(out.count.has_value()) << out.count.error().to_string();
  EXPECT_EQ(out.rows().empty() ? "-" : out.rows().front(), test.want);
}

INSTANTIATE_TEST_SUITE_P(
    Rules7_4, TimeseriesShape,
    testing::Values(
        Case{
            "parts of the key",
            {{"_time"}, {"_m_name"}, {"_data_source"}, {"_tags"}},
            key(kTags),
            {kLoad},
            R"(Long 1700000000000000 | String cpu | String host_1 | String ["city=hz","rack=a=1","empty="])"},
        Case{"the hidden column is not there",
             {{"_#h"}, {"_m_name"}},
             key("", true),
             {kLoad},
             "null | String cpu"},
        Case{"fields without their type",
             {{"load"}, {"load:d"}},
             key(""),
             {kLoad},
             "Double 0.5 | null"},
        Case{"the newest version",
             {{"load"}},
             key(""),
             {kLoad, written("load:d", CellValue::of_double(0.25), 10)},
             "Double 0.5"},
        Case{"tags",
             {{"city", true}, {"rack", true}, {"empty", true}, {"no", true}},
             key(kTags),
             {},
             "String hz | String a=1 | String  | null"},
        Case{"a tag is no field",
             {{"city"}, {"load", true}, {"_m_name"}},
             key(kTags),
             {kLoad},
             "null | null | String cpu"},
        Case{"no tags", {{"city", true}, {"_m_name"}}, key(""), {kLoad}, "null | String cpu"},
        Case{"time by the sample's name", {{"time"}}, key(""), {kLoad}, "Long 1700000000000000"},
        Case{"a field called time comes first",
             {{"time"}},
             key(""),
             {written("time:i", CellValue::of_integer(5), 1)},
             "Long 5"},
        Case{"nothing found, no row", {{"temperature"}, {"no", true}}, key(kTags), {kLoad}, "-"},
        Case{"a tag alone is found",
             {{"temperature"}, {"city", true}},
             key(kTags),
             {kLoad},
             "null | String hz"},
        Case{"deleted fields are passed over",
             {{"load"}, {"_m_name"}},
             key(""),
             {{"load:d", CellOp::kDeleteAllVersions, {}, {}}},
             "null | String cpu"}),
    [](const auto& info) {
      std::string name = info.param.name;
      std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
      return name;
    });

TEST(TimeseriesShaper, KeyFieldsBehindTheTimeAndSequence) {
  ShapeOptions options;
  options.mode = ShapeMode::kTimeseries;
  options.timeseries_columns = {{"job"}, {"load"}};
  options.sequence_info = true;
  options.order_columns = {OrderColumn::kTimestamp};
  TimeseriesShaper shaper(options, kTable);
  EXPECT_EQ(names(shaper), "job load sequenceInfo timestamp");
  tablestore::PrimaryKey with_field = key("");
  with_field.push_back({"job", CellValue::of_string("nightly")});
  const Shaped out = shape(shaper, {ActionType::kUpdate, with_field, {kLoad}, kSequence}, "s1");
  EXPECT_THAT(out.rows(),
              ElementsAre("String nightly | Double 0.5 | String "
                          "0000000000_00001510036262123456_0000000007_s1 | Long 1510036262123456"));
}

TEST(TimeseriesShaper, OperationsAreChosen) {
  ShapeOptions options;
  options.mode = ShapeMode::kTimeseries;
  options.timeseries_columns = {{"load"}};
  options.operations = kRowUpdated;
  TimeseriesShaper shaper(options, kTable);
  EXPECT_THAT(shape(shaper, {ActionType::kPut, key(""), {kLoad}, kSequence}, "s").rows(),
              IsEmpty());
  EXPECT_THAT(shape(shaper, {ActionType::kUpdate, key(""), {kLoad}, kSequence}, "s").rows(),
              ElementsAre("Double 0.5"));
  EXPECT_THAT(shape(shaper, {ActionType::kDelete, key(""), {}, kSequence}, "s").rows(), IsEmpty());
}

TEST(TimeseriesShaper, TagsThatAreNone) {
  for (const char* tags :
       {"city=hz", "[", "[city=hz]", R"(["city"])", R"(["=hz"])", R"(["city=hz")",
        R"(["city=hz",])", R"(["city=hz""a=b"])", R"(["city=hz;])"}) {
    ShapeOptions options;
    options.mode = ShapeMode::kTimeseries;
    options.timeseries_columns = {{"_m_name"}};
    TimeseriesShaper shaper(options, kTable);
    const Shaped out = shape(shaper, {ActionType::kPut, key(tags), {kLoad}, kSequence}, "s");
    ASSERT_FALSE(out.count.has_value()) << tags;
    EXPECT_EQ(out.count.error().code, "Stream-Record") << tags;
    EXPECT_THAT(out.count.error().message, HasSubstr("_tags")) << tags;
  }
}

}  // namespace
}  // namespace otsstream::reader
