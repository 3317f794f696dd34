#include "reader/window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace otsstream::reader {
namespace {

constexpr int64_t kNow = 1508403600000;  // 2017-10-19 17:00:00 GMT+8
constexpr int64_t kMinute = 60'000;
constexpr int64_t kHour = 60 * kMinute;

TEST(AllowedRange, LeavesTenMinutesAtTheOldEndAndFiveAtTheNew) {
  const AllowedRange range = allowed_range(kNow, 24);
  EXPECT_EQ(range.earliest_start_ms, kNow - 24 * kHour + 10 * kMinute);
  EXPECT_EQ(range.latest_end_ms, kNow - 5 * kMinute);
  // One run can cover 23 h 45 min of a Stream that keeps 24 h.
  EXPECT_EQ(range.latest_end_ms - range.earliest_start_ms, 23 * kHour + 45 * kMinute);
  // 168 h do not fit into 32 bits of milliseconds.
  EXPECT_EQ(allowed_range(kNow, 168).earliest_start_ms, kNow - 168 * kHour + 10 * kMinute);
}

TEST(CheckAllowed, A1W11BoundsAreInclusive) {
  const AllowedRange range = allowed_range(kNow, 24);
  struct Case {
    int64_t start, end;
    const char* code;
  };
  const Case cases[] = {
      {range.earliest_start_ms, range.latest_end_ms, ""},
      {range.earliest_start_ms - 1, range.latest_end_ms, "Window-TooEarly"},
      {range.earliest_start_ms, range.latest_end_ms + 1, "Window-TooLate"},
      {range.earliest_start_ms - 1, range.latest_end_ms + 1, "Window-TooEarly"},
  };
  for (const Case& c : cases) {
    const Status status = check_allowed({c.start, c.end}, range, Zone::china());
    EXPECT_EQ(status ? "" : status.error().code, c.code);
  }
}

TEST(CheckAllowed, MessagesNameTheLegalBounds) {
  const AllowedRange range = allowed_range(kNow, 24);
  const Status early = check_allowed({0, kNow - kHour}, range, Zone::china());
  EXPECT_NE(early.error().message.find("As expiration time is 24 h"), std::string::npos);
  EXPECT_EQ(early.error().remedy,
            "start at 2017-10-18 17:10:00 GMT+8 (2017-10-18T09:10:00.000Z, 1508317800000 ms) or "
            "later; older changes "
            "are gone or may vanish while the job reads");
  const Status late = check_allowed({kNow - kHour, kNow}, range, Zone::china());
  EXPECT_NE(late.error().message.find("end timestamp must smaller"), std::string::npos);
  EXPECT_NE(late.error().remedy.find(
                "end at 2017-10-19 16:55:00 GMT+8 (2017-10-19T08:55:00.000Z, 1508403300000 ms)"),
            std::string::npos);
}

TEST(CheckAllowed, A1OffsetsOfTheProcess) {
  const AllowedRange range = allowed_range(kNow, 24, {60'000, 1'500});
  EXPECT_EQ(range.earliest_start_ms, kNow - 24 * kHour + kMinute);
  EXPECT_EQ(range.latest_end_ms, kNow - 1'500);
  const Window late{kNow - kHour, kNow};
  const Window early{kNow - 25 * kHour, kNow - kHour};
  EXPECT_THAT(check_allowed(late, range, Zone::china()).error().message,
              testing::HasSubstr("now - 1500 ms"));
  EXPECT_THAT(check_allowed(early, range, Zone::china()).error().message,
              testing::HasSubstr("expiration time is 24 h"));
}

TEST(ClampTo, CutsBothEndsOrRefuses) {
  const AllowedRange range{1000, 2000};
  EXPECT_EQ(*clamp_to({0, 5000}, range), (Window{1000, 2000}));
  EXPECT_EQ(*clamp_to({1100, 1200}, range), (Window{1100, 1200}));
  EXPECT_EQ(clamp_to({0, 1000}, range).error().code, "Window-Outside");
  EXPECT_EQ(clamp_to({2000, 3000}, range).error().code, "Window-Outside");
}

TEST(WindowText, ShowsLocalAndUtc) {
  EXPECT_EQ(to_string(Window{1508400600000, 1508401560000}, Zone::china()),
            "2017-10-19 16:10:00 … 2017-10-19 16:26:00 GMT+8 (2017-10-19T08:10:00.000Z … "
            "2017-10-19T08:26:00.000Z)");
}

}  // namespace
}  // namespace otsstream::reader
