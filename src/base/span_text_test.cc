#include "base/span_text.h"

#include <gtest/gtest.h>

namespace otsstream {
namespace {

TEST(SpanText, NamesTheTwoLargestUnits) {
  constexpr int64_t kHour = 3'600'000;
  const std::pair<int64_t, const char*> cases[] = {
      {0, "0 s"},
      {999, "0 s"},
      {59'999, "59 s"},
      {60'000, "1 min 0 s"},
      {303'000, "5 min 3 s"},
      {3 * kHour + 12 * 60'000 + 59'000, "3 h 12 min"},
      {47 * kHour, "47 h 0 min"},
      {52 * kHour, "2 d 4 h"},
      {-90'000, "-1 min 30 s"},
  };
  for (const auto& [ms, text] : cases) EXPECT_EQ(span_text(ms), text) << ms;
  EXPECT_EQ(span_text(INT64_MIN), "-" + span_text(INT64_MAX));
}

}  // namespace
}  // namespace otsstream
