// Jobs that cannot run: one error that names the thing and the remedy; destination and status table
// stay untouched.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "support/world.h"

namespace otsstream::test {
namespace {

using tablestore::CellValue;
using testing::HasSubstr;

struct Failure {
  const char* name;
  std::function<void(World&)> prepare;     // beyond data table and destination
  std::function<void(std::string&)> edit;  // of the job text
  const char* start = "20171019161000";
  const char* end = "20171019162600";
  ErrorKind kind;
  std::vector<const char*> says;  // parts of the error's text
  bool without_table = false;
  bool without_stream = false;
  bool without_destination = false;
};

void replace(std::string& text, const std::string& what, const std::string& with) {
  const size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), with);
}

void foreign_status_table(World& world) {
  tablestore::CreateTableRequest request;
  request.meta.name = kStatusTable;
  request.meta.primary_key = {{"user", tablestore::KeyType::kInteger, false}};
  request.options = {-1, 1, 86400, {}, {}};
  ASSERT_TRUE(world.tablestore->create_table(request).has_value());
}

const std::vector<Failure>& failures() {
  static const std::vector<Failure> all = {
      {.name = "WrongKey",
       .edit = [](std::string& t) { replace(t, "\"otsstream\",//", "\"wrong_key\",//"); },
       .kind = ErrorKind::kPermission,
       .says = {"OTSAuthFailed"}},
      {.name = "UnknownConnection",
       .edit = [](std::string& t) { replace(t, "\"otsstream\",//", "\"nowhere\",//"); },
       .kind = ErrorKind::kConfig,
       .says = {"nowhere", "person.json:8:15"}},
      {.name = "MissingTable",
       .kind = ErrorKind::kNotFound,
       .says = {"person"},
       .without_table = true},
      {.name = "StreamOff",
       .kind = ErrorKind::kConfig,
       .says = {"stream of data table is not enabled", "person"},
       .without_stream = true},
      {.name = "TooEarly",
       .start = "20171018160000",
       .end = "20171018170000",
       .kind = ErrorKind::kConfig,
       .says = {"As expiration time is", "2017-10-18 17:10:00"}},
      {.name = "TooLate",
       .start = "20171019161000",
       .end = "20171019165501",
       .kind = ErrorKind::kConfig,
       .says = {"end timestamp must smaller", "2017-10-19 16:55:00"}},
      {.name = "EndBeforeStart",
       .start = "20171019162600",
       .end = "20171019161000",
       .kind = ErrorKind::kConfig,
       .says = {"end"}},
      {.name = "ForeignStatusTable",
       .prepare = foreign_status_table,
       .kind = ErrorKind::kConflict,
       .says = {kStatusTable, "(user INTEGER)"}},
      {.name = "MissingDestination",
       .kind = ErrorKind::kNotFound,
       .says = {"person"},
       .without_destination = true},
      {.name = "UnknownColumn",
       .edit = [](std::string& t) { replace(t, "\"optype\"", "\"opkind\""); },
       .kind = ErrorKind::kConfig,
       .says = {"opkind", "person"}},
      {.name = "BrokenText",
       .edit = [](std::string& t) { replace(t, "\"maxRetries\": 30,", "\"maxRetries\" 30,"); },
       .kind = ErrorKind::kConfig,
       .says = {"person.json:13:14"}},
      {.name = "UnassignedVariable",
       .edit = [](std::string& t) { replace(t, "${startTime}", "${beginTime}"); },
       .kind = ErrorKind::kConfig,
       .says = {"beginTime", "person.json:10:20", "-p"}},
      {.name = "ScheduleExpression",
       .edit = [](std::string& t) { replace(t, "${bdp.system.bizdate}", "$[yyyyMMdd-1]"); },
       .kind = ErrorKind::kConfig,
       .says = {"Config-ScheduleExpression", "person.json:23:14"}},
      {.name = "BadTime",
       .start = "201710191610",
       .kind = ErrorKind::kConfig,
       .says = {"startTimeString", "201710191610"}},
      {.name = "TimeThatDoesNotExist",
       .start = "20171319161000",
       .kind = ErrorKind::kConfig,
       .says = {"20171319161000"}},
      {.name = "UnknownWriter",
       .edit = [](std::string& t) { replace(t, "\"plugin\": \"odps\"", "\"plugin\": \"odsp\""); },
       .kind = ErrorKind::kUnsupported,
       .says = {"[Job-Plugin]", "odsp", "odps"}},
      {.name = "UnknownReader",
       .edit =
           [](std::string& t) { replace(t, "\"plugin\": \"otsstream\"", "\"plugin\": \"mysql\""); },
       .kind = ErrorKind::kUnsupported,
       .says = {"[Job-Plugin]", "no reader named mysql", "otsstream"}},
      {.name = "TimeseriesTableThatIsNone",
       .edit =
           [](std::string& t) {
             replace(t, "\"maxRetries\": 30,",
                     "\"mode\": \"single_version_and_update_only\", \"column\": [{\"name\": "
                     "\"_tags\"}],"
                     "\"isTimeseriesTable\": true,");
           },
       .kind = ErrorKind::kConfig,
       .says = {"[Reader-NotTimeseries]", "person", "remove isTimeseriesTable"}},
      {.name = "RowModeWithoutColumns",
       .edit =
           [](std::string& t) {
             replace(t, "\"maxRetries\": 30,",
                     "\"maxRetries\": 30, \"mode\": \"single_version_and_update_only\",");
           },
       .kind = ErrorKind::kConfig,
       .says = {"Reader-RowColumns", "row mode needs `column`"}},
      {.name = "TransformersNotYet",
       .edit =
           [](std::string& t) {
             t = R"({"job": {"content": [{"reader": {"name": "otsstreamreader", "parameter": {"datasource": "otsstream", "dataTable": "person",
              "statusTable": "TableStoreStreamReaderStatusTable", "startTimeString": "${startTime}", "endTimeString": "${endTime}"}},
              "transformer": [{"name": "dx_substr"}],
              "writer": {"name": "odpswriter", "parameter": {"datasource": "odps_first", "table": "person", "partition": "pt=1", "truncate": true,
              "column": ["*"]}}}], "setting": {"speed": {"channel": 1}}}})";
           },
       .kind = ErrorKind::kUnsupported,
       .says = {"[Job-Transformer]", "transformer", "person.json:3:"}},
      {.name = "StatusTableIsTheDataTable",
       .edit = [](std::string& t) { replace(t, "TableStoreStreamReaderStatusTable", "person"); },
       .kind = ErrorKind::kConfig,
       .says = {"statusTable"}},
  };
  return all;
}

