#include "base/retry_policy.h"

#include <gtest/gtest.h>

#include <vector>

namespace otsstream {
namespace {

Error error_of(RetryClass retry) {
  Error e = make_error(ErrorKind::kService, "OTSServerBusy", "busy");
  e.retry = retry;
  return e;
}

std::vector<int64_t> pauses_ms(RetrySettings settings) {
  Random random(1);
  RetryState state(settings, random);
  std::vector<int64_t> out;
  while (auto pause = state.next_pause(error_of(RetryClass::kAlways), false)) {
    out.push_back(pause->count() / 1000);
  }
  EXPECT_EQ(state.retries(), static_cast<int>(out.size()));
  return out;
}

TEST(RetryPolicy, PausesOfTheSpecification) {
  RetrySettings settings;
  settings.jitter = 0;
  std::vector<int64_t> pauses = pauses_ms(settings);
  ASSERT_EQ(pauses.size(), 30u) << "exactly max_retries";
  const std::vector<int64_t> head = {100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000};
  EXPECT_EQ(std::vector<int64_t>(pauses.begin(), pauses.begin() + 9), head);
  int64_t sum = 0;
  for (int64_t p : pauses) sum += p;
  EXPECT_EQ(sum, 242'700);
}

TEST(RetryPolicy, JitterStaysWithinItsShare) {
  RetrySettings settings;
  settings.max_retries = 1000;
  bool low = false, high = false;
  for (int64_t p : pauses_ms(settings)) {
    if (p < 5000) continue;  // the first few, still growing
    if (p < 8000) {
      EXPECT_GE(p, 5120) << "6.4 s less 20 %";
      continue;
    }
    EXPECT_LE(p, 12'000);
    low |= p < 8'500;
    high |= p > 11'500;
  }
  EXPECT_TRUE(low && high);
}

TEST(RetryPolicy, ClassOfTheErrorDecides) {
  RetrySettings settings;
  Random random(1);
  RetryState state(settings, random);
  EXPECT_FALSE(state.next_pause(error_of(RetryClass::kNever), true));
  EXPECT_FALSE(state.next_pause(error_of(RetryClass::kIdempotentOnly), false));
  EXPECT_EQ(state.retries(), 0);
  EXPECT_TRUE(state.next_pause(error_of(RetryClass::kIdempotentOnly), true));
  EXPECT_TRUE(state.next_pause(error_of(RetryClass::kAlways), false));
  EXPECT_EQ(state.retries(), 2);
}

TEST(RetryPolicy, ZeroRetriesMeansNone) {
  RetrySettings settings;
  settings.max_retries = 0;
  EXPECT_TRUE(pauses_ms(settings).empty());
}

}  // namespace
}  // namespace otsstream
