#include "sync/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/verify.h"

namespace otsstream::sync {
namespace {

using reader::EndKind;
using reader::ShardAction;
using tablestore::SequenceInfo;
using testing::ElementsAre;
using testing::HasSubstr;

reader::ShardPlan shard(const std::string& id, ShardAction action, const std::string& parent = {},
                        const std::string& sibling = {}) {
  reader::ShardPlan plan;
  plan.shard = {id, parent, sibling};
  plan.action = action;
  return plan;
}

reader::ShardResult result(const std::string& id, EndKind end, int64_t records, int64_t first_ms,
                           int64_t last_ms) {
  reader::ShardResult r;
  r.shard_id = id;
  r.end = end;
  r.records = records;
  r.rows = 2 * records;
  r.checksum = 0x8000000000000001;
  if (records > 0) {
    r.first = SequenceInfo{0, first_ms * 1000, 0};
    r.last = SequenceInfo{0, last_ms * 1000, 3};
  }
  return r;
}

// "p" was read to its end, "q" was not, "old" by an earlier run; "gone" is not listed any more.
Plan family() {
  Plan plan;
  plan.read.expiration_hours = 1;
  plan.read.settings.window = {1'000'000, 2'000'000};
  plan.read.shards = {
      shard("old", ShardAction::kClosed),  shard("p", ShardAction::kRead, "gone"),
      shard("q", ShardAction::kRead),      shard("a", ShardAction::kRead, "p", "old"),
      shard("b", ShardAction::kRead, "q"), shard("late", ShardAction::kSkip, "a")};
  return plan;
}

TEST(Certificate, SumsUpWhatTheShardsGave) {
  Manifest one, two;
  one.shards = {result("p", EndKind::kClosed, 3, 1'500'000, 1'600'000),
                result("q", EndKind::kAllRead, 2, 1'200'000, 1'300'000)};
  one.channel.dirty = 1;
  two.shards = {result("a", EndKind::kReachedEnd, 4, 1'700'000, 1'900'000),
                result("b", EndKind::kAllRead, 0, 0, 0)};
  const Certificate c = make_certificate(family(), {one, two}, 4'000'000, 0);
  EXPECT_EQ(c.shards_read, 4);
  EXPECT_EQ(c.shards_skipped, 1);
  EXPECT_EQ(c.shards_closed, 1);
  EXPECT_EQ(c.parents_closed, 2) << "p and old";
  EXPECT_EQ(c.parents_expired, 1) << "gone";
  EXPECT_THAT(c.parents_open, ElementsAre("q"));
  EXPECT_FALSE(c.complete());
  EXPECT_EQ(c.records, 9);
  EXPECT_EQ(c.rows, 18);
  EXPECT_EQ(c.dirty, 1);
  EXPECT_EQ(c.checksum, 4u) << "modulo 2^64";
  EXPECT_EQ(c.first->timestamp, 1'200'000'000);
  EXPECT_EQ(c.last->timestamp, 1'900'000'000);
  EXPECT_EQ(c.expires_ms, 4'800'000);
  EXPECT_EQ(c.margin_ms, 800'000);

  JsonOut out;
  out.begin_object();
  write_json(out, c);
  out.end_object();
  EXPECT_THAT(out.text(), HasSubstr(R"("parents":{"closed":2,"expired":1,"open":["q"]})"));
  EXPECT_THAT(out.text(), HasSubstr(R"("checksum":"0000000000000004")"));
  EXPECT_THAT(out.text(), HasSubstr(R"("expiresUtc":"1970-01-01T01:20:00.000Z")"));
}

TEST(Certificate, OfAnEmptyWindowCountsFromItsStart) {
  Plan plan;
  plan.read.expiration_hours = 1;
  plan.read.settings.window = {1'000'000, 2'000'000};
  const Certificate c = make_certificate(plan, {}, 5'000'000, 0);
  EXPECT_TRUE(c.complete());
  EXPECT_EQ(c.margin_ms, -400'000);
  EXPECT_FALSE(make_certificate(plan, {}, 0, 1).complete()) << "a gap";
}

// What was read then and now, and until when changes may be forgotten.
TEST(CompareShard, TellsLossFromDifference) {
  const reader::Window window{1'000'000, 2'000'000};
  const auto full = result("s", EndKind::kAllRead, 5, 1'100'000, 1'900'000);
  auto tail = result("s", EndKind::kAllRead, 2, 1'700'000, 1'900'000);
  tail.checksum = 7;
  const auto none = result("s", EndKind::kAllRead, 0, 0, 0);
  auto other_rows = full;
  other_rows.checksum = 8;
  auto more = full;
  more.records = 6;
  auto other_tail = tail;
  other_tail.last->row_index = 9;
  const struct {
    const char* what;
    const reader::ShardResult& then;
    const reader::ShardResult& now;
    int64_t horizon_ms;
    std::optional<Verdict> verdict;
  } cases[] = {
      {"the same", full, full, 0, {}},
      {"the same, though it may be forgotten", full, full, 3'000'000, {}},
      {"the head is missing and retained", full, tail, 1'000'000, Verdict::kDiffers},
      {"the head is missing and forgotten", full, tail, 1'500'000, Verdict::kUnknown},
      {"all is missing and forgotten", full, none, 1'950'000, Verdict::kUnknown},
      {"all is missing, its tail retained", full, none, 1'500'000, Verdict::kDiffers},
      {"other rows of the same records", full, other_rows, 1'500'000, Verdict::kDiffers},
      {"more than before", full, more, 1'500'000, Verdict::kDiffers},
      {"another tail", full, other_tail, 1'500'000, Verdict::kDiffers},
      {"something where nothing was", none, full, 1'500'000, Verdict::kDiffers},
  };
  for (const auto& c : cases) {
    const auto difference = compare_shard(c.then, c.now, window, c.horizon_ms, Zone::china());
    ASSERT_EQ(difference.has_value(), c.verdict.has_value()) << c.what;
    if (difference) {
      EXPECT_EQ(difference->verdict, *c.verdict) << c.what;
    }
  }
  EXPECT_EQ(compare_shard(full, tail, window, 0, Zone::utc())->text,
            "records 5 in the report, 2 now; rows 10 in the report, 4 now; checksum "
            "8000000000000001 in the report, 0000000000000007 now; first record 1970-01-01 "
            "00:18:20.000000 (epoch 0, row 0) in the report, 1970-01-01 00:28:20.000000 (epoch 0, "
            "row 0) now");
}

TEST(Verdict, HasWords) {
  EXPECT_EQ(to_string(Verdict::kVerified), "verified");
  EXPECT_EQ(to_string(Verdict::kDiffers), "differs");
  EXPECT_EQ(to_string(Verdict::kUnknown), "cannot be verified");
}

}  // namespace
}  // namespace otsstream::sync