void PrintTo(const Failure& failure, std::ostream* out) { *out << failure.name; }

class Failures : public testing::TestWithParam<Failure> {};

TEST_P(Failures, NamesTheThingAndTouchesNothing) {
  const Failure& failure = GetParam();
  World world;
  if (!failure.without_table) world.create_data_table("person", !failure.without_stream);
  if (!failure.without_destination) world.create_destination();
  if (failure.prepare) failure.prepare(world);
  const std::vector<std::string> tables = world.tablestore->list_table()->tables;

  std::string text = person_job();
  if (failure.edit) failure.edit(text);
  auto report = world.run_text(
      text,
      {{"startTime", failure.start}, {"endTime", failure.end}, {"bdp.system.bizdate", "20171018"}});
  ASSERT_FALSE(report.has_value());
  const std::string message = report.error().to_string();
  EXPECT_EQ(report.error().kind, failure.kind) << message;
  for (const char* part : failure.says) EXPECT_THAT(message, HasSubstr(part));
  EXPECT_EQ(message.find("testkey"), std::string::npos) << message;
  EXPECT_EQ(world.tablestore->list_table()->tables, tables) << "a table was created";
  if (!failure.without_destination) {
    EXPECT_THAT(world.partitions(), testing::IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(All, Failures, testing::ValuesIn(failures()),
                         [](const auto& info) { return std::string(info.param.name); });

// Variables, reader, writer, settings and connections: whatever is wrong with a text comes at once,
// each with its place, and nothing twice.
TEST(JobText, AllMistakesOfAJobAtOnce) {
  World world;
  world.create_data_table();
  world.create_destination();
  std::string text = person_job();
  replace(text, "\"otsstream\",//", "\"nowhere\",//");
  replace(text, "\"maxRetries\": 30", "\"maxRetries\": \"many\", \"exportDelets\": true");
  replace(text, "\"isExportSequenceInfo\": false", "\"opTypes\": [\"PUT\"]");
  replace(text, "\"truncate\": true", "\"truncate\": 7");
  replace(text, "\"concurrent\": 7", "\"concurrent\": \"x\"");
  auto report = world.run_text(text, {{"startTime", "20171019161000"}});
  ASSERT_FALSE(report.has_value());
  std::vector<std::string> places;
  for (const Diagnostic& item : world.diagnostics.items()) {
    if (item.severity != Severity::kError) continue;
    const std::string& where = item.error.where;
    const size_t place = where.find("configuration.");
    places.push_back(item.error.code + " " + where.substr(place, where.find(' ', place) - place));
  }
  EXPECT_THAT(places, testing::UnorderedElementsAre(
                          "Config-UnassignedVariable configuration.reader.parameter.endTimeString",
                          "Config-UnassignedVariable configuration.writer.parameter.partition",
                          "Config-Value configuration.setting.speed.concurrent",
                          "Config-Value configuration.reader.parameter.maxRetries",
                          "Reader-Combination configuration.reader.parameter.opTypes[0]",
                          "Config-Value configuration.writer.parameter.truncate",
                          "Connection-Unknown configuration.reader.parameter.datasource"));
  std::string warnings;
  for (const Diagnostic& item : world.diagnostics.items())
    if (item.severity == Severity::kWarning) warnings += item.error.headline() + "\n";
  EXPECT_THAT(warnings, HasSubstr("configuration.reader.parameter.exportDelets: unknown parameter "
                                  "`exportDelets` is ignored [Config-UnknownKey] - did you mean "
                                  "`exportDeletes`?"));
}

}  // namespace
}  // namespace otsstream::test
