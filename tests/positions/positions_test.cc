// Positions that age, expire and are found again, over days of virtual time (otsstream-reader.md
// 9.7 and 13 D9, D21).

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/json_text.h"
#include "reader/status_table.h"
#include "support/world.h"

namespace otsstream::test {
namespace {

using reader::Gap;
using reader::StartSource;
using tablestore::CellOp;
using tablestore::CellValue;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kMinute = 60'000;
constexpr int64_t kHour = 60 * kMinute;

// A service whose iterators are good for the retention's 24 hours from the moment they were given,
// whatever they stand for.
class AgingIterators {
 public:
  explicit AgingIterators(World& world) : world_(world) {
    world.refuse_tablestore = [this](const Request& request, const Response& answer) {
      return look(request, answer);
    };
  }
  int refused = 0;

 private:
  std::string look(const Request& request, const Response& answer) {
    const int64_t now = world_.clock.wall_ms();
    if (request.path() == "/GetShardIterator" && answer.status == 200) {
      tablestore::GetShardIteratorResponse message;
      EXPECT_TRUE(tablestore::decode(answer.body.flat(), message).has_value());
      given_[message.iterator] = now;
    }
    if (request.path() != "/GetStreamRecord") return "";
    if (answer.status != 200) {
      ++refused;
      return "";
    }
    tablestore::GetStreamRecordRequest message;
    EXPECT_TRUE(tablestore::decode(request.body.flat(), message).has_value());
    const auto given = given_.find(message.iterator);
    if (given != given_.end() && now - given->second > 24 * kHour) {
      ++refused;
      return "OTSTrimmedDataAccess";
    }
    auto page = tablestore::StreamPage::skim(answer.body.flat());
    // An empty answer gives back what was asked: it does not get younger by that.
    if (page->next_iterator()) given_.emplace(*page->next_iterator(), now);
    return "";
  }
  World& world_;
  std::map<std::string, int64_t> given_;
};

class Positions : public testing::Test {
 protected:
  Positions() {
    world.create_data_table();
    world.create_destination();
    split = *world.data_table()->split(CellValue::of_string("k"), {});
    world.tablestore_server->data_clock().set_lag(Duration(0));
    world.tablestore_server->data_clock().run();
    pass(milliseconds(kMinute - world.clock.wall_ms() % kMinute));
  }

  void put(const std::string& id, int value) {
    Status done = world.tablestore->put_row(
        "person", {{{"id", CellValue::of_string(id)}},
                   {{"v", CellOp::kPut, CellValue::of_integer(value), {}}},
                   false,
                   {}});
    ASSERT_TRUE(done.has_value()) << done.error().to_string();
  }
  void pass(Duration span) { world.executor.run_for(span); }
  // In whole seconds, as a job's text has it.
  int64_t now() const { return world.clock.wall_ms() / 1000 * 1000; }

  std::string job(const std::string& members) {
    std::string text = person_job();
    text.replace(text.find("\"truncate\": true"), 16, "\"truncate\": true, \"maxRetryTime\": 1");
    if (!members.empty()) text.insert(text.find("\"maxRetries\""), members + ", ");
    return text;
  }
  Result<sync::Report> window(int64_t start, int64_t end, const std::string& members = "",
                              const std::string& day = "1") {
    return world.run_text(job(members), {{"startTime", format_time14(start)},
                                         {"endTime", format_time14(end)},
                                         {std::string(job::kBizdateVariable), day}});
  }
  static std::string format_time14(int64_t ms) {
    std::string text = format_local(ms, Zone::china()), digits;
    for (char c : text)
      if (c >= '0' && c <= '9') digits += c;
    return digits.substr(0, 14);
  }
  std::vector<std::string> values(const std::string& day = "1") {
    std::vector<std::string> out;
    for (const std::string& row : world.landed(day, "colvalue, optype"))
      if (row.ends_with("|U")) out.push_back(row.substr(0, row.size() - 2));
    return out;
  }

