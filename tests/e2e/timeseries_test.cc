// Jobs on time-series tables and on instances with table groups. The local Tablestore has neither:
// a plain table with the key of a time-series table stands in, and says that it is one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"
#include "tablestore/wire/messages.h"

namespace otsstream::test {
namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using tablestore::KeyType;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kStart = "20171019161000";
constexpr const char* kEnd = "20171019162600";

// examples/person.json with these members at the beginning of the reader's block, landing in all
// columns of the destination.
std::string job_with(const std::string& members) {
  std::string text = person_job();
  const std::string_view before = "\"parameter\": {";
  text.insert(text.find(before) + before.size(), members);
  const size_t columns = text.rfind("\"column\": [");
  text.replace(columns, text.find(']', columns) + 1 - columns, "\"column\": [\"*\"]");
  return text;
}

const job::Variables kVariables = {
    {"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}};

class Timeseries : public testing::Test {
 protected:
  void SetUp() override {
    tablestore::CreateTableRequest request;
    request.meta.name = "person";
    request.meta.primary_key = {{"_m_name", KeyType::kString, false},
                                {"_data_source", KeyType::kString, false},
                                {"_tags", KeyType::kString, false},
                                {"_time", KeyType::kInteger, false}};
    request.options.time_to_live = -1;
    request.options.max_versions = 1;
    request.options.max_version_deviation = 10LL * 365 * 86400;
    request.stream = tablestore::StreamSpec{true, 24, {}};
    ASSERT_TRUE(world_.tablestore->create_table(request).has_value());
    world_.set_data_time("2017-10-19 16:20:00.000");
    for (int i = 0; i < 3; ++i) {
      tablestore::Row row;
      row.primary_key = {{"_m_name", CellValue::of_string("cpu")},
                         {"_data_source", CellValue::of_string("host_1")},
                         {"_tags", CellValue::of_string(i == 0 ? "" : R"(["city=hz","os=linux"])")},
                         {"_time", CellValue::of_integer(1'508'400'000'000'000 + i)}};
      row.cells = {{"load", CellOp::kPut, CellValue::of_double(0.25 * i), {}}};
      ASSERT_TRUE(world_.tablestore->put_row("person", row).has_value());
    }
    world_.edit_stream = [](tablestore::DescribeStreamResponse& stream) {
      stream.is_timeseries = true;
    };
    // The service describes a time-series table by another operation only.
    world_.refuse_tablestore = [](const Request& request, const Response&) {
      const bool describes = request.path() == "/DescribeTable" &&
                             request.body.flat().view().find("person") != std::string_view::npos;
      return std::string(describes ? "OTSObjectNotExist" : "");
    };
  }
  World world_;
};

TEST_F(Timeseries, KeyTagsAndFieldsLand) {
  world_.create_destination("measurement STRING, at BIGINT, city STRING, load DOUBLE");
  auto report = world_.run_text(job_with(R"("mode": "single_version_and_update_only",
      "isTimeseriesTable": "true",
      "column": [{"name": "_m_name"}, {"name": "_time"},
                 {"name": "city", "is_timeseries_tag": "true"}, {"name": "load"}],)"),
                                kVariables);
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_THAT(world_.landed("20171018", "measurement, at, city, load"),
              ElementsAre("cpu|1508400000000000|NULL|0.0", "cpu|1508400000000001|hz|0.25",
                          "cpu|1508400000000002|hz|0.5"));
}

TEST_F(Timeseries, ATableThatIsNoneIsNotTakenForOne) {
  world_.edit_stream = nullptr;
  world_.create_destination("measurement STRING");
  auto report = world_.run_text(job_with(R"("mode": "single_version_and_update_only",
      "isTimeseriesTable": true, "column": [{"name": "_m_name"}],)"),
                                kVariables);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, "Reader-NotTimeseries");
  EXPECT_THAT(report.error().remedy, HasSubstr("remove isTimeseriesTable"));
}

TEST_F(Timeseries, OneThatIsNotSaidToBeIsRefused) {
  world_.refuse_tablestore = nullptr;
  world_.create_destination();
  auto report = world_.run(kStart, kEnd);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, "Reader-Timeseries");
  EXPECT_THAT(report.error().remedy, HasSubstr("isTimeseriesTable"));
}

TEST(TableGroup, EveryReadNamesTheTable) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  ASSERT_TRUE(world.tablestore
                  ->put_row("person", {{{"id", CellValue::of_string("a")}},
                                       {{"v", CellOp::kPut, CellValue::of_integer(1), {}}},
                                       false,
                                       {}})
                  .has_value());
  std::vector<std::string> tables;
  world.refuse_tablestore = [&](const Request& request, const Response&) {
    if (request.path() == "/GetStreamRecord") {
      tablestore::GetStreamRecordRequest read;
      EXPECT_TRUE(tablestore::decode(request.body.flat(), read).has_value());
      tables.push_back(read.table.value_or("-"));
    }
    return std::string();
  };
  ASSERT_TRUE(world.run(kStart, kEnd).has_value());
  EXPECT_THAT(tables, testing::Each("-"));
  tables.clear();
  auto report = world.run_text(job_with(R"("enableTableGroupSupport": true,)"), kVariables);
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_THAT(tables, testing::Not(testing::IsEmpty()));
  EXPECT_THAT(tables, testing::Each("person"));
  EXPECT_EQ(report->totals.records, 1);
}

}  // namespace
}  // namespace otsstream::test
