#include "reader/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader/fake_tablestore_test_support.h"
#include "reader/shard_cursor.h"
#include "reader/start_position.h"

namespace otsstream::reader {
namespace {

constexpr int64_t kMinute = 60'000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kStart = 1508400600000;
constexpr Window kWindow{kStart, kStart + kHour};

TEST(Retention, WhatIsGoneOfAWindow) {
  struct Case {
    const char* name;
    int64_t from, horizon;
    std::optional<Gap> want;
  };
  const Case cases[] = {
      {"all held", kStart, kStart, {}},
      {"held with room", kStart, kStart - 1, {}},
      {"one millisecond", kStart, kStart + 1, Gap{"s", kStart, kStart + 1}},
      {"read further already", kStart + 5, kStart + 5, {}},
      {"the whole window", kStart, kStart + 9 * kHour, Gap{"s", kStart, kWindow.end_ms}},
  };
  for (const Case& c : cases)
    EXPECT_EQ(gap_since("s", c.from, c.horizon, kWindow), c.want) << c.name;
  EXPECT_EQ(horizon_ms(kStart, 24), kStart - 24 * kHour);
}

TEST(Retention, GapsAreToldPerShardInLocalTime) {
  const std::vector<Gap> gaps = merged({{"b", 5, 7}, {"a", kStart, kStart + kMinute}, {"b", 3, 6}});
  EXPECT_THAT(gaps, testing::ElementsAre(Gap{"a", kStart, kStart + kMinute}, Gap{"b", 3, 7}));
  const Error error = data_gone(gaps, Zone::china());
  EXPECT_EQ(error.code, "Reader-DataGone");
  EXPECT_EQ(error.kind, ErrorKind::kDataLost);
  EXPECT_THAT(error.message,
              testing::HasSubstr("shard a: 2017-10-19 16:10:00 … 2017-10-19 "
                                 "16:11:00 GMT+8 (1508400600000 … 1508400660000 ms)"));
  EXPECT_THAT(error.message, testing::HasSubstr("shard b: "));
  EXPECT_THAT(error.remedy, testing::HasSubstr("onGap"));
  const std::string many = list_of(std::vector<Gap>(100, gaps[0]), Zone::china());
  EXPECT_THAT(many, testing::EndsWith("and 80 more"));
}

// 9.7. `now` is far behind the window's end unless said otherwise.
TEST(Retention, WhichPositionsAreMadeFresh) {
  struct Case {
    const char* name;
    EndKind end;
    std::string checkpoint;
    std::optional<int64_t> seen;  // relative to the window's end
    Window window;
    int64_t now;                  // relative to the window's end
    std::optional<int64_t> want;  // likewise
  };
  const Window brief{kStart, kStart + kMinute};
  const Case cases[] = {
      {"idle", EndKind::kAllRead, "it", {}, kWindow, kHour, -10 * kMinute},
      {"idle, short window", EndKind::kAllRead, "it", {}, brief, kHour, -kMinute},
      {"quiet for long", EndKind::kAllRead, "it", -30 * kMinute, kWindow, kHour, -10 * kMinute},
      {"record a moment ago", EndKind::kAllRead, "it", -9 * kMinute, kWindow, kHour, {}},
      {"just outside", EndKind::kAllRead, "it", -10 * kMinute - 1, kWindow, kHour, -10 * kMinute},
      {"reached the end", EndKind::kReachedEnd, "it", {}, kWindow, kHour, {}},
      {"closed", EndKind::kClosed, "SHARD_END", {}, kWindow, kHour, {}},
      {"skipped", EndKind::kAllRead, "TRIM_HORIZON", {}, kWindow, kHour, {}},
      // The service's clock is behind ours: what comes next may have a time before the end.
      {"slow server", EndKind::kAllRead, "it", {}, kWindow, -5 * kMinute, -20 * kMinute},
      {"slow server, short window", EndKind::kAllRead, "it", {}, brief, -5 * kMinute, {}},
  };
  for (const Case& c : cases) {
    ShardResult result;
    result.end = c.end;
    result.checkpoint = c.checkpoint;
    if (c.seen) result.last_seen_ms = c.window.end_ms + *c.seen;
    std::optional<int64_t> want;
    if (c.want) want = c.window.end_ms + *c.want;
    EXPECT_EQ(refresh_time_ms(result, c.window, c.window.end_ms + c.now), want) << c.name;
  }
}

TEST(Retention, FreshPositionsReplaceOldOnes) {
  test::FakeService service(kWindow.end_ms + kHour);
  service.server.iterator = [](const std::string& shard, std::optional<int64_t> time) {
    return shard == "closed since" ? "" : shard + "@" + std::to_string(*time / 1000);
  };
  service.server.refuse_before = [](const std::string&) { return ""; };
  ReadPlan plan;
  plan.stream_id = "st";
  plan.settings.window = kWindow;
  std::vector<ShardResult> results(4);
  const char* ids[] = {"idle", "closed since", "busy", "idle too"};
  std::vector<ShardResult*> all;
  for (size_t i = 0; i < 4; ++i) {
    results[i].shard_id = ids[i];
    results[i].checkpoint = "old";
    results[i].time_checkpoints = {{kStart, "hint"}, {kWindow.end_ms, "old"}};
    all.push_back(&results[i]);
  }
  results[2].last_seen_ms = kWindow.end_ms - 1;
  auto refreshed = refresh_positions(*service.client, plan, all);
  ASSERT_TRUE(refreshed) << refreshed.error().to_string();
  EXPECT_EQ(*refreshed, 2);
  const std::string time = std::to_string(kWindow.end_ms - 10 * kMinute);
  EXPECT_EQ(results[0].checkpoint, "idle@" + time);
  EXPECT_EQ(results[0].time_checkpoints[0].iterator, "hint");
  EXPECT_EQ(results[0].time_checkpoints[1].iterator, "idle@" + time);
  EXPECT_EQ(results[1].checkpoint, "old");
  EXPECT_EQ(results[2].checkpoint, "old");
  EXPECT_EQ(results[3].checkpoint, "idle too@" + time);
}

TEST(Retention, AnOldPositionIsBetterThanNoCommit) {
  test::FakeService service(kWindow.end_ms + kHour);
  service.server.refuse_before = [](const std::string&) { return "OTSTrimmedDataAccess"; };
  ReadPlan plan;
  plan.settings.window = kWindow;
  ShardResult result;
  result.checkpoint = "old";
  auto refreshed = refresh_positions(*service.client, plan, {&result});
  ASSERT_TRUE(refreshed);
  EXPECT_EQ(*refreshed, 0);
  EXPECT_EQ(result.checkpoint, "old");
}

// A shard that vanished between listing and asking is closed, and all of it has expired.
TEST(Retention, VanishedShardHasNoPosition) {
  test::FakeService service;
  service.server.refuse_before = [](const std::string&) { return "OTSTrimmedDataAccess"; };
  auto answers = ask_positions(*service.client, "st", {{"s", 5}});
  ASSERT_TRUE(answers) << answers.error().to_string();
  EXPECT_EQ(answers->front(), "");
}

}  // namespace
}  // namespace otsstream::reader