  World world{"2017-10-19 17:00:00"};
  local::SplitResult split;
};

// Three days of two-hour windows in which one shard sees nothing; then it does.
TEST_F(Positions, D9_IdleShardsNeverExpire) {
  AgingIterators aging(world);
  int64_t start = now() - kHour / 2;
  pass(std::chrono::hours(2));
  for (int round = 0; round < 36; ++round) {
    put("a", round);
    pass(std::chrono::hours(2));
    auto report = window(start, start + 2 * kHour);
    ASSERT_TRUE(report.has_value()) << round << ": " << report.error().to_string();
    if (round > 0) {
      EXPECT_TRUE(report->plan.read.continues) << round;
      EXPECT_GE(report->refreshed_positions, 1) << round;
    }
    start += 2 * kHour;
  }
  EXPECT_EQ(aging.refused, 0);
  put("z", 4711);
  pass(std::chrono::hours(2));
  for (int round = 0; round < 2; ++round, start += 2 * kHour) {
    auto report = window(start, start + 2 * kHour);
    ASSERT_TRUE(report.has_value()) << report.error().to_string();
  }
  EXPECT_THAT(values(), testing::Contains("4711"));
}

// DataX carried a position of an idle shard for too long; we take over. Nothing is lost, so nothing
// stops.
TEST_F(Positions, D9_ExpiredPositionIsFoundAgainByTime) {
  AgingIterators aging(world);
  const int64_t start = now() + 23 * kHour;
  const std::string& stream_id = world.data_table()->stream_id();
  std::vector<reader::CheckpointRow> rows = {{split.parent, "v", "SHARD_END", 0, 0}};
  for (const std::string& shard : {split.left, split.right})
    rows.push_back({shard, "v", *world.tablestore->get_shard_iterator(stream_id, shard), 0, 0});
  reader::StatusTable status(*world.tablestore, world.clock, kStatusTable);
  ASSERT_TRUE(status.ensure().has_value());
  // Both stand before the first record, and were given 25 hours before they are used.
  ASSERT_TRUE(status.put_checkpoints(stream_id, start, rows).has_value());
  ASSERT_TRUE(status
                  .put_job_description({"v",
                                        "person",
                                        stream_id,
                                        start - kHour,
                                        start,
                                        {split.parent, split.left, split.right}})
                  .has_value());
  pass(std::chrono::hours(23) + std::chrono::minutes(10));
  put("a", 1);
  put("z", 2);
  pass(std::chrono::hours(2));
  auto report = window(start, start + kHour);
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_TRUE(report->plan.read.continues);
  EXPECT_GE(aging.refused, 2);
  EXPECT_THAT(values(), testing::UnorderedElementsAre("1", "2"));
  EXPECT_TRUE(sync::gaps_of(*report).empty());
}

// The retention was lost between two windows: named per shard, and gone over only when told so.
TEST_F(Positions, D9_LostRetentionIsNamedPerShard) {
  put("a", 1);
  put("z", 1);
  const int64_t first_end = now() + kHour;
  pass(std::chrono::hours(2));
  ASSERT_TRUE(window(first_end - 2 * kHour, first_end).has_value());
  put("a", 2);  // these are lost
  put("z", 2);
  pass(std::chrono::hours(30));
  put("a", 3);
  pass(std::chrono::hours(1));

  const int64_t end = now() - kHour / 2;
  const std::vector<std::string> rows_before = world.status_rows();
  auto refused = window(first_end, end, "", "2");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "Window-TooEarly");
  EXPECT_THAT(refused.error().message, HasSubstr("As expiration time is 24 h"));
  for (const std::string& shard : {split.left, split.right})
    EXPECT_THAT(
        refused.error().message,
        HasSubstr(fmt::format("shard {}: {} … ", shard, format_local(first_end, Zone::china()))));
  EXPECT_THAT(refused.error().remedy, HasSubstr("onGap"));
  EXPECT_EQ(world.status_rows(), rows_before);

