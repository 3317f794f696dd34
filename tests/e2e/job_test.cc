// The whole job in one process: plan to commit, against both local services, on virtual time.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/compress.h"
#include "config/json_text.h"
#include "support/world.h"

namespace otsstream::test {
namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kStart = "20171019161000";
constexpr const char* kEnd = "20171019162600";

void put(World& world, const std::string& id, int value) {
  Status done =
      world.tablestore->put_row("person", {{{"id", CellValue::of_string(id)}},
                                           {{"v", CellOp::kPut, CellValue::of_integer(value), {}}},
                                           false,
                                           {}});
  ASSERT_TRUE(done.has_value()) << done.error().to_string();
}

sync::Report run_ok(World& world, const std::string& start = kStart,
                    const std::string& end = kEnd) {
  auto report = world.run(start, end);
  EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().to_string());
  return report ? std::move(*report) : sync::Report{};
}

TEST(Job, ReportsWhatItDid) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  for (int i = 0; i < 50; ++i) put(world, fmt::format("{:03}", i), i);
  const sync::Report report = run_ok(world);
  EXPECT_EQ(report.totals.records, 50);
  EXPECT_EQ(report.totals.rows, 100);
  EXPECT_EQ(report.dirty, 0);
  EXPECT_THAT(world.landed(), SizeIs(100));
  EXPECT_THAT(report.plan.destination, testing::StrEq("odps demo.person/pt=20171018"));

  auto json = parse_json(sync::to_json(report), "report", JsonOptions{.strict = true});
  ASSERT_TRUE(json.has_value()) << json.error().to_string();
  const JsonNode& root = (*json)->root();
  EXPECT_EQ(root.find("window")->find("startUtc")->text(), "2017-10-19T08:10:00.000Z");
  EXPECT_EQ(root.find("window")->find("endLocal")->text(), "2017-10-19 16:26:00");
  const JsonNode& shard = *root.find("shards")->items().at(0);
  EXPECT_EQ(shard.find("records")->text(), "50");
  EXPECT_EQ(shard.find("first")->find("timestampUs")->text(),
            std::to_string(china_ms("2017-10-19 16:20:00.000") * 1000 + 1))
      << "a commit lies behind every time that was shown before it";
  EXPECT_FALSE(shard.find("startPosition")->text().empty());
  EXPECT_FALSE(shard.find("endPosition")->text().empty());
  EXPECT_EQ(sync::to_json(report).find("testkey"), std::string::npos);
}

TEST(Job, WarnsOnceThatTheSixthColumnStaysNull) {
  World world;
  world.create_data_table();
  world.create_destination();
  const sync::Report report = run_ok(world);
  int mentions = 0;
  for (const std::string& warning : report.warnings)
    mentions += warning.find("sequenceinfo") != std::string::npos;
  EXPECT_EQ(mentions, 1);
  EXPECT_THAT(report.warnings, testing::Contains(HasSubstr("isExportSequenceInfo")));
}

TEST(Job, ExportsSequenceInfoWhenAsked) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  std::string text = person_job();
  text.replace(text.find("\"isExportSequenceInfo\": false"), 29, "\"isExportSequenceInfo\": true");
  auto report = world.run_text(
      text, {{"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}});
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  const std::string prefix = fmt::format(
      "0000000000_{:020}_0000000000_{}:", china_ms("2017-10-19 16:20:00.000") * 1000 + 1,
      report->plan.read.shards[0].shard.shard_id);
  EXPECT_THAT(world.landed("20171018", "optype, sequenceinfo"),
              ElementsAre("DR|" + prefix + "0000000000", "U|" + prefix + "0000000001"));
}

TEST(Job, StatusRowsAreThoseOfDataX) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  const sync::Report report = run_ok(world);
  const std::string shard = report.plan.read.shards[0].shard.shard_id;
  const std::string end = std::to_string(china_ms("2017-10-19 16:26:00"));
  const std::string iterator = report.manifests[0].shards[0].checkpoint;
  const std::vector<std::string> rows = world.status_rows();
  EXPECT_THAT(rows,
              testing::Contains(fmt::format("CheckpointForDataxReader/   {}\t{} Checkpoint={} "
                                            "SendRecordCount=1 SkipCount=0 Version=v1",
                                            end, shard, iterator)));
  EXPECT_THAT(
      rows,
      testing::Contains(testing::StartsWith(fmt::format(
          "DataxJobDesc/   {} EndTime={} JobStreamId={}", end, end, report.plan.read.stream_id))));
}

TEST(Job, TheNextWindowContinuesFromTheCheckpoints) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  EXPECT_FALSE(run_ok(world).plan.read.continues);
  world.set_data_time("2017-10-19 16:27:00.000");
  put(world, "b", 2);
  const sync::Report second = run_ok(world, kEnd, "20171019163000");
  EXPECT_TRUE(second.plan.read.continues);
  EXPECT_EQ(second.plan.read.shards[0].source, reader::StartSource::kCheckpoint);
  EXPECT_EQ(second.totals.records, 1);
}

