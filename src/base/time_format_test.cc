#include "base/time_format.h"

#include <gmock/gmock.h>

namespace otsstream {
namespace {

using testing::HasSubstr;

constexpr int64_t kNoon = 1508400600123;  // 2017-10-19 16:10:00.123 in GMT+8

TEST(TimeFormat, WritesAndReadsBack) {
  struct Case {
    const char* pattern;
    const char* text;
    int64_t back;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"yyyy-MM-dd HH:mm:ss", "2017-10-19 16:10:00", 1508400600000},
           {"yyyy-MM-dd HH:mm:ss.SSS", "2017-10-19 16:10:00.123", kNoon},
           {"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2017-10-19T16:10:00.123+08:00", kNoon},
           {"yyyyMMdd", "20171019", 1508342400000},
           {"yyyyMMddHHmmss", "20171019161000", 1508400600000},
           {"yyyyMMddHHmmssSSS", "20171019161000123", kNoon},
           {"yyMMdd", "171019", 1508342400000},
           {"yyyy/M/d H", "2017/10/19 16", 1508400000000},
           {"dd.MM.yyyy hh:mm a", "19.10.2017 04:10 PM", 1508400600000},
           {"HH:mm:ss", "16:10:00", 29400000},
           {"yyyy''MM", "2017'10", 1506787200000},
           {"yyyyMMddHHmmssZ", "20171019161000+0800", 1508400600000},
           {"HHX", "16+08", 28800000}}) {
    auto format = TimeFormat::parse(c.pattern);
    ASSERT_TRUE(format) << c.pattern;
    EXPECT_EQ(format->pattern(), c.pattern);
    std::string text;
    format->append(text, kNoon, Zone::china());
    EXPECT_EQ(text, c.text);
    EXPECT_EQ(format->read(text, Zone::china()), c.back) << c.pattern;
  }
}

TEST(TimeFormat, WritesPartsBelowTenAndBeforeTheEpoch) {
  std::string text;
  TimeFormat::parse("yyyy-M-d h:m a SSS")->append(text, -1, Zone::utc());
  EXPECT_EQ(text, "1969-12-31 11:59 PM 999");
  text.clear();
  TimeFormat::parse("h a XXX Z")->append(text, 0, Zone::utc());
  EXPECT_EQ(text, "12 AM Z +0000");
  text.clear();
  TimeFormat::parse("HH:mm X")->append(text, 0, *Zone::parse("GMT-3"));
  EXPECT_EQ(text, "21:00 -03");
}

TEST(TimeFormat, ReadsTheBeginningOfATextLeniently) {
  struct Case {
    const char* pattern;
    const char* text;
    std::optional<int64_t> ms;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"yyyy-MM-dd", "2017-1-2", 1483315200000},
           {"yyyy-MM-dd", "2017-10-19T16:10:00", 1508371200000},
           {"yyyy-MM-dd HH:mm:ss.SSS", "2017-10-19 00:00:00.1239999", 1508371200123},
           {"yyyy-MM-dd HH:mm:ss.SSSX", "2017-10-19 00:00:00.5Z", 1508371200005},
           {"yyyyMMddX", "20171019+0530", 1508351400000},
           {"yyyyMMddX", "20171019-02:00", 1508378400000},
           {"hh a", "12 am", 0},
           {"hh a", "12 PM", 43200000},
           {"yy", "69", 3124224000000},
           {"yy", "70", 0},
           // No match.
           {"yyyyMMdd", "201710191", std::nullopt},
           {"yyyyMMdd", "2017101", std::nullopt},
           {"yyyy-MM-dd", "2017-02-29", std::nullopt},
           {"yyyy-MM-dd", "2017-13-01", std::nullopt},
           {"yyyy-MM-dd", "20171-01-01", std::nullopt},
           {"yyyy-MM-dd", " 2017-01-01", std::nullopt},
           {"yyyy-MM-dd", "", std::nullopt},
           {"HH:mm", "24:00", std::nullopt},
           {"HH:mm", "12:60", std::nullopt},
           {"hh a", "13 PM", std::nullopt},
           {"hh a", "12 XM", std::nullopt},
           {"HHX", "16 +08", std::nullopt},
           {"HHX", "16+99", std::nullopt}}) {
    EXPECT_EQ(TimeFormat::parse(c.pattern)->read(c.text, Zone::utc()), c.ms)
        << c.pattern << " " << c.text;
  }
}

TEST(TimeFormat, RefusesWhatItDoesNotKnow) {
  struct Case {
    const char* pattern;
    const char* why;
  };
  for (const Case& c : std::initializer_list<Case>{{"yyyy-DDD", "the letter `D` is not known here"},
                                                   {"E yyyy", "the letter `E`"},
                                                   {"MMM d", "names of months"},
                                                   {"yyyy 'at HH", "a quote has no end"},
                                                   {"yyyyy", "`yyyyy` is longer than its part"},
                                                   {"'text'", "holds no part of a time"},
                                                   {"", "holds no part of a time"}}) {
    auto format = TimeFormat::parse(c.pattern);
    ASSERT_FALSE(format) << c.pattern;
    EXPECT_EQ(format.error().code, "Config-TimeFormat");
    EXPECT_THAT(format.error().message, HasSubstr(c.why));
    EXPECT_THAT(format.error().remedy, HasSubstr("y M d H h m s S a Z X"));
  }
}

}  // namespace
}  // namespace otsstream
