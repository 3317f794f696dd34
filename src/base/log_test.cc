#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/secret.h"

namespace otsstream {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct LogTest : ::testing::Test {
  ~LogTest() override { set_log_level("info"); }
};

TEST_F(LogTest, LinesGoToStderrOnly) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  OTS_LOG_INFO("table {} has {} shards", "t", 3);
  OTS_LOG_WARN("plain text");
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), IsEmpty());
  const std::string lines = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(lines, HasSubstr("info table t has 3 shards\n"));
  EXPECT_THAT(lines, HasSubstr("warning plain text\n"));
}

TEST_F(LogTest, LevelsOpenAndCloseAndNothingIsBuiltInVain) {
  int built = 0;
  auto text = [&] { return ++built; };
  ASSERT_TRUE(set_log_level("warn"));
  OTS_LOG_INFO("{}", text());
  OTS_LOG_DEBUG("{}", text());
  EXPECT_EQ(built, 0);
  ASSERT_TRUE(set_log_level("debug"));
  ::testing::internal::CaptureStderr();
  OTS_LOG_DEBUG("number {}", text());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("debug number 1"));
  ASSERT_TRUE(set_log_level("off"));
  OTS_LOG_ERROR("{}", text());
  EXPECT_EQ(built, 1);
}

TEST_F(LogTest, KnowsItsWords) {
  for (const char* word : {"trace", "debug", "info", "warn", "error", "off"}) {
    EXPECT_TRUE(set_log_level(word)) << word;
  }
  for (const char* word : {"", "INFO", "warning", "fatal"}) EXPECT_FALSE(set_log_level(word));
}

template <class T>
concept Streamable = requires(std::ostream& out, const T& v) {
  out << v;
};
static_assert(Streamable<std::string>);
static_assert(!Streamable<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);

}  // namespace
}  // namespace otsstream