TEST(Job, SplitsOfSplitsAndMergesKeepTheOrderOfEachKey) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:10:00.000");
  std::map<std::string, std::vector<std::string>> written;
  std::vector<std::string> open;
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 40; ++i) {
      const std::string id = fmt::format("{:03}", i);
      put(world, id, round);
      written[id].push_back(std::to_string(round));
    }
    if (round < 4) {
      ASSERT_TRUE(world.data_table()->split({}, {}).has_value());
    } else {
      auto shards = world.data_table()->describe_stream(world.data_table()->stream_id());
      ASSERT_TRUE(shards.has_value());
      // The two newest children of one split are neighbours.
      const auto& list = shards->shards;
      (void)world.data_table()->merge(list[list.size() - 2].shard_id,
                                      list[list.size() - 1].shard_id);
    }
  }
  const sync::Report report = run_ok(world);
  EXPECT_EQ(report.totals.records, 240);
  std::map<std::string, std::vector<std::string>> landed;
  for (const std::string& row : world.landed("20171018", "id, colvalue, optype")) {
    const size_t first = row.find('|'), second = row.rfind('|');
    if (row.substr(second + 1) == "U")
      landed[row.substr(0, first)].push_back(row.substr(first + 1, second - first - 1));
  }
  EXPECT_EQ(landed, written);
}

TEST(Job, AnEmptyTableGivesAnEmptyPartition) {
  World world;
  world.create_data_table();
  world.create_destination();
  const sync::Report report = run_ok(world);
  EXPECT_EQ(report.totals.rows, 0);
  EXPECT_THAT(world.landed(), IsEmpty());
  EXPECT_THAT(world.partitions(), ElementsAre("pt=20171018"));
}

TEST(Job, AStreamWithoutShardsIsASuccessWithoutRecords) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.hide_shards();
  const sync::Report report = run_ok(world);
  EXPECT_TRUE(report.plan.units.empty());
  EXPECT_EQ(report.totals.rows, 0);
  EXPECT_EQ(report.totals.share, 1.0);
  EXPECT_THAT(world.partitions(), ElementsAre("pt=20171018"));
  EXPECT_THAT(world.status_rows(), ElementsAre(testing::StartsWith("DataxJobDesc/")));
}

TEST(Job, ManyShardsOnFewChannels) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:10:00.000");
  for (int i = 0; i < 64; ++i) put(world, fmt::format("{:03}", i), 0);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(world.data_table()->split({}, {}).has_value());
  for (int i = 0; i < 64; ++i) put(world, fmt::format("{:03}", i), 1);
  const sync::Report report = run_ok(world);
  EXPECT_EQ(report.totals.records, 128);
  EXPECT_EQ(report.plan.channels, 7);
  EXPECT_THAT(world.landed(), SizeIs(64 * 2 + 64 * 2));
}

