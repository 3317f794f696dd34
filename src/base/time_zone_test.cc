#include "base/time_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace otsstream {
namespace {

using ::testing::HasSubstr;

TEST(Zone, FixedOffsets) {
  struct {
    const char* name;
    int minutes;
  } cases[] = {{"GMT+8", 480},  {"GMT+08:00", 480}, {"GMT+0830", 510}, {"GMT-5", -300},
               {"UTC+8", 480},  {"UTC", 0},         {"GMT", 0},        {"Z", 0},
               {"+08:00", 480}, {"+0800", 480},     {"+08", 480},      {"-03:30", -210},
               {"+18:00", 1080}};
  for (const auto& c : cases) {
    auto zone = Zone::parse(c.name);
    ASSERT_TRUE(zone) << c.name;
    EXPECT_EQ(zone->offset_ms_at(0), c.minutes * 60'000) << c.name;
    EXPECT_EQ(zone->name(), c.name);
  }
}

TEST(Zone, UnknownNames) {
  for (const char* name : {"", "GMT+", "GMT+25", "+8", "+18:01", "+08:60", "+08:0", "GMT+008",
                           "Mars/Olympus", "../../etc/passwd", "asia/shanghai", "+-8:00"}) {
    auto zone = Zone::parse(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().kind, ErrorKind::kConfig);
    EXPECT_EQ(zone.error().code, "Config-TimeZone");
    EXPECT_THAT(zone.error().message, HasSubstr(name));
    EXPECT_THAT(zone.error().remedy, HasSubstr("Asia/Shanghai"));
  }
}

TEST(Zone, IanaNamesFollowTheirRules) {
  auto shanghai = Zone::parse("Asia/Shanghai");
  ASSERT_TRUE(shanghai);
  EXPECT_EQ(*parse_time14("20171019161000", *shanghai), 1508400600000);
  EXPECT_EQ(format_local(1508400600000, *shanghai), "2017-10-19 16:10:00");
  auto new_york = Zone::parse("America/New_York");
  ASSERT_TRUE(new_york);
  EXPECT_EQ(new_york->offset_ms_at(1508400600000), -4 * 3'600'000);
  EXPECT_EQ(new_york->offset_ms_at(1514764800000), -5 * 3'600'000);
}

TEST(Zone, ClockChangesTakeTheEarlierOffset) {
  auto zone = Zone::parse("America/New_York");
  ASSERT_TRUE(zone);
  // 2026-03-08 02:30 does not exist. 2026-11-01 01:30 happens twice (EDT first).
  auto skipped = parse_time14("20260308023000", *zone);
  ASSERT_FALSE(skipped);
  EXPECT_NE(skipped.error().message.find("skip that time"), std::string::npos);
  EXPECT_EQ(format_iso_utc(*parse_time14("20261101013000", *zone)), "2026-11-01T05:30:00.000Z");
}

TEST(Time14, Golden) {
  EXPECT_EQ(*parse_time14("20171019161000", Zone::china()), 1508400600000);
  EXPECT_EQ(*parse_time14("20171019162600", Zone::china()), 1508401560000);
  EXPECT_EQ(*parse_time14("20171019161000", Zone::utc()), 1508429400000);
  EXPECT_EQ(*parse_time14("19700101000000", Zone::utc()), 0);
  EXPECT_EQ(*parse_time14("20240229235959", Zone::utc()), 1709251199000);
  EXPECT_EQ(format_time14(1508400600999, Zone::china()), "20171019161000");
}

TEST(Time14, RefusesEverythingElse) {
  struct {
    const char* text;
    const char* says;
    const char* remedy;
  } cases[] = {
      {"", "empty", "yyyyMMddHHmmss"},
      {"   ", "only digits", "yyyyMMddHHmmss"},
      {"2017-10-19 16:10", "only digits", "20171019161000"},
      {"2017101916100x", "only digits", "14 digits"},
      {"-2017101916100", "only digits", "14 digits"},
      {"20171019", "8 digits instead of 14", "date"},
      {"1508400600", "10 digits instead of 14", "epoch seconds"},
      {"201710191610", "12 digits instead of 14", "append 00"},
      {"1508400600000", "13 digits instead of 14", "epoch milliseconds"},
      {"201710191610000", "15 digits instead of 14", "14 digits"},
      {"20171319161000", "month 13", "14 digits"},
      {"20170019161000", "month 00", "14 digits"},
      {"20170229161000", "day 29 is not 01 to 28 in 2017-02", "14 digits"},
      {"20171100161000", "day 00", "14 digits"},
      {"20171019250000", "hour 25", "14 digits"},
      {"20171019240000", "hour 24", "14 digits"},
      {"20171019166000", "minute 60", "14 digits"},
      {"20171019161060", "second 60", "14 digits"},
  };
  for (const auto& c : cases) {
    auto result = parse_time14(c.text, Zone::china());
    ASSERT_FALSE(result) << c.text;
    EXPECT_EQ(result.error().kind, ErrorKind::kConfig);
    EXPECT_EQ(result.error().code, "Config-Time");
    EXPECT_THAT(result.error().message, HasSubstr(std::string("\"") + c.text + "\""));
    EXPECT_THAT(result.error().message, HasSubstr(c.says));
    EXPECT_THAT(result.error().remedy, HasSubstr(c.remedy));
  }
}

TEST(Date8, Golden) {
  EXPECT_EQ(*parse_date8("20171019", Zone::china()), 1508342400000);
  EXPECT_EQ(*parse_date8("20000229", Zone::utc()), 951782400000);
  EXPECT_EQ(format_date8(1508342400000, Zone::china()), "20171019");
  EXPECT_EQ(format_date8(1508342399999, Zone::china()), "20171018");
}

TEST(Date8, RefusesEverythingElse) {
  for (const char* text : {"", "2017-10-19", "2017101", "201710190", "20171032", "19000229"}) {
    auto result = parse_date8(text, Zone::china());
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, "Config-Time");
    EXPECT_THAT(result.error().message, HasSubstr(text));
    EXPECT_THAT(result.error().remedy, HasSubstr("8 digits"));
  }
  EXPECT_THAT(parse_date8("20171019161000", Zone::china()).error().remedy,
              HasSubstr("startTimeString"));
}

TEST(Formats, TakeAnyNumber) {
  EXPECT_EQ(format_iso_utc(1508400600123), "2017-10-19T08:10:00.123Z");
  EXPECT_EQ(format_iso_utc(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_local(1508400600000, Zone::china()), "2017-10-19 16:10:00");
  // What becomes of a 14-digit time in a ...Millis parameter.
  EXPECT_EQ(format_local(20171019161000, Zone::china()), "2609-03-13 04:52:41");
  auto shanghai = Zone::parse("Asia/Shanghai");
  ASSERT_TRUE(shanghai);
  for (int64_t ms : {std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
    EXPECT_FALSE(format_local(ms, *shanghai).empty());
    EXPECT_FALSE(format_time14(ms, Zone::china()).empty());
    EXPECT_FALSE(format_iso_utc(ms).empty());
    EXPECT_FALSE(format_http_date(ms).empty());
  }
}

TEST(HttpDate, BothWays) {
  struct {
    int64_t ms;
    const char* text;
  } cases[] = {{1767323045000, "Fri, 02 Jan 2026 03:04:05 GMT"},
               {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
               {784111777000, "Sun, 06 Nov 1994 08:49:37 GMT"},  // RFC 7231 7.1.1.1
               {-86400000, "Wed, 31 Dec 1969 00:00:00 GMT"}};
  for (const auto& c : cases) {
    EXPECT_EQ(format_http_date(c.ms), c.text);
    auto back = parse_http_date(c.text);
    ASSERT_TRUE(back) << back.error().to_string();
    EXPECT_EQ(*back, c.ms);
  }
}

TEST(HttpDate, RefusesEverythingElse) {
  for (const char* text : {"", "2026-01-02T03:04:05Z", "Fri, 02 Jan 2026 03:04:05 UTC",
                           "Fri, 02 Jnn 2026 03:04:05 GMT", "Fri, 32 Jan 2026 03:04:05 GMT",
                           "Fri, 02 Jan 2026 24:04:05 GMT", "Mon, 02 Jan 2026 03:04:05 GMT",
                           "Fri, x2 Jan 2026 03:04:05 GMT"}) {
    auto result = parse_http_date(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, "Http-Date");
  }
}

}  // namespace
}  // namespace otsstream
