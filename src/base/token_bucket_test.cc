#include "base/token_bucket.h"

#include <gtest/gtest.h>

namespace otsstream {
namespace {

TEST(TokenBucket, NoLimitNeverWaits) {
  ManualClock clock;
  for (double rate : {0.0, -1.0}) {
    TokenBucket bucket(clock, rate);
    EXPECT_FALSE(bucket.limited());
    EXPECT_EQ(bucket.take(1e18), Duration::zero());
  }
}

TEST(TokenBucket, OneSecondAtOnceThenInStep) {
  ManualClock clock;
  TokenBucket bucket(clock, 1000);
  EXPECT_TRUE(bucket.limited());
  EXPECT_EQ(bucket.take(1000), Duration::zero());
  EXPECT_EQ(bucket.take(500), milliseconds(500));
  EXPECT_EQ(bucket.take(500), seconds(1)) << "those who come later wait longer";
  clock.advance(seconds(1));
  EXPECT_EQ(bucket.take(0), Duration::zero());
  EXPECT_EQ(bucket.take(1), milliseconds(1));
}

TEST(TokenBucket, IdleTimeSavesOneSecondAtMost) {
  ManualClock clock;
  TokenBucket bucket(clock, 100);
  clock.advance(seconds(3600));
  EXPECT_EQ(bucket.take(100), Duration::zero());
  EXPECT_EQ(bucket.take(100), seconds(1));
}

TEST(TokenBucket, LongRunKeepsTheRate) {
  ManualClock clock;
  TokenBucket bucket(clock, 1 << 20);
  double taken = 0;
  while (clock.steady_us() < 60'000'000) {
    clock.advance(bucket.take(777));
    taken += 777;
  }
  EXPECT_NEAR(taken / (1 << 20), 61, 0.1);  // 60 seconds and the first burst
}

TEST(TokenBucket, AbsurdAmountsStayDefined) {
  ManualClock clock;
  TokenBucket bucket(clock, 1e-9);
  EXPECT_GT(bucket.take(1e300), seconds(1'000'000));
}

}  // namespace
}  // namespace otsstream
