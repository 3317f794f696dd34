#include "base/clock.h"

#include <gtest/gtest.h>

namespace otsstream {
namespace {

TEST(SystemClock, SteadyNeverFallsAndWallIsThisCentury) {
  SystemClock clock;
  int64_t before = clock.steady_us();
  EXPECT_GE(clock.steady_us(), before);
  EXPECT_GT(clock.wall_ms(), 1577836800000);  // 2020-01-01
}

TEST(ManualClock, AdvanceMovesBothSetMovesWallOnly) {
  ManualClock clock(1'000'000);
  clock.advance(milliseconds(5));
  EXPECT_EQ(clock.wall_us(), 1'005'000);
  EXPECT_EQ(clock.steady_us(), 5'000);
  clock.set_wall_us(0);
  EXPECT_EQ(clock.wall_us(), 0);
  EXPECT_EQ(clock.steady_us(), 5'000);
}

TEST(SkewedClock, ShiftsWallTimeOnly) {
  ManualClock base(10'000'000);
  SkewedClock skewed(base, seconds(-3));
  EXPECT_EQ(skewed.wall_ms(), 7'000);
  EXPECT_EQ(skewed.steady_us(), base.steady_us());
}

}  // namespace
}  // namespace otsstream
