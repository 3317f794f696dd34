#include "reader/start_position.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader/fake_tablestore_test_support.h"

namespace otsstream::reader {
namespace {

constexpr int64_t kStart = 1510036262000;
const std::vector<tablestore::StreamShard> kListing = {
    {"a", "", ""}, {"b", "", ""}, {"new", "a", ""}};

JobDescription description_of(std::vector<std::string> shards, std::string stream = "st") {
  return {"v1", "person", std::move(stream), kStart - 1000, kStart, std::move(shards)};
}

// 9.1, checks 1 to 5.
TEST(JudgeStart, Checks) {
  struct Case {
    const char* name;
    std::optional<JobDescription> description;
    std::optional<int64_t> legacy;
    std::vector<CheckpointRow> rows;
    const char* want;  // "" = complete, else part of the reason; "!" = a shard is gone
  };
  const CheckpointRow a{"a", "v1", "ia", 0, 3}, b{"b", "v1", "ib", 0, 0};
  const CheckpointRow gone_closed{"old", "v1", "SHARD_END", 0, 0},
      gone_open{"old", "v1", "io", 0, 0};
  const Case cases[] = {
      {"complete", description_of({"a", "b"}), {}, {a, b}, ""},
      {"1: nothing", {}, {}, {}, "no earlier run"},
      {"1: rows alone prove nothing", {}, {}, {a, b}, "no earlier run"},
      {"1: legacy count", {}, 2, {a, b}, ""},
      {"1: legacy count, versions differ", {}, 2, {a, {"b", "v0", "ib", 0, 0}}, ""},
      {"1: legacy count differs", {}, 3, {a, b}, "says 3 shards, there are 2"},
      {"2: another Stream",
       description_of({"a", "b"}, "before"),
       {},
       {a, b},
       "another Stream (before)"},
      {"3: rows missing", description_of({"a", "b"}), {}, {a}, "2 shards and left 1"},
      {"3: a row too many", description_of({"a"}), {}, {a, b}, "1 shards and left 2"},
      {"4: another shard's row",
       description_of({"a", "c"}),
       {},
       {a, b},
       "no checkpoint of shard c"},
      {"4: another run's version",
       description_of({"a", "b"}),
       {},
       {a, {"b", "v0", "ib", 0, 0}},
       "no checkpoint of shard b"},
      {"4: description named twice", description_of({"a", "a"}), {}, {a, b}, ""},
      {"5: unlisted and closed", description_of({"a", "old"}), {}, {a, gone_closed}, ""},
      {"5: unlisted and open", description_of({"a", "old"}), {}, {a, gone_open}, "!"},
      {"5: also with a legacy count", {}, 2, {a, gone_open}, "!"},
      {"5: not when incomplete",
       description_of({"a", "b", "old"}),
       {},
       {a, gone_open},
       "3 shards and left 2"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    auto found = judge_start(c.description, c.legacy, c.rows, "st", kListing);
    const bool gone = std::string_view(c.want) == "!";
    EXPECT_EQ(found.gone.size(), gone ? 1u : 0u);
    if (gone) EXPECT_EQ(found.gone.front(), "old");
    EXPECT_EQ(found.complete, gone || std::string_view(c.want).empty());
    if (gone) continue;
    EXPECT_THAT(found.why_not, testing::HasSubstr(c.want));
    EXPECT_EQ(found.rows.contains("a"), found.complete);
    EXPECT_FALSE(found.rows.contains("old"));
  }
}

TEST(SeekTime, TenMinutesBeforeTheStart) {
  EXPECT_EQ(seek_time_us(kStart), (kStart - 600'000) * 1000);
  EXPECT_EQ(seek_time_us(600'001), 1000);
  EXPECT_EQ(seek_time_us(600'000), std::nullopt);
  EXPECT_EQ(seek_time_us(0), std::nullopt);
}

TEST(AskPositions, ManyAtOnceInOrder) {
  test::FakeService service;
  std::vector<PositionQuestion> questions;
  for (int i = 0; i < 1000; ++i) questions.push_back({"s" + std::to_string(i), i});
  service.server.iterator = [](const std::string& shard, std::optional<int64_t> time) {
    return shard + "@" + std::to_string(*time);
  };
  const int64_t before = service.clock.steady_us();
  auto answers = ask_positions(*service.client, "st", questions);
  ASSERT_TRUE(answers);
  ASSERT_EQ(answers->size(), 1000u);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ((*answers)[i], "s" + std::to_string(i) + "@" + std::to_string(i));
  // A round trip takes 2 ms: 32 at once need 32 rounds, one after the other a thousand.
  EXPECT_LE(service.clock.steady_us() - before, 64'000);
  EXPECT_TRUE(ask_positions(*service.client, "st", {})->empty());
}

TEST(AskPositions, FirstErrorEndsIt) {
  test::FakeService service;
  std::vector<PositionQuestion> questions(1000, PositionQuestion{"s", {}});
  service.server.refuse_before = [](const std::string&) { return "OTSObjectNotExist"; };
  auto answers = ask_positions(*service.client, "st", questions);
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().code, "OTSObjectNotExist");
  EXPECT_THAT(answers.error().message, testing::HasSubstr("shard s"));
  EXPECT_LE(service.server.calls.size(), 32u);
}

}  // namespace
}  // namespace otsstream::reader
