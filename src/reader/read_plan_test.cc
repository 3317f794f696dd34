#include "reader/read_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader/fake_tablestore_test_support.h"
#include "reader/status_table.h"

namespace otsstream::reader {
namespace {

constexpr int64_t kMinute = 60'000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kNow = 1508403600000;  // 2017-10-19 17:00 GMT+8
constexpr int64_t kStart = kNow - 50 * kMinute;
constexpr int64_t kEnd = kNow - 34 * kMinute;

// A table `person` with a Stream of 24 h; parents end within the window unless `behind` holds them.
struct Bench : test::FakeService {
  Bench() : FakeService(kNow) {
    auto& table = server.tables["person"];
    table.meta = {"person", {{"id", tablestore::KeyType::kString, false}}, {}};
    table.stream = tablestore::StreamDetails{true, "st", 24, 0, {}};
    server.streams = {{"other-stream", "other", 1}, {"st", "person", 2}, {"st2", "person", 3}};
    server.shards = {{"a", "", ""}, {"b", "", ""}};
    server.iterator = [this](const std::string& shard, std::optional<int64_t> time) {
      asked.push_back(shard + "@" +
                      (time ? std::to_string((*time / 1000 - kNow) / kMinute) : "oldest"));
      const bool end_probe = time == kEnd * 1000;
      if (std::find(empty.begin(), empty.end(), shard) != empty.end()) return std::string();
      if (end_probe && std::find(behind.begin(), behind.end(), shard) == behind.end())
        return std::string();
      return "it:" + shard;
    };
    settings.data_table = "person";
    settings.status_table = "status";
    settings.window = {kStart, kEnd};
  }

  Result<ReadPlan> plan() {
    diagnostics = {};
    asked.clear();
    server.calls.clear();
    auto result = make_read_plan(*client, settings, clock, diagnostics);
    for (const char* write : {"CreateTable", "PutRow", "UpdateRow", "DeleteRow", "BatchWriteRow"}) {
      EXPECT_EQ(server.count(write), 0u) << "plan writes nothing";
    }
    return result;
  }
  // "a:0 read seek it:a", one per shard.
  std::string shown() {
    auto result = plan();
    if (!result) return result.error().to_string();
    std::string text;
    for (const ShardPlan& shard : result->shards) {
      const char* action = shard.action == ShardAction::kRead   ? "read"
                           : shard.action == ShardAction::kSkip ? "skip"
                                                                : "closed";
      text += (text.empty() ? "" : ", ") + shard.shard.shard_id + ":" +
              std::to_string(shard.generation) + " " + action + " " +
              std::string(to_string(shard.source)) + " " + shard.iterator;
    }
    return text;
  }
  bool said(std::string_view code) const {
    return std::any_of(diagnostics.items().begin(), diagnostics.items().end(),
                       [&](const Diagnostic& d) { return d.error.code == code; });
  }
  // What a run that ended at kStart leaves.
  void leave(const std::vector<CheckpointRow>& rows) {
    StatusTable status(*client, clock, "status");
    ASSERT_TRUE(status.ensure());
    JobDescription description{"v1", "person", "st", kStart - kHour, kStart, {}};
    for (const auto& row : rows) description.shard_ids.push_back(row.shard_id);
    ASSERT_TRUE(status.put_checkpoints("st", kStart, rows));
    ASSERT_TRUE(status.put_job_description(description));
  }

