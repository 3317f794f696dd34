#include "record/time_texts.h"

#include <gtest/gtest.h>

#include "record/convert.h"

namespace otsstream {
namespace {

TEST(TimeTexts, TheFirstFormThatTheBeginningHasCounts) {
  auto made = TimeTexts::make({"dd/MM/yyyy HH:mm", "dd/MM/yyyy", "HH.mm", {"yyyy"}});
  ASSERT_TRUE(made);
  const TimeTexts& texts = **made;
  const Zone zone = Zone::china();
  EXPECT_EQ(texts.read("19/10/2017 16:10", zone), 1508400600000);
  EXPECT_EQ(texts.read("19/10/2017 soon", zone), 1508342400000);
  EXPECT_EQ(texts.read("08.01", zone), 60000);
  EXPECT_EQ(texts.read("1970-01-01", zone), -28800000);
  EXPECT_EQ(texts.read("soon", zone), std::nullopt);
  std::string text;
  texts.append(text, 1508400600000, zone);
  EXPECT_EQ(text, "19/10/2017 16:10");
}

TEST(TimeTexts, TheRestIsWhatFollowsADatetime) {
  const Zone zone = Zone::utc();
  std::string_view rest = "old";
  EXPECT_EQ(TimeTexts::standard()->read("1970-01-01 00:00:01.5", zone, &rest), 1000);
  EXPECT_EQ(rest, ".5");
  EXPECT_EQ(TimeTexts::standard()->read("1970-01-01T", zone, &rest), 0);
  EXPECT_EQ(rest, "");
}

TEST(TimeTexts, EveryFormIsChecked) {
  for (const TimeTexts::Patterns& bad :
       {TimeTexts::Patterns{"G", "yyyy", "HH", {}}, TimeTexts::Patterns{"yyyy", "G", "HH", {}},
        TimeTexts::Patterns{"yyyy", "yyyy", "G", {}},
        TimeTexts::Patterns{"yyyy", "yyyy", "HH", {"HH", "G"}}})
    EXPECT_EQ(TimeTexts::make(bad).error().code, "Config-TimeFormat");
}

TEST(TimeTexts, ConversionsTakeThem) {
  ConvertOptions options;
  options.times = *TimeTexts::make({"yyyyMMdd'T'HHmmssX", "yyyy", "HH", {}});
  std::string scratch;
  EXPECT_EQ(to_text(Value::from_date_ms(1508400600000), options, scratch).value(),
            "20171019T161000+08");
  EXPECT_EQ(to_date_ms(Value::from_string("20171019T081000Z"), options).value(), 1508400600000);
}

}  // namespace
}  // namespace otsstream
