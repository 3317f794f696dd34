#include "sync/status_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader/fake_tablestore_test_support.h"
#include "reader/start_position.h"
#include "sync/attempt.h"
#include "sync/status_import.h"
#include "sync/status_lines.h"

namespace otsstream::sync {
namespace {

using reader::test::FakeService;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int64_t kNow = 1508403600000;
constexpr int64_t kEnd = kNow - 3'600'000;
const std::vector<tablestore::StreamShard> kListing = {
    {"a", "", ""}, {"b", "a", ""}, {"c", "a", ""}};

struct Bench : FakeService {
  Bench() : FakeService(kNow) { EXPECT_TRUE(table.ensure()); }

  // A window as DataX leaves it, and a neighbour that nobody may touch.
  void put_window(int64_t end_ms, const std::string& version = "v") {
    EXPECT_TRUE(table.put_checkpoints(
        "s", end_ms, {{"a", version, "SHARD_END", 0, 1}, {"b", version, "it", 0, 2}}));
    EXPECT_TRUE(
        table.put_job_description({version, "person", "s", end_ms - 1000, end_ms, {"a", "b"}}));
  }
  reader::WindowRows window(int64_t end_ms = kEnd) {
    std::vector<tablestore::Row> rows;
    for (const auto& [key, row] : server.tables["status"].rows) {
      if (reader::read_status_key(key).time_ms == end_ms) rows.push_back(row);
    }
    auto found = reader::survey(rows);
    if (found.windows.empty()) return {};
    return found.windows.front();
  }
  auto take(bool give_up = false) {
    return WindowHold::take(table, {"s", kEnd}, clock, random, give_up);
  }
  auto plan(HandPosition position, std::optional<std::string> shard = {}, int64_t end_ms = kEnd) {
    return plan_change(*client, {{"s", end_ms}, "person", std::move(shard), std::move(position)},
                       window(end_ms), kListing, 24, kNow, random);
  }
  // What a run that starts at the window's end would make of it.
  reader::StartCheckpoints next_run() {
    auto found = reader::find_start(table, "s", kEnd, kListing);
    EXPECT_TRUE(found);
    return *found;
  }
  reader::StatusTable table{*client, clock, "status"};
};

const HandPosition kTrim{HandPosition::Kind::kTrimHorizon, {}, 0};
HandPosition at(int64_t ms) { return {HandPosition::Kind::kTime, {}, ms}; }

TEST(WindowHold, ClearTakesTheWholeWindowAndNothingElse) {
  Bench bench;
  bench.put_window(kEnd);
  bench.put_window(kEnd + 1);
  tablestore::Row count;
  count.primary_key = reader::shard_count_key("s", kEnd);
  ASSERT_TRUE(bench.table.put_rows({count}));
  {
    auto hold = bench.take();
    ASSERT_TRUE(hold) << hold.error().to_string();
    EXPECT_EQ((*bench.table.fence("s", kEnd))->state, "RUNNING");
    bench.server.calls.clear();
    EXPECT_EQ(*(*hold)->clear(), 4u);
    // The description goes before the checkpoints.
    EXPECT_EQ(bench.server.count("BatchWriteRow"), 2u);
  }
  EXPECT_THAT(bench.window().checkpoints, IsEmpty());
  EXPECT_FALSE(*bench.table.fence("s", kEnd));
  EXPECT_EQ(reader::why_not_finished(bench.window(kEnd + 1)), "");
}

TEST(WindowHold, ACrashWhileClearingLooksLikeAnUnfinishedWindow) {
  Bench bench;
  bench.put_window(kEnd);
  auto hold = bench.take();
  ASSERT_TRUE(hold);
  int writes = 0;
  bench.server.refuse_before = [&](const std::string& operation) {
    return operation == "BatchWriteRow" && ++writes >= 2 ? "OTSNoPermissionAccess" : "";
  };
  EXPECT_EQ((*hold)->clear().error().code, "OTSNoPermissionAccess");
  EXPECT_FALSE(bench.next_run().complete);
  EXPECT_THAT(bench.window().checkpoints, SizeIs(2));
}

TEST(WindowHold, IsRefusedWhileARunHoldsTheWindow) {
  for (const char* state : {"RUNNING", "PREPARED"}) {
    Bench bench;
    ASSERT_TRUE(bench.table.take_fence("s", kEnd,
                                       {"other-host/1/2/a/1", state, kNow + 60'000, "", ""}, {}));
    for (bool give_up : {false, true}) {
      auto hold = bench.take(give_up);
      ASSERT_FALSE(hold);
      EXPECT_EQ(hold.error().code, "Fence-Held");
      EXPECT_THAT(hold.error().message, HasSubstr("other-host"));
    }
    EXPECT_EQ((*bench.table.fence("s", kEnd))->owner, "other-host/1/2/a/1");
  }
}

TEST(WindowHold, TakesOverWhatNobodyHolds) {
  const struct {
    const char* state;
    int64_t expires_ms;
    bool give_up;
    const char* code;
  } kCases[] = {
      {"RUNNING", kNow, false, ""},
      {"COMMITTED", kNow + 60'000, false, ""},
      {"PREPARED", kNow, false, "Status-Prepared"},
      {"PREPARED", kNow, true, ""},
  };
  for (const auto& c : kCases) {
    Bench bench;
    ASSERT_TRUE(bench.table.take_fence("s", kEnd,
                                       {"other-host/1/2/a/1", c.state, c.expires_ms, "", ""}, {}));
    auto hold = bench.take(c.give_up);
    EXPECT_EQ(hold ? "" : hold.error().code, c.code) << c.state;
  }
}

TEST(SetByHand, AWholeWindowIsOneThatTheNextRunContinues) {
  Bench bench;
  bench.server.iterator = [](const std::string& shard, std::optional<int64_t> time_us) {
    EXPECT_EQ(time_us, kEnd * 1000);
    return shard == "a" ? "" : "it:" + shard;  // a is closed, and all of it is older
  };
  bench.put_window(kEnd, "old");
  auto change = bench.plan(at(kEnd));
  ASSERT_TRUE(change) << change.error().to_string();
  {
    auto hold = bench.take();
    ASSERT_TRUE(hold);
    ASSERT_TRUE(apply_change(bench.table, **hold, *change));
  }
  const reader::StartCheckpoints next = bench.next_run();
  EXPECT_TRUE(next.complete) << next.why_not;
  EXPECT_EQ(next.rows.at("a").checkpoint, "SHARD_END");
  EXPECT_EQ(next.rows.at("b").checkpoint, "it:b");
  EXPECT_EQ(next.rows.at("c").checkpoint, "it:c");
  EXPECT_NE(next.rows.at("c").version, "old");
  const reader::WindowRows window = bench.window();
  EXPECT_EQ(window.description->start_ms, kEnd - 1000);
  EXPECT_EQ(window.description->table, "person");
  // "<ms>-<uuid>" (8.5)
  EXPECT_THAT(window.description->version, testing::StartsWith(std::to_string(kNow) + "-"));
}

TEST(SetByHand, OneShardOfAFinishedWindow) {
  Bench bench;
  bench.put_window(kEnd);
  auto change = bench.plan(kTrim, "b");
  ASSERT_TRUE(change) << change.error().to_string();
  EXPECT_FALSE(change->replaces_window);
  auto hold = bench.take();
  ASSERT_TRUE(hold);
  ASSERT_TRUE(apply_change(bench.table, **hold, *change));
  const reader::StartCheckpoints next = bench.next_run();
  EXPECT_TRUE(next.complete) << next.why_not;
  EXPECT_EQ(next.rows.at("a").checkpoint, "SHARD_END");
  EXPECT_EQ(next.rows.at("b"), (reader::CheckpointRow{"b", "v", "TRIM_HORIZON", 0, 0}));
}

TEST(SetByHand, RefusesWhatWouldNotBeContinued) {
  const HandPosition end{HandPosition::Kind::kShardEnd, {}, 0};
  const HandPosition iterator{HandPosition::Kind::kIterator, "text", 0};
  const HandPosition word{HandPosition::Kind::kIterator, "TRIM_HORIZON", 0};
  const HandPosition nothing{HandPosition::Kind::kIterator, "", 0};
  const struct {
    HandPosition position;
    std::optional<std::string> shard;
    int64_t end_ms;
    const char* code;
    const char* message;
  } kCases[] = {
      {kTrim, "z", kEnd, "Status-Shard", "lists no shard z"},
      {kTrim, "c", kEnd, "Status-Shard", "none of the job"},
      {kTrim, "a", kEnd - 1, "Status-Unfinished", "no finished window ends at"},
      {kTrim, {}, kNow + 1, "Status-Future", "lies in the future"},
      {at(kNow + 1), {}, kEnd, "Status-Position", "lies in the future"},
      {at(kNow - 25 * 3'600'000), {}, kEnd, "Status-Position", "holds changes since"},
      {end, {}, kEnd, "Status-Position", "shard b has no children"},
      {iterator, {}, kEnd, "Status-Position", "belongs to one shard"},
      {word, "b", kEnd, "Status-Position", "is no iterator"},
      {nothing, "b", kEnd, "Status-Position", "is empty"},
  };
  for (const auto& c : kCases) {
    Bench bench;
    bench.put_window(kEnd);
    auto change = bench.plan(c.position, c.shard, c.end_ms);
    ASSERT_FALSE(change) << c.message;
    EXPECT_EQ(change.error().code, c.code) << change.error().message;
    EXPECT_THAT(change.error().message, HasSubstr(c.message));
    EXPECT_FALSE(change.error().remedy.empty());
  }
  Bench bench;
  bench.put_window(kEnd);
  EXPECT_TRUE(bench.plan(end, "a"));
  auto empty = plan_change(*bench.client, {{"s", kEnd}, "person", {}, kTrim}, {}, {}, 24, kNow,
                           bench.random);
  EXPECT_EQ(empty.error().code, "Status-Shard");
}

TEST(SetByHand, WarnsOfWhatWillBeLeftOut) {
  Bench bench;
  auto change = bench.plan(at(kEnd + 1));
  ASSERT_TRUE(change);
  EXPECT_THAT(change->warnings, ElementsAre(HasSubstr("is never exported")));
  change = bench.plan(kTrim, {}, kNow - 24 * 3'600'000);
  ASSERT_TRUE(change);
  EXPECT_THAT(change->warnings, ElementsAre(HasSubstr("is refused: it may begin at")));
}

TEST(ExportedRows, AreWrittenAgainAsTheyWere) {
  Bench bench;
  bench.put_window(kEnd);
  bench.put_window(kEnd + 1);
  ASSERT_TRUE(bench.table.put_shard_times("s", {{"a", kEnd - 500, "hint"},
                                                {"a", kEnd - 5000, "earlier window"},
                                                {"b", kEnd, "hint b"},
                                                {"z", kEnd, "another shard"}}));
  ASSERT_TRUE(bench.table.take_fence("s", kEnd, {"o", "COMMITTED", 1, "", ""}, {}));
  auto rows = rows_of_window(bench.table, {"s", kEnd});
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_THAT(*rows, SizeIs(6));  // 2 checkpoints, description, fence, 2 hints
  const std::string lines = to_json_lines(*rows);
  const auto before = bench.server.tables["status"].rows;

  bench.server.tables["status"].rows.clear();
  auto read = read_json_lines(lines, "rows.jsonl");
  ASSERT_TRUE(read) << read.error().to_string();
  auto import = plan_import(*read);
  ASSERT_TRUE(import);
  EXPECT_EQ(import->row_count(), 5u);
  EXPECT_EQ(import->fences, 1u);
  ASSERT_TRUE(apply_import(bench.table, *import, bench.clock, bench.random, false));
  const auto& after = bench.server.tables["status"].rows;
  EXPECT_EQ(after.size(), 5u);
  for (const auto& [key, row] : after) {
    const auto old = before.find(key);
    ASSERT_NE(old, before.end());
    ASSERT_EQ(row.cells.size(), old->second.cells.size());
    for (size_t i = 0; i < row.cells.size(); ++i) {
      EXPECT_EQ(row.cells[i].name, old->second.cells[i].name);
      EXPECT_EQ(row.cells[i].value, old->second.cells[i].value);
    }
  }
  EXPECT_EQ(reader::why_not_finished(bench.window()), "");
}

TEST(ExportedRows, AWindowThatARunHoldsIsNotOverwritten) {
  Bench bench;
  bench.put_window(kEnd);
  auto import = plan_import(*rows_of_window(bench.table, {"s", kEnd}));
  ASSERT_TRUE(bench.table.take_fence("s", kEnd,
                                     {"other-host/1/2/a/1", "RUNNING", kNow + 60'000, "", ""}, {}));
  EXPECT_EQ(apply_import(bench.table, *import, bench.clock, bench.random, false).error().code,
            "Fence-Held");
}

}  // namespace
}  // namespace otsstream::sync
