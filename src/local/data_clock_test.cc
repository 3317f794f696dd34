#include "local/data_clock.h"

#include <gtest/gtest.h>

namespace otsstream::local {
namespace {

TEST(DataClockTest, RunsBehindTheWallClock) {
  ManualClock wall(1'000'000'000);
  DataClock clock(wall, seconds(100));
  EXPECT_EQ(clock.now_us(), 900'000'000);
  wall.advance(seconds(5));
  EXPECT_EQ(clock.now_us(), 905'000'000);
}

TEST(DataClockTest, CommitTimesRiseStrictly) {
  ManualClock wall(1'000);
  DataClock clock(wall);
  EXPECT_EQ(clock.next_us(), 1'000);
  EXPECT_EQ(clock.next_us(), 1'001);
  EXPECT_EQ(clock.next_us(), 1'002);
  EXPECT_EQ(clock.now_us(), 1'002) << "never before the last commit";
  wall.set_wall_us(500);
  EXPECT_EQ(clock.next_us(), 1'003)
      << "a wall clock that is set back does not take data time along";
  wall.set_wall_us(2'000);
  EXPECT_EQ(clock.next_us(), 2'000);
}

TEST(DataClockTest, StopsStepsAndRunsOn) {
  ManualClock wall(1'000'000);
  DataClock clock(wall);
  clock.stop();
  EXPECT_TRUE(clock.state().stopped);
  wall.advance(seconds(10));
  EXPECT_EQ(clock.now_us(), 1'000'000);
  ASSERT_TRUE(clock.step(seconds(2)));
  EXPECT_EQ(clock.now_us(), 3'000'000);
  EXPECT_EQ(clock.step(Duration(-1)).error().code, "Clock-Backwards");
  EXPECT_EQ(clock.next_us(), 3'000'001);
  clock.run();
  wall.advance(seconds(1));
  EXPECT_EQ(clock.now_us(), 4'000'001);
  ASSERT_TRUE(clock.step(seconds(5)));
  EXPECT_EQ(clock.now_us(), 9'000'001) << "a running clock steps too";
}

TEST(DataClockTest, SetAndLagNeverTurnBack) {
  ManualClock wall(1'000'000'000);
  DataClock clock(wall, seconds(500));
  EXPECT_EQ(clock.set(499'999'999).error().code, "Clock-Backwards");
  ASSERT_TRUE(clock.set(600'000'000));
  wall.advance(seconds(1));
  EXPECT_EQ(clock.now_us(), 601'000'000) << "it runs on from there";
  clock.set_lag(seconds(0));
  EXPECT_EQ(clock.now_us(), 1'001'000'000);
  clock.set_lag(seconds(100));
  EXPECT_EQ(clock.now_us(), 1'001'000'000) << "stands until the wall clock has caught up";
  wall.advance(seconds(101));
  EXPECT_EQ(clock.now_us(), 1'002'000'000);
}

}  // namespace
}  // namespace otsstream::local