// Pages far above the first estimate, many shards a unit, little memory: nobody may wait for ever.
TEST(Job, BigPagesOfManyShardsFitASmallBudget) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:10:00.000");
  for (int i = 0; i < 60; ++i) put(world, fmt::format("{:03}", i), 0);
  for (int i = 0; i < 29; ++i) ASSERT_TRUE(world.data_table()->split({}, {}).has_value());
  const std::string big(700 << 10, 'x');
  for (int i = 0; i < 60; ++i) {
    Status done = world.tablestore->update_row(
        "person", {{{"id", CellValue::of_string(fmt::format("{:03}", i))}},
                   {{"v", CellOp::kPut, CellValue::of_string(big), {}}},
                   false,
                   {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  std::string text = person_job();
  text.replace(text.find("\"mbps\": 7"), 9, "\"jvmOption\": \"-Xmx64m\", \"mbps\": 700");
  text.replace(text.find("\"concurrent\": 7"), 15, "\"concurrent\": 2");
  auto report = world.run_text(
      text, {{"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}});
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_EQ(report->totals.records, 120);
  EXPECT_LT(report->peak_budget_bytes, 24u << 20) << "the budget is 16 MB";
}

TEST(Job, ValuesAtTheirLimitsSurvive) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  const std::string long_text(2u << 20, 'x');
  const std::vector<std::pair<CellValue, std::string>> cases = {
      {CellValue::of_integer(INT64_MIN), "-9223372036854775808"},
      {CellValue::of_integer(INT64_MAX), "9223372036854775807"},
      {CellValue::of_double(1e-5), "0.000010"},
      {CellValue::of_double(-0.0), "0.0"},
      {CellValue::of_string(""), ""},
      {CellValue::of_string("日本語\t\"quoted\""), "日本語\t\"quoted\""},
      {CellValue::of_string(long_text), long_text},
      {CellValue::of_boolean(false), "false"},
      {CellValue::of_blob(""), ""},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    Status done =
        world.tablestore->update_row("person", {{{"id", CellValue::of_string(std::to_string(i))}},
                                                {{"v", CellOp::kPut, cases[i].first, {}}},
                                                false,
                                                {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  run_ok(world);
  const std::vector<std::string> rows = world.landed("20171018", "id, colvalue");
  ASSERT_EQ(rows.size(), cases.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(rows[i], std::to_string(i) + "|" + cases[i].second);
  }
}

TEST(Job, DirtyRecordsAreCountedAndReasonedAndLimited) {
  World world;
  world.create_data_table();
  world.create_destination(
      "id BIGINT, colname STRING, version BIGINT, colvalue STRING, optype STRING, sequenceinfo "
      "STRING");
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "17", 1);
  put(world, "seventeen", 2);
  const sync::Report report = run_ok(world);
  EXPECT_EQ(report.dirty, 2);
  EXPECT_THAT(report.first_dirty_reason, HasSubstr("id"));
  EXPECT_THAT(sync::to_text(report), HasSubstr("First reason: "));
  EXPECT_THAT(world.landed("20171018", "id, optype"), ElementsAre("17|DR", "17|U"));

  std::string strict = person_job();
  strict.replace(strict.find("\"speed\""), 7, "\"errorLimit\": {\"record\": 1}, \"speed\"");
  auto refused = world.run_text(
      strict, {{"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::kDirtyLimit) << refused.error().to_string();
  EXPECT_EQ(refused.error().code, "Framework-14");
  EXPECT_FALSE(refused.error().cause) << "the limit is the whole story";
  EXPECT_THAT(world.landed("20171018", "id, optype"), ElementsAre("17|DR", "17|U"))
      << "the old content stays";
}

TEST(Job, AppendsWhenTruncateIsOff) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  std::string text = person_job();
  text.replace(text.find("\"truncate\": true"), 16, "\"truncate\": false");
  for (int run = 1; run <= 2; ++run) {
    auto report = world.run_text(
        text, {{"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}});
    ASSERT_TRUE(report.has_value()) << report.error().to_string();
    EXPECT_THAT(world.landed(), SizeIs(2 * run));
  }
}

TEST(Job, TheRateLimitHoldsInVirtualTime) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  const std::string megabyte(1u << 20, 'x');
  for (int i = 0; i < 5; ++i) {
    Status done = world.tablestore->update_row(
        "person", {{{"id", CellValue::of_string(std::to_string(i))}},
                   {{"v", CellOp::kPut, CellValue::of_string(megabyte), {}}},
                   false,
                   {}});
    ASSERT_TRUE(done.has_value());
  }
  std::string text = person_job();
  text.replace(text.find("\"mbps\": 7"), 9, "\"mbps\": 1");
  const int64_t before = world.clock.steady_us();
  auto report = world.run_text(
      text, {{"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}});
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  const double seconds = static_cast<double>(world.clock.steady_us() - before) / 1e6;
  EXPECT_GE(seconds, 3.0) << "five megabytes at one a second, the first of them at once";
  EXPECT_LE(seconds, 8.0);
}

TEST(Job, SurvivesFaultsOfTheNetwork) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    World world("2017-10-19 17:00:00", seed);
    world.create_data_table();
    world.create_destination();
    world.set_data_time("2017-10-19 16:20:00.000");
    for (int i = 0; i < 30; ++i) put(world, fmt::format("{:03}", i), i);
    for (Fault fault : {Fault::kResetBeforeSend, Fault::kTruncateAnswer, Fault::kFlipBit})
      world.network.add({.fault = fault, .path_contains = "GetStreamRecord", .probability = 0.3});
    world.network.add(
        {.fault = Fault::kResetAfterSend, .query_contains = "blockid", .probability = 0.3});
    auto report = world.run(kStart, kEnd);
    ASSERT_TRUE(report.has_value()) << "seed " << seed << ": " << report.error().to_string();
    EXPECT_THAT(world.landed(), SizeIs(60)) << "seed " << seed;
  }
}

// Checkpoints that could not be read are no missing checkpoints: the window's start must not be
// looked for by time, which is another place.
TEST(Job, ADescriptionDamagedOnItsWayEndsTheRun) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  run_ok(world);
  world.network.add({.fault = Fault::kCutBody, .path_contains = "GetRow"});
  auto report = world.run(kEnd, "20171019163000");
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(report.error().code, "Wire-AnswerMd5") << report.error().to_string();
  world.network.clear();
  report = world.run(kEnd, "20171019163000");
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_TRUE(report->plan.read.continues);
}

TEST(Job, ALostCommitAnswerIsSettledByAsking) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  world.network.add({.fault = Fault::kResetAfterSend,
                     .method = "POST",
                     .query_contains = "uploadid=",
                     .count = 1});
  run_ok(world);
  EXPECT_EQ(world.network.faults_injected(), 1u);
  EXPECT_THAT(world.landed(), SizeIs(2));
}

TEST(Job, AFailedTransferLeavesEverythingAsItWas) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  run_ok(world);
  const std::vector<std::string> rows = world.landed(), status = world.status_rows();
  put(world, "b", 2);
  std::string text = person_job();
  text.replace(text.find("\"maxRetries\": 30"), 16, "\"maxRetries\": 2");
  world.network.add({.fault = Fault::kResetBeforeSend, .path_contains = "GetStreamRecord"});
  auto report = world.run_text(
      text, {{"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}});
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::kNetwork) << report.error().to_string();
  EXPECT_EQ(world.landed(), rows);
  EXPECT_EQ(world.status_rows(), status);
  world.network.clear();
  run_ok(world);
  EXPECT_THAT(world.landed(), SizeIs(4));
}

// A second run of an appending job could double rows that the first one has landed, so nothing is
// guessed.
TEST(Job, AnAppendWhoseOutcomeNobodyKnowsIsLeftToTheUser) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  std::string text = person_job();
  text.replace(text.find("\"truncate\": true"), 16, "\"truncate\": false, \"maxRetryTime\": 1");
  const job::Variables variables = {
      {"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}};
  // The commit's answers are lost for good, and asking for its outcome fails as well.
  world.network.add(
      {.fault = Fault::kResetAfterSend, .method = "POST", .query_contains = "uploadid="});
  world.network.add({.fault = Fault::kResetBeforeSend,
                     .method = "GET",
                     .query_contains = "uploadid=",
                     .skip = 1});
  auto prepared = world.run_text(text, variables);
  ASSERT_FALSE(prepared.has_value());
  EXPECT_EQ(prepared.error().kind, ErrorKind::kNetwork) << prepared.error().to_string();
  world.network.clear();

  world.replace_maxcompute();
  world.create_destination();
  for (int run = 1; run <= 2; ++run) {
    world.clock.advance(std::chrono::minutes(20));  // the hold of the run before has ended
    auto report = world.run_text(text, variables);
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().kind, ErrorKind::kConflict);
    EXPECT_EQ(report.error().code, "Sync-UnknownOutcome") << report.error().to_string();
    EXPECT_THAT(report.error().remedy, HasSubstr("fence row"));
    EXPECT_THAT(world.landed(), IsEmpty());
    EXPECT_THAT(world.status_rows(), IsEmpty()) << "no checkpoint says that the window is done";
  }
}

// As long as the service may still take it: nothing is begun afresh, and nothing is given up.
TEST(Job, APreparedCommitWaitsForTheService) {
  for (const char* truncate : {"true", "false"}) {
    SCOPED_TRACE(truncate);
    World world;
    world.create_data_table();
    world.create_destination();
    world.set_data_time("2017-10-19 16:20:00.000");
    put(world, "a", 1);
    std::string text = person_job();
    text.replace(text.find("\"truncate\": true"), 16,
                 std::string("\"maxRetryTime\": 1, \"truncate\": ") + truncate);
    const job::Variables variables = {
        {"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}};
    world.network.add(
        {.fault = Fault::kResetBeforeSend, .method = "POST", .query_contains = "uploadid="});
    for (int run = 1; run <= 3; ++run) {
      auto report = world.run_text(text, variables);
      ASSERT_FALSE(report.has_value());
      EXPECT_EQ(report.error().kind, ErrorKind::kNetwork) << report.error().to_string();
      EXPECT_THAT(world.landed(), IsEmpty());
      world.clock.advance(std::chrono::minutes(20));  // the hold of the run has ended
    }
    world.network.clear();
    auto report = world.run_text(text, variables);
    ASSERT_TRUE(report.has_value()) << report.error().to_string();
    EXPECT_TRUE(report->resumed);
    EXPECT_THAT(world.landed(), SizeIs(2));
  }
}

TEST(Job, AShardWithoutProgressEndsTheRun) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  std::string text = person_job();
  text.replace(text.find("\"maxRetries\": 30"), 16, "\"maxRetries\": 100");
  world.network.add({.fault = Fault::kTimeout, .path_contains = "GetStreamRecord"});
  const int64_t before_us = world.clock.steady_us();
  auto report = world.run_text(
      text, {{"startTime", kStart}, {"endTime", kEnd}, {"bdp.system.bizdate", "20171018"}});
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(report.error().code, "Sync-ShardTimeout") << report.error().to_string();
  EXPECT_THAT(report.error().message, HasSubstr("no progress for 30 minutes"));
  EXPECT_GE(world.clock.steady_us() - before_us, 30LL * 60 * 1'000'000);
  EXPECT_THAT(world.landed(), IsEmpty());
  EXPECT_THAT(world.status_rows(), IsEmpty());
  world.network.clear();
  run_ok(world);
  EXPECT_THAT(world.landed(), SizeIs(2));
}

TEST(Job, ADryRunPlansAndWritesNothing) {
  World world;
  world.create_data_table();
  world.create_destination();
  const char* text = R"({"job": {"content": [{
      "reader": {"name": "otsstreamreader", "parameter": {"endpoint": "http://tablestore.local", "instanceName": "inst", "accessId": "testid",
                 "accessKey": "testkey", "dataTable": "person", "statusTable": "TableStoreStreamReaderStatusTable",
                 "startTimeString": "20171019161000", "endTimeString": "20171019162600"}},
      "writer": {"name": "odpswriter", "parameter": {"odpsServer": "http://maxcompute.local/api", "project": "demo", "accessId": "testid",
                 "accessKey": "testkey", "table": "person", "partition": "pt=20171018", "truncate": true, "column": ["*"]}}}],
      "setting": {"speed": {"channel": 2}, "dryRun": true}}})";
  auto report = world.run_text(text, {});
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_TRUE(report->dry_run);
  EXPECT_THAT(sync::to_text(*report), HasSubstr("Dry run"));
  EXPECT_THAT(world.partitions(), IsEmpty());
  EXPECT_THAT(world.status_rows(), IsEmpty());
}

TEST(Job, CancellationLeavesEverythingAsItWas) {
  World world;
  world.create_data_table();
  world.create_destination();
  world.set_data_time("2017-10-19 16:20:00.000");
  put(world, "a", 1);
  world.cancel.cancel();
  auto report = world.run(kStart, kEnd);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(exit_code(report.error().kind), 143);
  EXPECT_THAT(world.status_rows(), IsEmpty());
}

}  // namespace
}  // namespace otsstream::test
