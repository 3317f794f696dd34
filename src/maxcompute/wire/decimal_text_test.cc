#include "maxcompute/wire/decimal_text.h"

#include <gtest/gtest.h>

namespace otsstream::maxcompute {
namespace {

TEST(PlainDecimal, KeepsEveryWrittenDigit) {
  struct Case {
    const char* text;
    const char* plain;  // nullptr: none
  } cases[] = {
      {"0", "0"},          {"-0.10", "-0.10"},   {"+7", "7"},        {"007.50", "7.50"},
      {".5", "0.5"},       {"5.", "5"},          {"1e3", "1000"},    {"1.25E+1", "12.5"},
      {"1.25e2", "125"},   {"1.5e-3", "0.0015"}, {"-12e-1", "-1.2"}, {"0.000", "0.000"},
      {"120e-2", "1.20"},  {"0e0", "0"},         {"", nullptr},      {".", nullptr},
      {"-", nullptr},      {"1e", nullptr},      {"e1", nullptr},    {"1e+-1", nullptr},
      {"1e1001", nullptr}, {"1 ", nullptr},      {"1,5", nullptr},   {"NaN", nullptr},
      {"0x1", nullptr},    {"--1", nullptr},     {"1.2.3", nullptr}, {"1e99999999999", nullptr},
  };
  for (const Case& c : cases) {
    auto plain = plain_decimal(c.text);
    ASSERT_EQ(plain.has_value(), c.plain != nullptr) << c.text;
    if (plain) {
      EXPECT_EQ(*plain, c.plain) << c.text;
      EXPECT_TRUE(is_plain_decimal(*plain));
    }
  }
}

TEST(PlainDecimal, IsOneOrNot) {
  for (const char* text : {"0", "-0", "10", "0.5", "-12.340"}) EXPECT_TRUE(is_plain_decimal(text));
  for (const char* text : {"", "+1", "01", "-01", ".5", "1.", "1e3", "-", "1.x", "x"})
    EXPECT_FALSE(is_plain_decimal(text)) << text;
}

TEST(FitsDecimal, CountsTheDigitsBeforeThePointAfterRounding) {
  struct Case {
    const char* text;
    int precision;
    int scale;
    bool fits;
  } cases[] = {
      {"99.99", 4, 2, true},
      {"100", 4, 2, false},
      {"99.994", 4, 2, true},
      {"99.995", 4, 2, false},
      {"-99.995", 4, 2, false},
      {"98.995", 4, 2, true},
      {"99.9", 4, 2, true},
      {"99.5", 2, 0, false},
      {"99.4", 2, 0, true},
      {"0.4", 2, 2, true},
      {"0.994", 2, 2, true},
      {"0.995", 2, 2, false},
      {"1", 2, 2, false},
      {"0000.1", 1, 1, true},
      {"x", 5, 0, false},
      {"123456789012345678901234567890123456", 54, 18, true},
      {"1234567890123456789012345678901234567", 54, 18, false},
  };
  for (const Case& c : cases)
    EXPECT_EQ(fits_decimal(c.text, c.precision, c.scale), c.fits)
        << c.text << " " << c.precision << "," << c.scale;
}

}  // namespace
}  // namespace otsstream::maxcompute
