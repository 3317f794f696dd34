// check: everything that is wrong with a job, at once, and nothing changed anywhere.

#include "sync/check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_text.h"
#include "reader/status_table.h"
#include "support/stored_bytes.h"
#include "support/world.h"

namespace otsstream::test {
namespace {

using tablestore::CellOp;
using tablestore::CellValue;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kStart = "20171019161000";
constexpr const char* kEnd = "20171019162600";

void replace(std::string& text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
}

class Check : public testing::Test {
 protected:
  void SetUp() override { world.set_data_time("2017-10-19 16:20:00.000"); }
  void create_both() {
    world.create_data_table();
    world.create_destination();
  }
  void put(int i, int64_t version = 1508401200000, int size = 1) {
    Status done = world.tablestore->put_row(
        "person", {{{"id", CellValue::of_string(fmt::format("{:05}", i))}},
                   {{"name", CellOp::kPut, CellValue::of_string(std::string(size, 'x')), version}},
                   false,
                   {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  // The text that a person sees.
  std::string check(const std::string& text, const job::Variables& variables) {
    auto job = world.bind(text, variables);
    EXPECT_TRUE(job.has_value()) << (job ? "" : job.error().to_string());
    if (!job) return {};
    result = sync::check_job(*job, world.context(), world.diagnostics);
    return to_text(result, world.diagnostics);
  }
  std::string check(const std::string& text = person_job()) {
    return check(text, World::variables(kStart, kEnd));
  }
  std::vector<std::string> codes(Severity severity) const {
    std::vector<std::string> all;
    for (const Diagnostic& item : world.diagnostics.items())
      if (item.severity == severity) all.push_back(item.error.code);
    return all;
  }
  World world;
  sync::CheckResult result;
};

TEST_F(Check, SaysWhatARunWouldDo) {
  create_both();
  for (int i = 0; i < 30; ++i) put(i);
  const std::string text = check();
  for (const char* part :
       {"job          person.json (DataWorks 1.0)",
        "2017-10-19 16:10:00 … 2017-10-19 16:26:00 GMT+8",
        // 17:00 less 24 h and 10 min; less 5 min.
        "  legal      2017-10-18 17:10:00 … 2017-10-19 16:55:00 GMT+8 (2017-10-18T09:10:00.",
        "clock        within a second of the server's", "table        person of instance inst",
        "changes are kept for 24 h", "kept for another 23 h 10 min",
        "1 to read, 0 skipped, 0 closed before", "id, colName, version, colValue, opType",
        "odps demo.person/pt=20171018", "30 records, 60 rows", "all of it was looked at",
        "DescribeTable person, ListStream person, DescribeStream, GetShardIterator",
        "GetStreamRecord", "column 6 `sequenceinfo` will always be NULL", "the job can run, "})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_FALSE(world.diagnostics.has_errors());
  ASSERT_TRUE(result.sample.has_value());
  EXPECT_TRUE(result.sample->is_whole);
  EXPECT_GE(result.sample->read_units, 1);
}

TEST_F(Check, WritesNothing) {
  const StoredBytes stored(world);
  create_both();
  for (int i = 0; i < 30; ++i) put(i);
  ASSERT_TRUE(world.run("20171019160000", "20171019161000").has_value());
  const std::string before = stored.look();
  EXPECT_THAT(check(), HasSubstr("the job can run"));
  EXPECT_EQ(stored.look(), before);
  put(31);
  EXPECT_NE(stored.look(), before) << "the comparison sees what is written";
}

// Window, shape and destination are wrong, each in its own way: one check tells all three.
TEST_F(Check, TellsEverythingThatIsWrongAtOnce) {
  world.create_data_table();
  std::string text = person_job();
  replace(text, "\"isExportSequenceInfo\": false", "\"exportOldValues\": true");
  const std::string told = check(text, World::variables("20171019161000", "20171019165900"));
  EXPECT_THAT(codes(Severity::kError), Contains("Window-TooLate"));
  EXPECT_THAT(codes(Severity::kError), Contains("Reader-Combination"));
  EXPECT_THAT(codes(Severity::kError), testing::SizeIs(3)) << told;
  EXPECT_THAT(told, HasSubstr("the job cannot run: 3 errors"));
  EXPECT_THAT(told, HasSubstr("  legal      2017-10-18 17:10:00"));
}

TEST_F(Check, TellsTheMistakesOfATextAndLooksAtTheTableAllTheSame) {
  world.create_data_table("person", false);
  std::string text = person_job();
  replace(text, "\"truncate\": true", "\"truncate\": \"perhaps\"");
  const std::string told = check(text);
  EXPECT_THAT(codes(Severity::kError), ElementsAre("Config-Value", "Reader-StreamOff")) << told;
}

TEST_F(Check, AReaderThatIsNotOursIsAllThatIsSaid) {
  std::string text = person_job();
  replace(text, "\"plugin\": \"otsstream\"", "\"plugin\": \"mysqlreader\"");
  EXPECT_THAT(check(text), testing::EndsWith("the job cannot run: 1 error; nothing was written\n"));
  EXPECT_THAT(codes(Severity::kError), ElementsAre("Job-Plugin"));
}

TEST_F(Check, ADestinationThatIsNotThereIsAnError) {
  world.create_data_table();
  check();
  EXPECT_TRUE(world.diagnostics.has_errors());
  EXPECT_EQ(result.calls.back().operation, "GetStreamRecord");
}

TEST_F(Check, NamesTheCallsThatAreRefused) {
  create_both();
  put(1);
  world.refuse_tablestore = [](const Request& request, const Response&) -> std::string {
    return request.path() == "/GetStreamRecord" || request.path() == "/ListStream"
               ? "OTSNoPermissionAccess"
               : "";
  };
  const int64_t began = world.clock.wall_ms();
  const std::string told = check();
  EXPECT_THAT(told, HasSubstr("refused      ListStream person\n"));
  EXPECT_THAT(codes(Severity::kError), ElementsAre("OTSNoPermissionAccess"));
  EXPECT_LT(world.clock.wall_ms() - began, 10'000) << "a check does not wait";

  world.refuse_tablestore = [](const Request& request, const Response&) -> std::string {
    return request.path() == "/GetStreamRecord" ? "OTSNoPermissionAccess" : "";
  };
  EXPECT_THAT(check(), HasSubstr("refused      GetStreamRecord\n"));
}

TEST_F(Check, TellsAClockThatIsWrong) {
  SkewedClock ahead(world.clock, std::chrono::minutes(7));
  local::TablestoreServerOptions options;
  options.instances["inst"]["testid"] = {Secret("testkey"), {}};
  options.data_lag = std::chrono::hours(2);
  world.tablestore_server =
      local::TablestoreServer::create(std::move(options), ahead, world.random);
  create_both();
  const std::string told = check();
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-Clock"));
  EXPECT_THAT(told, HasSubstr("clock        7 min 0 s behind the server's\n"));
  EXPECT_THAT(told, HasSubstr("this machine's clock is 7 min 0 s behind the server's"));
  EXPECT_NEAR(*result.clock_difference_ms, 420'000, 1000);
  world.tablestore_server.reset();
}

TEST_F(Check, ATruncatedPartitionCoarserThanTheWindowIsAWarning) {
  create_both();
  const std::string told = check();
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-CoarsePartition"));
  EXPECT_THAT(told, HasSubstr("the whole partition pt=20171018, which is a day, but the window is "
                              "only 16 min 0 s"));
  std::string text = person_job();
  replace(text, "\"truncate\": true", "\"truncate\": false");
  check(text);
  EXPECT_THAT(codes(Severity::kWarning), Not(Contains("Check-CoarsePartition")));
  check(person_job(), World::variables("20171018173000", "20171019163000"));
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-CoarsePartition")) << "23 hours";
}

TEST_F(Check, NamesThatNoRecordHasAreNamedWithTheNearest) {
  create_both();
  for (int i = 0; i < 5; ++i) put(i);
  std::string text = person_job();
  replace(text, "\"isExportSequenceInfo\": false",
          R"("mode": "single_version_and_update_only",
             "column": [{"name": "id"}, {"name": "Name"}, {"name": "name"}, {"name": "zzzzzz"}])");
  const std::string told = check(text);
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-NotSeen"));
  EXPECT_THAT(told,
              HasSubstr("not seen in 5 records: Name (did you mean name?), zzzzzz; as long as no "
                        "change writes them, these columns stay NULL"));
}

TEST_F(Check, AColumnWithoutAnyValueIsNamed) {
  create_both();
  ASSERT_TRUE(
      world.tablestore->delete_row("person", {{"id", CellValue::of_string("gone")}}).has_value());
  EXPECT_THAT(check(), HasSubstr("without a value in 1 rows: colName, version, colValue"));
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-EmptyColumn"));
}

TEST_F(Check, EstimatesWhatItDoesNotRead) {
  create_both();
  // More than a page of a shard carries, evenly over five minutes.
  constexpr int kRecords = 9000;
  for (int i = 0; i < kRecords; ++i) {
    if (i % 30 == 0) {
      ASSERT_TRUE(world.tablestore_server->data_clock().step(seconds(1)).has_value());
    }
    put(i, 1508401200000, 200);
  }
  const std::string told = check();
  ASSERT_TRUE(result.sample.has_value());
  EXPECT_FALSE(result.sample->is_whole) << result.sample->pages;
  EXPECT_THAT(told, HasSubstr("estimate from"));
  EXPECT_NEAR(result.sample->records, kRecords, kRecords * 0.5);
  EXPECT_NEAR(result.sample->rows / result.sample->records, 2, 0.01);
}

TEST_F(Check, TellsWhatBecameOfTheWindowBefore) {
  create_both();
  put(1);
  std::string text = person_job();
  replace(text, "\"truncate\": true", "\"truncate\": false");
  check(text);
  EXPECT_THAT(codes(Severity::kNotice), Contains("Check-StatusTable"));
  ASSERT_TRUE(world.run_text(text, World::variables(kStart, kEnd)).has_value());
  check(text);
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-AlreadyExported"));
  EXPECT_FALSE(world.diagnostics.has_errors());
}

class CheckFence : public Check {
 protected:
  void take(const std::string& state) {
    create_both();
    ASSERT_TRUE(world.run("20171019160000", "20171019161000").has_value());
    reader::StatusTable status(*world.tablestore, world.clock, kStatusTable);
    auto streams = world.tablestore->list_stream("person");
    ASSERT_TRUE(streams.has_value());
    reader::Fence fence;
    fence.owner = "elsewhere/1/1";
    fence.state = state;
    fence.expires_ms = world.clock.wall_ms() + (state == "RUNNING" ? 60'000 : -1);
    ASSERT_TRUE(status
                    .take_fence(streams->streams.front().stream_id, china_ms("2017-10-19 16:26:00"),
                                fence, {})
                    .has_value());
  }
};

TEST_F(CheckFence, ARunUnderWayIsNamed) {
  take("RUNNING");
  check();
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-Held"));
}

TEST_F(CheckFence, APreparedCommitIsNamed) {
  take("PREPARED");
  check();
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-Prepared"));
}

TEST_F(Check, ShortRetentionIsAWarning) {
  create_both();
  world.clock.set_wall_us(china_ms("2017-10-20 15:30:00") * 1000);
  world.set_data_time("2017-10-20 13:30:00.000");
  const std::string told = check();
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-RetentionShort"));
  EXPECT_THAT(told, HasSubstr("leave the retention in 40 min 0 s"));
}

// Upload sessions live for a day; the job's own speed limit decides whether that is enough.
TEST_F(Check, ARunLongerThanItsUploadSessionIsAWarning) {
  create_both();
  for (int i = 0; i < 5; ++i) put(i, 1508401200000, 20'000);
  std::string text = person_job();
  EXPECT_THAT(check(text), Not(HasSubstr("keeps what is not committed")));
  replace(text, "\"mbps\": 7,", "\"byte\": 1,");
  EXPECT_THAT(check(text), HasSubstr("but the destination keeps what is not committed for"));
  EXPECT_THAT(codes(Severity::kWarning), Contains("Check-StagingLife"));
}

TEST_F(Check, GivesTheSameAsJson) {
  create_both();
  put(1);
  check();
  auto json = parse_json(to_json(result, world.diagnostics), "check", JsonOptions{.strict = true});
  ASSERT_TRUE(json.has_value()) << json.error().to_string();
  const JsonNode& root = (*json)->root();
  EXPECT_EQ(root.find("format")->text(), "otsstream-check/1");
  EXPECT_EQ(root.find("canRun")->text(), "true");
  EXPECT_EQ(root.find("allowed")->find("latestEndLocal")->text(), "2017-10-19 16:55:00");
  EXPECT_EQ(root.find("stream")->find("expirationHours")->text(), "24");
  EXPECT_EQ(root.find("volume")->find("records")->text(), "1");
  EXPECT_EQ(root.find("calls")->items().front()->find("outcome")->text(), "allowed");
  EXPECT_FALSE(root.find("warnings")->items().empty());
}

}  // namespace
}  // namespace otsstream::test
