#include "base/kill_point.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>

namespace otsstream {
namespace {

// The variable is read once per process: "threadsafe" death tests start the program anew and so
// read what is set here.
struct KillPointDeathTest : ::testing::Test {
  KillPointDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  ~KillPointDeathTest() override { ::unsetenv("OTSSTREAM_KILL_AT"); }
  void arm(const char* setting) { ::setenv("OTSSTREAM_KILL_AT", setting, 1); }
};

void pass_commit() {
  KILL_POINT("sync.commit.before_prepared");
  std::fputs("between\n", stderr);
  KILL_POINT("sync.commit.after_prepared");
  std::fputs("after\n", stderr);
}

TEST_F(KillPointDeathTest, DiesAtItsName) {
  arm("sync.commit.after_prepared");
  EXPECT_EXIT((pass_commit(), std::exit(0)), ::testing::ExitedWithCode(137),
              "^between\notsstream: killed at sync.commit.after_prepared, pass 1\n$");
}

TEST_F(KillPointDeathTest, DiesAtTheNthPass) {
  arm("sync.commit.before_prepared:2");
  EXPECT_EXIT((pass_commit(), pass_commit(), std::exit(0)), ::testing::ExitedWithCode(137),
              "^between\nafter\notsstream: killed at sync.commit.before_prepared, pass 2\n$");
}

TEST_F(KillPointDeathTest, LivesWhenTheNthPassNeverComes) {
  arm("sync.commit.before_prepared:3");
  EXPECT_EXIT((pass_commit(), pass_commit(), std::exit(0)), ::testing::ExitedWithCode(0), "after");
}

TEST_F(KillPointDeathTest, UnlistedNameAborts) {
  arm("sync.commit.before_prepared");
  EXPECT_DEATH(KILL_POINT("no.such.point"), "KILL_POINT\\(\"no.such.point\"\\) is not listed");
}

TEST_F(KillPointDeathTest, WrongSettingAborts) {
  arm("no.such.point");
  EXPECT_DEATH(pass_commit(), "OTSSTREAM_KILL_AT=no.such.point names no kill point");
  for (const char* setting : {"odps.block.after_put:", "odps.block.after_put:0",
                              "odps.block.after_put:2x", "odps.block.after_put:99999999999"}) {
    arm(setting);
    EXPECT_DEATH(pass_commit(), "must be name or name:n") << setting;
  }
}

TEST(KillPoint, OffWithoutTheVariable) {
  EXPECT_FALSE(kill_points_armed);
  pass_commit();
}

TEST(KillPoint, NamesAreDistinct) {
  const auto& names = kill_points();
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
  EXPECT_EQ(names.front(), "sync.begin.before_fence");
  EXPECT_EQ(names.back(), "sync.commit.after_committed");
}

}  // namespace
}  // namespace otsstream
