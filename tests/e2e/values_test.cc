// Every column type of MaxCompute, from a Tablestore row through a job to a select.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace otsstream::test {
namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Column {
  const char* name;
  const char* type;
  CellValue value;
  const char* landed;
};

// Rows in row mode into a table of these columns; more beside `partition` and in the settings.
class ValuesJob : public testing::Test {
 protected:
  ValuesJob() {
    world.create_data_table();
    world.set_data_time("2017-10-19 16:20:00.000");
  }

  void put(const std::string& id, const std::vector<Column>& columns) {
    std::vector<Cell> cells;
    for (const Column& column : columns)
      cells.push_back({column.name, CellOp::kPut, column.value, {}});
    Status done = world.tablestore->put_row(
        "person", {{{"id", CellValue::of_string(id)}}, std::move(cells), false, {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }

  Result<sync::Report> run(const std::vector<Column>& columns, const std::string& parameter = "",
                           const std::string& setting = "") {
    std::string source = R"({"name": "id"})", destination = "id STRING";
    names = "id";
    for (const Column& column : columns) {
      source += std::string(R"(, {"name": ")") + column.name + "\"}";
      destination += std::string(", ") + column.name + " " + column.type;
      names += std::string(", ") + column.name;
    }
    world.create_destination(destination);
    const std::string text = R"({"type": "job", "version": "2.0", "steps": [
      {"stepType": "otsstream", "name": "Reader", "category": "reader", "parameter": {
        "datasource": "otsstream", "dataTable": "person",
        "statusTable": "TableStoreStreamReaderStatusTable", "startTimeString": "20171019161000",
        "endTimeString": "20171019162600", "mode": "single_version_and_update_only", "timeZone": "GMT+8",
        "column": [)" + source +
                             R"(]}},
      {"stepType": "odps", "name": "Writer", "category": "writer", "parameter": {
        "datasource": "odps_first", "table": "person", "truncate": true, "column": ["*"],
        "partition": "pt=$[yyyymmdd-1]")" +
                             parameter + R"(}}], "setting": {"speed": {"concurrent": 1})" +
                             setting + "}}";
    return world.run_text(
        text, {{"bdp.system.bizdate", "20171018"}, {"bdp.system.cyctime", "20171019163000"}});
  }

  World world;
  std::string names;
};

TEST_F(ValuesJob, EveryTypeLands) {
  const auto text = [](const char* v) { return CellValue::of_string(v); };
  const std::vector<Column> columns = {
      {"c_tinyint", "TINYINT", CellValue::of_integer(-128), "-128"},
      {"c_smallint", "SMALLINT", text("32767"), "32767"},
      {"c_int", "INT", CellValue::of_integer(-2147483648), "-2147483648"},
      {"c_bigint", "BIGINT", text("9223372036854775807"), "9223372036854775807"},
      {"c_float", "FLOAT", CellValue::of_double(0.5), "0.5"},
      {"c_double", "DOUBLE", text("-1.5e300"), nullptr},
      {"c_boolean", "BOOLEAN", text("TRUE"), "true"},
      {"c_string", "STRING", CellValue::of_double(1e20), "100000000000000000000"},
      {"c_varchar", "VARCHAR(2)", text("城市"), "城市"},
      {"c_char", "CHAR(2)", text("ab"), "ab"},
      {"c_binary", "BINARY", CellValue::of_blob("raw"), nullptr},
      {"c_decimal", "DECIMAL(10,2)", text("1.25e3"), "1250"},
      {"c_date", "DATE", text("2024-02-29"), "2024-02-29"},
      {"c_datetime", "DATETIME", text("2017-10-19 16:10:00"), "2017-10-19 16:10:00"},
      {"c_timestamp", "TIMESTAMP", text("2017-10-19 16:10:00.123456789"),
       "2017-10-19 16:10:00.123456789"},
      {"c_wall", "TIMESTAMP_NTZ", text("2017-10-19 16:10:00.5"), "2017-10-19 16:10:00.5"},
      {"c_json", "JSON", text(R"({"a": [1]})"), nullptr},
      {"c_array", "ARRAY<BIGINT>", text("[1, null]"), "[1,null]"},
      {"c_map", "MAP<STRING,DATE>", text(R"({"k": "2024-02-29"})"), R"({"k":"2024-02-29"})"},
      {"c_struct", "STRUCT<x:INT,y:STRING>", text(R"({"y": "z"})"), R"({"x":null,"y":"z"})"},
      {"c_span", "INTERVAL_DAY_TIME", text("1 02:03:04.5"), "1 02:03:04.5"}};
  put("a", columns);
  put("b", {});
  auto report = run(columns);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(report->dirty, 0) << report->first_dirty_reason;
  for (const Column& column : columns) {
    const std::vector<std::string> rows = world.landed("20171018", column.name);
    ASSERT_EQ(rows.size(), 2u) << column.name;
    if (column.landed != nullptr) {
      EXPECT_THAT(rows[0], testing::StartsWith(column.landed)) << column.name;
    } else {
      EXPECT_NE(rows[0], "NULL") << column.name;
    }
    EXPECT_EQ(rows[1], "NULL") << column.name;
  }
}

TEST_F(ValuesJob, DirtyRecordsAreNamedInTheReport) {
  const std::vector<Column> columns = {{"price", "DECIMAL(4,2)", {}, ""}};
  put("a", {{"price", "", CellValue::of_string("12.5"), ""}});
  put("b", {{"price", "", CellValue::of_string("123.5"), ""}});
  auto report = run(columns);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(report->dirty, 1);
  EXPECT_THAT(report->first_dirty_reason,
              HasSubstr("record 2 of its unit, block 0: field 1 (column `price`): String \"123.5\" "
                        "is out of the range of decimal(4,2) (at most 2 digits before the point) - "
                        "correct the value at its source"));
  EXPECT_THAT(world.landed("20171018", "id, price"), ElementsAre("a|12.5"));
}

TEST_F(ValuesJob, EmptyTextsAndLongOnes) {
  const std::vector<Column> columns = {{"empty", "BIGINT", CellValue::of_string(""), ""},
                                       {"cut", "STRING", CellValue::of_string("0123456789"), ""}};
  put("a", columns);
  auto report = run(columns,
                    R"(, "emptyAsNull": true, "overLengthRule": "truncate",
                       "maxOdpsFieldLength": 9, "maxFieldLength": 8)");
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(report->dirty, 0) << report->first_dirty_reason;
  EXPECT_THAT(world.landed("20171018", names), ElementsAre("a|NULL|01"));
}

TEST_F(ValuesJob, TimesInTheFormsAndTheZoneOfTheJob) {
  const std::vector<Column> columns = {
      {"at", "DATE", CellValue::of_string("19/10/2017 23:30"), ""},
      {"day", "DATE", CellValue::of_integer(1508425200000), ""}};  // 15:00 UTC, 23:00 GMT+8
  put("a", columns);
  auto report = run(columns, "",
                    R"(, "common": {"column": {"datetimeFormat": "dd/MM/yyyy HH:mm",
                                               "timeZone": "GMT+10"}})");
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_THAT(world.landed("20171018", names), ElementsAre("a|2017-10-19|2017-10-20"));
}

TEST_F(ValuesJob, ATextThatIsNoArrayIsDirty) {
  const std::vector<Column> columns = {{"c_array", "ARRAY<BIGINT>", CellValue::of_string("x"), ""}};
  put("a", columns);
  auto report = run(columns);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(report->dirty, 1);
  EXPECT_THAT(report->first_dirty_reason,
              HasSubstr("String \"x\" cannot be converted to array<bigint>: "));
  EXPECT_THAT(world.landed("20171018", names), IsEmpty());
}

}  // namespace
}  // namespace otsstream::test
