#include "base/wall_time.h"

#include <gtest/gtest.h>

namespace otsstream {
namespace {

struct Case {
  int64_t ms;
  WallTime time;
};

TEST(WallTime, GoesBothWays) {
  const Case cases[] = {
      {0, {1970, 1, 1, 0, 0, 0, 0}},
      {-1, {1969, 12, 31, 23, 59, 59, 999}},
      {951'782'399'999, {2000, 2, 28, 23, 59, 59, 999}},
      {951'782'400'000, {2000, 2, 29, 0, 0, 0, 0}},
      {951'868'800'000, {2000, 3, 1, 0, 0, 0, 0}},
      {1'709'208'000'001, {2024, 2, 29, 12, 0, 0, 1}},
      {-2'203'891'200'000, {1900, 3, 1, 0, 0, 0, 0}},
      {-62'167'219'200'000, {0, 1, 1, 0, 0, 0, 0}},
      {-62'167'219'200'001, {-1, 12, 31, 23, 59, 59, 999}},
      {253'402'300'799'999, {9999, 12, 31, 23, 59, 59, 999}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.ms);
    const WallTime time = wall_time(c.ms);
    EXPECT_EQ(time.year, c.time.year);
    EXPECT_EQ(time.month, c.time.month);
    EXPECT_EQ(time.day, c.time.day);
    EXPECT_EQ(time.hour, c.time.hour);
    EXPECT_EQ(time.minute, c.time.minute);
    EXPECT_EQ(time.second, c.time.second);
    EXPECT_EQ(time.millisecond, c.time.millisecond);
    EXPECT_EQ(wall_ms_of(c.time), c.ms);
  }
}

TEST(WallTime, KnowsTheDaysOfMonths) {
  EXPECT_EQ(days_in_month(2023, 2), 28);
  EXPECT_EQ(days_in_month(2024, 2), 29);
  EXPECT_EQ(days_in_month(1900, 2), 28);
  EXPECT_EQ(days_in_month(2000, 2), 29);
  EXPECT_EQ(days_in_month(2023, 4), 30);
  EXPECT_EQ(days_in_month(2023, 12), 31);
}

TEST(WallTime, RoundsDownBelowZero) {
  EXPECT_EQ(floor_div(-1, 400), -1);
  EXPECT_EQ(floor_mod(-1, 400), 399);
  EXPECT_EQ(floor_div(-400, 400), -1);
  EXPECT_EQ(floor_mod(-400, 400), 0);
  EXPECT_EQ(floor_div(399, 400), 0);
}

}  // namespace
}  // namespace otsstream