  Settings settings;
  Diagnostics diagnostics;
  std::vector<std::string> asked;   // "<shard>@<minutes from now>"
  std::vector<std::string> behind;  // parents that end behind the window
  std::vector<std::string>
      empty;  // closed shards in which everything is older than any time asked for
};

TEST(ReadPlan, FirstRunSeeks) {
  Bench bench;
  EXPECT_EQ(bench.shown(), "a:0 read seek it:a, b:0 read seek it:b");
  EXPECT_THAT(bench.asked,
              testing::UnorderedElementsAre("a@-60", "b@-60"));  // ten minutes before the start
  const int64_t now_ms = bench.clock.wall_ms();
  auto plan = bench.plan();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->stream_id, "st");
  EXPECT_EQ(plan->expiration_hours, 24);
  EXPECT_EQ(plan->now_ms, now_ms);  // taken once, before the first request
  EXPECT_EQ(plan->primary_key.front().name, "id");
  EXPECT_FALSE(plan->status_table_exists);
  EXPECT_FALSE(plan->continues);
  for (const ShardPlan& shard : plan->shards) EXPECT_TRUE(shard.drop_before_start);
  EXPECT_TRUE(bench.said("Reader-NoCheckpoints"));
}

TEST(ReadPlan, ContinuesFromCheckpoints) {
  Bench bench;
  bench.server.shards = {{"a", "", ""}, {"b", "", ""}, {"c", "a", ""}, {"d", "", ""}};
  bench.leave({{"a", "v1", "SHARD_END", 0, 0},
               {"b", "v1", "carried", 4, 0},
               {"d", "v1", "TRIM_HORIZON", 0, 0}});
  // c is new: its beginning follows on a; d was skipped by the run before.
  EXPECT_EQ(bench.shown(),
            "a:0 closed checkpoint , b:0 read checkpoint carried, d:0 read oldest it:d, c:1 read "
            "oldest it:c");
  EXPECT_THAT(bench.asked, testing::UnorderedElementsAre("c@oldest", "d@oldest"));
  auto plan = bench.plan();
  EXPECT_TRUE(plan->continues);
  EXPECT_TRUE(plan->status_table_exists);
  EXPECT_EQ(plan->shards[1].skip_count, 4);
  for (const ShardPlan& shard : plan->shards) EXPECT_FALSE(shard.drop_before_start);
  EXPECT_TRUE(bench.said("Reader-Continues"));
}

TEST(ReadPlan, SkipCountCountsFromTheBeginningToo) {
  Bench bench;
  bench.leave({{"a", "v1", "TRIM_HORIZON", 3, 0}, {"b", "v1", "ib", 0, 0}});
  auto plan = bench.plan();
  ASSERT_TRUE(plan) << plan.error().to_string();
  EXPECT_EQ(plan->shards[0].source, StartSource::kOldest);
  EXPECT_EQ(plan->shards[0].skip_count, 3);
  EXPECT_THAT(bench.asked, testing::ElementsAre("a@oldest"))
      << "a seek could land behind records that are to be counted";
}

// 8.7: what very old versions of the plug-in left.
TEST(ReadPlan, LegacyShardCountRow) {
  Bench bench;
  bench.leave({{"a", "", "ia", 2, 0}, {"b", "other", "ib", 0, 0}});
  auto& rows = bench.server.tables["status"].rows;
  rows.erase(job_description_key("st", kStart));
  for (const int64_t count : {3, 2}) {
    tablestore::Row row;
    row.primary_key = shard_count_key("st", kStart);
    row.cells.push_back(
        {"ShardCount", tablestore::CellOp::kPut, tablestore::CellValue::of_integer(count), {}});
    rows[row.primary_key] = row;
    auto plan = bench.plan();
    ASSERT_TRUE(plan) << plan.error().to_string();
    EXPECT_EQ(plan->continues, count == 2);
    EXPECT_EQ(plan->shards[0].iterator, count == 2 ? "ia" : "it:a");
    EXPECT_EQ(plan->shards[0].skip_count, count == 2 ? 2 : 0);
    EXPECT_EQ(plan->shards[0].drop_before_start, count != 2);
  }
}

TEST(ReadPlan, ExpiredPositionIsDataLost) {
  Bench bench;
  bench.leave({{"a", "v1", "ia", 0, 0}, {"expired", "v1", "ie", 0, 0}});
  const Error error = bench.plan().error();
  EXPECT_EQ(error.code, "Reader-ShardGone");
  EXPECT_EQ(error.kind, ErrorKind::kDataLost);
  EXPECT_THAT(error.message, testing::HasSubstr("Shard does not exist now"));
  EXPECT_THAT(error.message, testing::HasSubstr("shard expired: 2017-10-19 16:10:00 … 2017-10-19 "
                                                "16:26:00 GMT+8"));
  bench.settings.on_gap = OnGap::kContinue;
  auto plan = bench.plan();
  ASSERT_TRUE(plan) << plan.error().to_string();
  EXPECT_THAT(plan->gaps, testing::ElementsAre(Gap{"expired", kStart, kEnd}));
  EXPECT_TRUE(plan->continues);
  EXPECT_TRUE(bench.said("Reader-ShardGone"));
}

TEST(ReadPlan, OnGapContinueTakesAWindowThatStartsTooEarly) {
  Bench bench;
  bench.settings.window.start_ms = kNow - 30 * kHour;
  EXPECT_EQ(bench.plan().error().code, "Window-TooEarly");
  bench.settings.on_gap = OnGap::kContinue;
  auto plan = bench.plan();
  ASSERT_TRUE(plan) << plan.error().to_string();
  EXPECT_EQ(plan->settings.window.start_ms, kNow - 30 * kHour) << "the chain goes on";
  const int64_t horizon = kNow - 24 * kHour;
  ASSERT_EQ(plan->gaps.size(), 2u);
  for (const Gap& gap : plan->gaps) {
    EXPECT_EQ(gap.from_ms, kNow - 30 * kHour);
    EXPECT_NEAR(static_cast<double>(gap.to_ms), static_cast<double>(horizon), 1000);
  }
  EXPECT_TRUE(bench.said("Reader-StartsTooEarly"));
  EXPECT_TRUE(bench.said("Reader-DataGone"));
  // The end has its own rule.
  bench.settings.window.end_ms = kNow;
  EXPECT_EQ(bench.plan().error().code, "Window-TooLate");
  bench.settings.clamp_window = true;
  auto cut = bench.plan();
  ASSERT_TRUE(cut) << cut.error().to_string();
  EXPECT_EQ(cut->settings.window, (Window{kNow - 30 * kHour, cut->now_ms - 5 * kMinute}));
}

// Finishing a prepared commit needs nothing of the Stream: not even a window that can be read.
TEST(ReadPlan, PreparedCommitOutlivesTheRetention) {
  Bench bench;
  bench.leave({{"a", "v1", "ia", 0, 0}});
  StatusTable status(*bench.client, bench.clock, "status");
  const auto at = [&](std::string state) {
    bench.server.tables["status"].rows.erase(fence_key("st", kEnd));
    ASSERT_TRUE(status.take_fence("st", kEnd, {"me/1/2/3/1", state, kNow, "s", "{}"}, {}));
  };
  bench.settings.window.start_ms = kNow - 30 * kHour;
  for (const bool clamp : {false, true}) {
    bench.settings.clamp_window = clamp;
    at("PREPARED");
    auto plan = bench.plan();
    ASSERT_TRUE(plan) << plan.error().to_string();
    ASSERT_TRUE(plan->blocked);
    EXPECT_EQ(plan->blocked->code, "Window-TooEarly");
    EXPECT_EQ(plan->settings.window, bench.settings.window);
    EXPECT_TRUE(plan->shards.empty());
  }
  bench.settings.clamp_window = false;
  at("RUNNING");
  EXPECT_EQ(bench.plan().error().code, "Window-TooEarly");
}

TEST(ReadPlan, DamagedDescriptionFallsBackToSeek) {
  Bench bench;
  bench.leave({{"a", "v1", "ia", 0, 0}, {"b", "v1", "ib", 0, 0}});
  auto& row = bench.server.tables["status"].rows[job_description_key("st", kStart)];
  for (auto& cell : row.cells) {
    if (cell.name == "ShardIds_0") cell.value->bytes.pop_back();
  }
  EXPECT_EQ(bench.shown(), "a:0 read seek it:a, b:0 read seek it:b");
}

TEST(ReadPlan, SplitAndMergeInsideAndBehindTheWindow) {
  Bench bench;
  bench.server.shards = {{"p", "", ""}, {"l", "p", ""}, {"r", "p", ""}, {"m", "l", "r"}};
  EXPECT_EQ(bench.shown(),
            "p:0 read seek it:p, l:1 read seek it:l, r:1 read seek it:r, m:2 read seek it:m");
  bench.behind = {"r"};
  EXPECT_EQ(bench.shown(),
            "p:0 read seek it:p, l:1 read seek it:l, r:1 read seek it:r, m:2 skip none ");
  bench.behind = {"p"};
  EXPECT_EQ(bench.shown(), "p:0 read seek it:p, l:1 skip none , r:1 skip none , m:2 skip none ");
  EXPECT_THAT(bench.asked,
              testing::UnorderedElementsAre("p@-34", "l@-34", "r@-34",
                                            "p@-60"));  // no position of a skipped shard
}

TEST(ReadPlan, ShardThatIsWhollyOlderIsClosed) {
  Bench bench;
  bench.server.shards = {{"p", "", ""}, {"l", "p", ""}};
  bench.empty = {"p"};
  EXPECT_EQ(bench.shown(), "p:0 closed seek , l:1 read seek it:l");
}

TEST(ReadPlan, SeekOffUsesNearestOrOldest) {
  Bench bench;
  bench.settings.seek = false;
  EXPECT_EQ(bench.shown(), "a:0 read oldest it:a, b:0 read oldest it:b");
  EXPECT_TRUE(bench.said("Reader-FromOldest"));
  StatusTable status(*bench.client, bench.clock, "status");
  ASSERT_TRUE(status.ensure());
  ASSERT_TRUE(status.put_shard_times("st", {{"a", kStart - 5 * kMinute, "near"}}));
  ASSERT_TRUE(status.put_shard_times("st", {{"a", kStart - 9 * kMinute, "farther"}}));
  ASSERT_TRUE(status.put_shard_times("st", {{"a", kStart, "not before the start"}}));
  ASSERT_TRUE(status.put_shard_times("st", {{"b", kNow - 23 * kHour, "expires soon"}}));
  EXPECT_EQ(bench.shown(), "a:0 read nearest near, b:0 read oldest it:b");
  bench.settings.seek = true;
  EXPECT_EQ(bench.shown(), "a:0 read seek it:a, b:0 read seek it:b");
}

TEST(ReadPlan, StreamWithoutShards) {
  Bench bench;
  bench.server.shards.clear();
  auto plan = bench.plan();
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->shards.empty());
}