  auto report = window(first_end, end, "\"onGap\": \"continue\"", "2");
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_THAT(values("2"), ElementsAre("3"));
  const std::vector<Gap> gaps = sync::gaps_of(*report);
  ASSERT_EQ(gaps.size(), 2u);
  for (const Gap& gap : gaps) {
    EXPECT_EQ(gap.from_ms, first_end);
    EXPECT_NEAR(static_cast<double>(gap.to_ms), static_cast<double>(now() - 24 * kHour), 60'000);
  }
  auto json = parse_json(sync::to_json(*report), "report", JsonOptions{.strict = true});
  ASSERT_TRUE(json.has_value());
  const auto& told = (*json)->root().find("gaps")->items();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0]->find("fromMs")->text(), std::to_string(first_end));
  EXPECT_EQ(told[0]->find("shard")->text(), gaps[0].shard_id);
  EXPECT_THAT(sync::to_text(*report), HasSubstr("Not held by the Stream any more: shard"));

  // The chain goes on from there.
  put("z", 5);
  pass(std::chrono::hours(1));
  auto next = window(end, now() - kHour / 2, "", "3");
  ASSERT_TRUE(next.has_value()) << next.error().to_string();
  EXPECT_TRUE(next->plan.read.continues);
}

// Positions that expire while the run reads: the retention goes on behind the first page.
TEST_F(Positions, D9_RetentionLostWhileReading) {
  for (const bool go_on : {false, true}) {
    SCOPED_TRACE(go_on);
    World fresh("2017-10-19 17:00:00");
    fresh.create_data_table();
    fresh.create_destination();
    fresh.tablestore_server->data_clock().set_lag(Duration(0));
    fresh.tablestore_server->data_clock().run();
    fresh.executor.run_for(milliseconds(kMinute - fresh.clock.wall_ms() % kMinute));
    const int64_t start = fresh.clock.wall_ms();
    for (int i = 0; i < 3; ++i) {
      Status done =
          fresh.tablestore->put_row("person", {{{"id", CellValue::of_string("a")}},
                                               {{"v", CellOp::kPut, CellValue::of_integer(i), {}}},
                                               false,
                                               {}});
      ASSERT_TRUE(done.has_value());
      fresh.executor.run_for(std::chrono::hours(1));
    }
    fresh.executor.run_for(std::chrono::hours(20) + std::chrono::minutes(45));
    // The window begins 15 minutes inside the retention; the first read takes twenty.
    FaultRule slow;
    slow.fault = Fault::kResetBeforeSend;
    slow.path_contains = "/GetStreamRecord";
    slow.count = 1;
    slow.delay = std::chrono::minutes(20);
    fresh.network.add(slow);
    std::string text = person_job();
    if (go_on) text.insert(text.find("\"maxRetries\""), "\"onGap\": \"continue\", ");
    auto report = fresh.run_text(text, {{"startTime", format_time14(start)},
                                        {"endTime", format_time14(start + 10 * kHour)},
                                        {std::string(job::kBizdateVariable), "1"}});
    if (!go_on) {
      ASSERT_FALSE(report.has_value());
      EXPECT_EQ(report.error().code, "Reader-DataGone") << report.error().to_string();
      EXPECT_EQ(report.error().kind, ErrorKind::kDataLost);
      EXPECT_THAT(report.error().message,
                  HasSubstr(fmt::format("{} … ", format_local(start, Zone::china()))));
      EXPECT_TRUE(fresh.status_rows().empty());
      continue;
    }
    ASSERT_TRUE(report.has_value()) << report.error().to_string();
    EXPECT_EQ(report->totals.records, 2);
    ASSERT_EQ(sync::gaps_of(*report).size(), 1u);
    EXPECT_EQ(sync::gaps_of(*report)[0].from_ms, start);
  }
}

