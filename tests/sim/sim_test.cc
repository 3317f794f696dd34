// The fixed cases of ./run test, in shards so that they run side by side.

#include <gtest/gtest.h>

#include "base/log.h"
#include "sim/campaign.h"

namespace otsstream::sim {
namespace {

constexpr uint64_t kCasesPerShard = 50;
constexpr uint64_t kShards = 20;

class Simulation : public testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override { set_log_level("off"); }
};

TEST_P(Simulation, HoldsInEveryCase) {
  const Coverage coverage = run_campaign({1 + GetParam() * kCasesPerShard, kCasesPerShard});
  EXPECT_TRUE(coverage.failed.empty()) << to_text(coverage);
  EXPECT_GE(coverage.windows_done, coverage.cases) << "the cases hardly export anything";
}

INSTANTIATE_TEST_SUITE_P(Seeds, Simulation, testing::Range<uint64_t>(0, kShards));

TEST(SimulationItself, IsAFunctionOfTheSeed) {
  set_log_level("off");
  for (const uint64_t seed : {3, 17, 256, 999}) {
    const Outcome first = play(make_story(seed));
    const Outcome second = play(make_story(seed));
    EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
    EXPECT_EQ(first.trace_hash, second.trace_hash) << "seed " << seed;
  }
}

}  // namespace
}  // namespace otsstream::sim