TEST(ReadPlan, AllPagesOfShards) {
  Bench bench;
  bench.server.shards.clear();
  for (int i = 0; i < 1000; ++i) bench.server.shards.push_back({"s" + std::to_string(i), "", ""});
  auto plan = bench.plan();
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->shards.size(), 1000u);
  EXPECT_EQ(bench.server.count("DescribeStream"), 10u);
}

// Each refusal in the order of the checks, one line that names thing and remedy.
TEST(ReadPlan, Refusals) {
  struct Case {
    const char* name;
    std::function<void(Bench&)> spoil;
    const char* code;
    ErrorKind kind;
    const char* text;
  };
  const auto foreign_status = [](Bench& b) {
    b.server.tables["status"].meta = {"status", {{"id", tablestore::KeyType::kString, false}}, {}};
  };
  const Case cases[] = {
      {"no table", [](Bench& b) { b.server.tables.erase("person"); }, "OTSObjectNotExist",
       ErrorKind::kNotFound, "data table person does not exist"},
      {"Stream off", [](Bench& b) { b.server.tables["person"].stream->enable = false; },
       "Reader-StreamOff", ErrorKind::kConfig, "stream of data table is not enabled: person"},
      {"Stream never on", [](Bench& b) { b.server.tables["person"].stream.reset(); },
       "Reader-StreamOff", ErrorKind::kConfig, "not enabled"},
      {"too early", [](Bench& b) { b.settings.window.start_ms = kNow - 24 * kHour; },
       "Window-TooEarly", ErrorKind::kConfig, "As expiration time is"},
      {"too late", [](Bench& b) { b.settings.window.end_ms = kNow - 4 * kMinute; },
       "Window-TooLate", ErrorKind::kConfig, "end timestamp must smaller"},
      {"window before status table",
       [&](Bench& b) {
         foreign_status(b);
         b.settings.window.end_ms = kNow;
       },
       "Window-TooLate", ErrorKind::kConfig, ""},
      {"foreign status table", foreign_status, "Status-Shape", ErrorKind::kConflict, "status"},
      {"no Stream listed", [](Bench& b) { b.server.streams.clear(); }, "Reader-NoStream",
       ErrorKind::kNotFound, "person"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Bench bench;
    c.spoil(bench);
    auto plan = bench.plan();
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, c.code);
    EXPECT_EQ(plan.error().kind, c.kind);
    EXPECT_THAT(plan.error().message, testing::HasSubstr(c.text));
    EXPECT_NE(plan.error().remedy, "");
    EXPECT_EQ(plan.error().headline().find('\n'), std::string::npos);
  }
}

TEST(ReadPlan, ClampCutsTheWindow) {
  Bench bench;
  bench.settings.clamp_window = true;
  bench.settings.window = {kNow - 30 * kHour, kNow};
  auto plan = bench.plan();
  ASSERT_TRUE(plan) << plan.error().to_string();
  EXPECT_EQ(plan->settings.window, (Window{kNow - 24 * kHour + 10 * kMinute, kNow - 5 * kMinute}));
  EXPECT_TRUE(bench.said("Window-Clamped"));
  bench.settings.window = {kNow - 30 * kHour, kNow - 29 * kHour};
  EXPECT_EQ(bench.plan().error().code, "Window-Outside");
}

TEST(ReadPlan, ListStreamDecidesWhichStream) {
  Bench bench;
  bench.server.streams = {{"newer", "person", 9}};
  EXPECT_EQ(bench.plan()->stream_id, "newer");
  EXPECT_TRUE(bench.said("Reader-StreamChanged"));
}

}  // namespace
}  // namespace otsstream::reader