// Sentence 3: seeking gives the same rows as reading everything, and reads less.
TEST_F(Positions, D21_SeekGivesTheSameRowsAsTheFullScan) {
  const int64_t start = now();  // nothing has passed since the last whole minute
  int value = 0;
  // Records long before, within the ten minutes before, at, and behind the start; splits in
  // between.
  for (const int64_t at : {-6 * kHour, -5 * kHour, -11 * 60'000L, -600'000L, -1L, 0L, 1L, 60'000L,
                           30 * 60'000L, kHour - 1, kHour, kHour + 1}) {
    const int64_t target = start + 7 * kHour + at;
    pass(milliseconds(target - world.clock.wall_ms()));
    for (const char* id : {"a", "b", "c", "d", "m", "n", "x", "z"}) put(id, ++value);
    if (at == -5 * kHour || at == -1 || at == 60'000) {
      ASSERT_TRUE(world.data_table()->split({}, {}).has_value());
    }
  }
  pass(std::chrono::hours(1));
  const int64_t from = start + 7 * kHour;
  auto sought = window(from, from + kHour, "", "1");
  ASSERT_TRUE(sought.has_value()) << sought.error().to_string();
  const auto rows = world.landed("1");
  EXPECT_FALSE(rows.empty());
  const std::string table = "\"statusTable\":\"" + std::string(kStatusTable) + "\"";
  std::string text = job("\"enableSeekIterator\": false");
  text.replace(text.find(table), table.size(), "\"statusTable\":\"other\"");
  auto scanned = world.run_text(text, {{"startTime", format_time14(from)},
                                       {"endTime", format_time14(from + kHour)},
                                       {std::string(job::kBizdateVariable), "2"}});
  ASSERT_TRUE(scanned.has_value()) << scanned.error().to_string();
  EXPECT_EQ(world.landed("2"), rows);
  int64_t dropped_sought = 0, dropped_scanned = 0;
  for (const auto& [report, dropped] :
       {std::pair{&*sought, &dropped_sought}, std::pair{&*scanned, &dropped_scanned}}) {
    for (const auto& manifest : report->manifests)
      for (const auto& shard : manifest.shards) *dropped += shard.dropped;
  }
  EXPECT_EQ(dropped_scanned, 5 * 8);
  EXPECT_EQ(dropped_sought, 2 * 8) << "only the ten minutes before the start";
}

// A prepared commit is finished although the window can no longer be read.
TEST_F(Positions, PreparedCommitIsFinishedAfterTheRetention) {
  put("a", 1);
  const int64_t end = now() + kHour;
  pass(std::chrono::hours(2));
  // The commit's answers are lost for good, and asking for its outcome fails as well.
  world.network.add(
      {.fault = Fault::kResetAfterSend, .method = "POST", .query_contains = "uploadid="});
  world.network.add({.fault = Fault::kResetBeforeSend,
                     .method = "GET",
                     .query_contains = "uploadid=",
                     .skip = 1});
  EXPECT_FALSE(window(end - 2 * kHour, end).has_value());
  world.network.clear();
  const bool is_prepared = [&] {
    reader::StatusTable status(*world.tablestore, world.clock, kStatusTable);
    auto fence = status.fence(world.data_table()->stream_id(), end);
    return fence && *fence && (*fence)->state == "PREPARED";
  }();
  ASSERT_TRUE(is_prepared);
  pass(std::chrono::hours(23));
  auto report = window(end - 2 * kHour, end);
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_TRUE(report->resumed);
  EXPECT_THAT(values(), ElementsAre("1"));
  auto again = window(end - 2 * kHour, end);
  ASSERT_FALSE(again.has_value()) << "nothing waits any more";
  EXPECT_EQ(again.error().code, "Window-TooEarly");
}

}  // namespace
}  // namespace otsstream::test
