// The parameters that shape rows: what they give, and every combination that makes no sense.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_text.h"
#include "reader/params.h"

namespace otsstream::reader {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char* const kRows = R"("mode": "single_version_and_update_only")";
const char* const kColumn = R"("column": [{"name": "id"}, {"name": "age"}])";

struct Outcome {
  std::shared_ptr<JsonDocument> document;
  Diagnostics diagnostics;
  Result<Settings> settings = fail(ErrorKind::kInternal, "none", "");
};

// `members` stand on a line of their own, the second.
Outcome read(const std::string& members) {
  const std::string text =
      "{\"datasource\": \"c\", \"dataTable\": \"t\", \"statusTable\": \"s\", \"date\": "
      "\"20171019\",\n" +
      members + "}";
  Outcome out;
  out.document = parse_json(text, "j").value();
  out.settings = read_settings(out.document->root(), {}, out.diagnostics);
  return out;
}

TEST(ShapeParameters, ColumnModeGivesEverythingUnlessTold) {
  const Outcome out = read("");
  ASSERT_TRUE(out.settings) << out.settings.error().to_string();
  const ShapeOptions& shape = out.settings->shape;
  EXPECT_EQ(shape.mode, ShapeMode::kColumns);
  EXPECT_EQ(shape.operations, unsigned{kAllOperations});
  EXPECT_TRUE(shape.column_filter.empty() && shape.order_columns.empty());
  EXPECT_FALSE(shape.sequence_info || shape.deletes || shape.old_values);
}

TEST(ShapeParameters, ColumnModeWithEverything) {
  const Outcome out = read(
      R"("mode": "", "columnFilter": ["name", "Age"], "opTypes": ["u", "DR"], "exportOldValues": "true",
         "isExportSequenceInfo": true, "exportDeletes": false,
         "sequenceColumns": ["eventid", "timestamp", "epoch", "rowIndex", "shard", "cellIndex"])");
  ASSERT_TRUE(out.settings) << out.settings.error().to_string();
  EXPECT_TRUE(out.diagnostics.items().empty());
  const ShapeOptions& shape = out.settings->shape;
  EXPECT_THAT(shape.column_filter, ElementsAre("name", "Age"));
  EXPECT_EQ(shape.operations, unsigned{kCellWritten | kRowDeleted});
  EXPECT_TRUE(shape.old_values && shape.sequence_info);
  EXPECT_THAT(shape.order_columns,
              ElementsAre(OrderColumn::kEventId, OrderColumn::kTimestamp, OrderColumn::kEpoch,
                          OrderColumn::kRowIndex, OrderColumn::kShard, OrderColumn::kCellIndex));
  EXPECT_EQ(shape.where_columns, "j:2:29 columnFilter");
  EXPECT_THAT(shape.where_old_values, HasSubstr("exportOldValues"));
}

TEST(ShapeParameters, RowModeWithEverything) {
  const Outcome out = read(
      std::string(kRows) +
      R"(, "column": [{"name": "age"}, {"name": "id", "is_timeseries_tag": "false"}, {"name": "age", "is_timeseries_tag": false}],
         "exportDeletes": true, "exportOldValues": true, "opTypes": ["DELETE", "PUT"], "sequenceColumns": ["eventId"])");
  ASSERT_TRUE(out.settings) << out.settings.error().to_string();
  EXPECT_TRUE(out.diagnostics.items().empty());
  const ShapeOptions& shape = out.settings->shape;
  EXPECT_EQ(shape.mode, ShapeMode::kRows);
  EXPECT_THAT(shape.row_columns, ElementsAre("age", "id", "age"));
  EXPECT_TRUE(shape.deletes && shape.old_values);
  EXPECT_EQ(shape.operations, unsigned{kRowRemoved | kRowPut});
}

// What stands where, and what is said of it: the place must be that of the thing to change.
TEST(ShapeParameters, A1NonsenseSaysWhyAtItsPlace) {
  const std::string rows = std::string(kRows) + ", " + kColumn + ",\n";
  struct Case {
    const char* name;
    std::string block;
    const char* code;
    const char* where;
    const char* text;
  };
  const Case cases[] = {
      {"D13: row mode without columns", kRows, "Reader-RowColumns", "j:1:1", "needs `column`"},
      {"D13: row mode with no columns", std::string(kRows) + ",\n\"column\": []",
       "Reader-RowColumns", "j:3:11 column", "is empty"},
      {"column is no list", std::string(kRows) + ",\n\"column\": \"*\"", "Reader-RowColumns",
       "j:3:11 column", "a text"},
      {"a column is no object", std::string(kRows) + ",\n\"column\": [\"id\"]", "Reader-RowColumns",
       "j:3:12 column[0]", "must be an object"},
      {"a column without a name", std::string(kRows) + ",\n\"column\": [{\"nam\": \"id\"}]",
       "Reader-RowColumns", "j:3:12 column[0]", "needs its `name`"},
      {"a name that is no text", std::string(kRows) + ",\n\"column\": [{\"name\": 1}]",
       "Reader-RowColumns", "j:3:21 column[0].name", "needs its `name`"},
      {"D27: a tag that is neither",
       std::string(kRows) + ",\n\"column\": [{\"name\": \"a\", \"is_timeseries_tag\": \"yes\"}]",
       "Reader-RowColumns", "j:3:47 column[0].is_timeseries_tag", "true or false"},
      {"deletions of a time series", rows + "\"isTimeseriesTable\": true,\n\"exportDeletes\": true",
       "Reader-Combination", "j:4:18 exportDeletes", "never deleted"},
      {"old values of a time series",
       rows + "\"isTimeseriesTable\": true,\n\"exportOldValues\": true", "Reader-Combination",
       "j:4:20 exportOldValues", "no original columns"},
      {"deletes in column mode", "\"exportDeletes\": true", "Reader-Combination",
       "j:2:18 exportDeletes", "already, as DO, DA and DR"},
      {"filter in row mode", rows + "\"columnFilter\": [\"a\"]", "Reader-Combination",
       "j:3:17 columnFilter", "exactly the columns"},
      {"empty filter", "\"columnFilter\": []", "Reader-Combination", "j:2:17 columnFilter",
       "empty list"},
      {"filter names twice", "\"columnFilter\": [\"a\", \"a\"]", "Reader-Combination",
       "j:2:23 columnFilter[1]", "twice"},
      {"filter is no list", "\"columnFilter\": \"a\"", "Config-Value", "j:2:17 columnFilter",
       "list of texts"},
      {"cell index in row mode", rows + "\"sequenceColumns\": [\"epoch\", \"cellIndex\"]",
       "Reader-Combination", "j:3:30 sequenceColumns[1]", "no cells"},
      {"order column twice", "\"sequenceColumns\": [\"shard\", \"shard\"]", "Reader-Combination",
       "j:2:30 sequenceColumns[1]", "twice"},
      {"unknown order column", "\"sequenceColumns\": [\"time\"]", "Config-Value",
       "j:2:20 sequenceColumns", "one of epoch, timestamp"},
      {"no operations", "\"opTypes\": []", "Reader-Combination", "j:2:12 opTypes", "no row"},
      {"unknown operation", "\"opTypes\": [\"X\"]", "Config-Value", "j:2:12 opTypes", "one of U"},
      {"operation of rows", "\"opTypes\": [\"U\", \"PUT\"]", "Reader-Combination",
       "j:2:18 opTypes[1]", "operation of row mode"},
      {"operation of cells", rows + "\"opTypes\": [\"DR\"]", "Reader-Combination",
       "j:3:13 opTypes[0]", "operation of column mode"},
      {"deletions without asking", rows + "\"opTypes\": [\"DELETE\"]", "Reader-Combination",
       "j:3:13 opTypes[0]", "on request"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Outcome out = read(c.block);
    ASSERT_EQ(out.diagnostics.count(Severity::kError), 1u)
        << (out.diagnostics.has_errors() ? out.diagnostics.to_error().to_string() : "none");
    const Error error = out.diagnostics.to_error();
    EXPECT_EQ(error.code, c.code);
    EXPECT_EQ(error.where, c.where);
    EXPECT_THAT(error.message, HasSubstr(c.text));
    EXPECT_NE(error.code == "Reader-Combination" && error.remedy.empty(), true);
  }
}

TEST(ShapeParameters, AllAtOnce) {
  const Outcome out = read(
      R"("exportDeletes": true, "opTypes": ["PUT", "DELETE"], "sequenceColumns": ["x"], "columnFilter": [])");
  EXPECT_EQ(out.diagnostics.count(Severity::kError), 5u);
}

TEST(ShapeParameters, UnknownKeyOfAColumnIsNamed) {
  const Outcome out =
      read(std::string(kRows) + R"(, "column": [{"name": "a", "is_timeseries_tags": true}])");
  ASSERT_TRUE(out.settings);
  ASSERT_EQ(out.diagnostics.count(Severity::kWarning), 1u);
  EXPECT_EQ(out.diagnostics.items()[0].error.code, "Config-UnknownKey");
  EXPECT_THAT(out.diagnostics.items()[0].error.remedy, HasSubstr("is_timeseries_tag"));
}

// What only the table can tell.
TEST(CheckShape, AgainstTheTable) {
  const ShapeTable table{
      {{"a", tablestore::KeyType::kString, false}, {"b", tablestore::KeyType::kString, false}},
      {"name"},
      "stream"};
  struct Case {
    const char* name;
    ShapeOptions options;
    const char* text;  // of the error; "" = none
    const char* warning;
  };
  const Case cases[] = {
      {"half a key is enough without deletes",
       {.mode = ShapeMode::kRows, .row_columns = {"a"}},
       "",
       ""},
      {"deletes need the whole key",
       {.mode = ShapeMode::kRows, .row_columns = {"a", "c"}, .deletes = true},
       "b is not there",
       ""},
      {"deletes with it",
       {.mode = ShapeMode::kRows, .row_columns = {"b", "a"}, .deletes = true},
       "",
       ""},
      {"a key column in the filter",
       {.column_filter = {"c", "a"}},
       "a is a primary key column",
       ""},
      {"old values that are carried", {.old_values = true, .column_filter = {"name"}}, "", ""},
      {"old values that are not",
       {.mode = ShapeMode::kRows, .old_values = true, .row_columns = {"a", "name", "age"}},
       "",
       "no previous values of age"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ShapeOptions options = c.options;
    options.where_columns = "j:1:2 here";
    std::vector<std::string> warnings;
    const Status fits = check_shape(options, table, warnings);
    ASSERT_EQ(fits.has_value(), *c.text == 0);
    if (!fits) {
      EXPECT_EQ(fits.error().code, "Reader-Combination");
      EXPECT_EQ(fits.error().where, "j:1:2 here");
      EXPECT_THAT(fits.error().message, HasSubstr(c.text));
    }
    ASSERT_EQ(warnings.size(), *c.warning ? 1u : 0u);
    if (*c.warning) {
      EXPECT_THAT(warnings[0], HasSubstr(c.warning));
    }
  }
  std::vector<std::string> warnings;
  ShapeOptions options{.old_values = true};
  options.where_old_values = "j:3:4 there";
  const Status none = check_shape(options, {table.primary_key, {}, "stream"}, warnings);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("no original columns"));
  EXPECT_EQ(none.error().where, "j:3:4 there");
}

}  // namespace
}  // namespace otsstream::reader
