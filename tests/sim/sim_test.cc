// The fixed cases of ./run test, in shards so that they run side by side.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

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

// Faults that every phase of the writer must meet.
constexpr FaultKind kEverywhere[] = {FaultKind::kKill, FaultKind::kResetBefore,
                                     FaultKind::kResetAfter, FaultKind::kTimeout,
                                     FaultKind::kFullQuota};

bool met_everywhere(const PhaseHits& hits) {
  return std::ranges::all_of(hits, [](const FaultHits& phase) {
    return std::ranges::all_of(
        kEverywhere, [&](FaultKind kind) { return phase[static_cast<size_t>(kind)] > 0; });
  });
}

// The shards run in processes of their own; but what took effect in the first so many of their
// cases took effect in them.
TEST(SimulationItself, LetsEveryFaultTakeEffect) {
  set_log_level("off");
  FaultHits hits{};
  PhaseHits phase_hits{};
  auto all = [&] {
    return std::ranges::all_of(hits, [](int n) { return n > 0; }) && met_everywhere(phase_hits);
  };
  for (uint64_t seed = 1; seed <= kShards * kCasesPerShard && !all(); ++seed) {
    const Outcome outcome = play(make_story(seed));
    for (size_t kind = 0; kind < hits.size(); ++kind) {
      hits[kind] += outcome.hits[kind];
      for (size_t phase = 0; phase < kPhases; ++phase)
        phase_hits[phase][kind] += outcome.phase_hits[phase][kind];
    }
  }
  for (size_t kind = 0; kind < hits.size(); ++kind)
    EXPECT_GT(hits[kind], 0) << name_of(static_cast<FaultKind>(kind));
  for (size_t phase = 0; phase < kPhases; ++phase)
    for (const FaultKind kind : kEverywhere)
      EXPECT_GT(phase_hits[phase][static_cast<size_t>(kind)], 0)
          << name_of(kind) << " in phase " << name_of(static_cast<Phase>(phase));
}

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
