#include "maxcompute/wire/arrow/decimal.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace otsstream::maxcompute::arrow {
namespace {

struct Case {
  const char* text;
  int precision;
  int scale;
  size_t width;
  const char* bytes;  // as pyarrow stores the number
};

class DecimalTest : public ::testing::TestWithParam<Case> {};

TEST_P(DecimalTest, GoesBothWays) {
  const Case& c = GetParam();
  const std::string bytes = from_hex(c.bytes);
  ASSERT_EQ(bytes.size(), c.width);
  std::string text;
  ASSERT_TRUE(append_decimal_text(text, bytes, c.precision, c.scale));
  EXPECT_EQ(text, c.text);
  std::string parsed(c.width, '?');
  ASSERT_TRUE(parse_decimal(c.text, c.precision, c.scale, parsed));
  EXPECT_EQ(to_hex(parsed), c.bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, DecimalTest,
    ::testing::Values(Case{"0", 5, 0, 16, "00000000000000000000000000000000"},
                      Case{"0.00", 5, 2, 16, "00000000000000000000000000000000"},
                      Case{"1.00", 10, 2, 16, "64000000000000000000000000000000"},
                      Case{"-0.10", 10, 2, 16, "f6ffffffffffffffffffffffffffffff"},
                      Case{"0.05", 2, 2, 16, "05000000000000000000000000000000"},
                      Case{"99999999.99", 10, 2, 16, "ffe30b54020000000000000000000000"},
                      Case{"99999999999999999999999999999999999999", 38, 0, 16,
                           "ffffffff3f228a097ac4865aa84c3b4b"},
                      Case{"-99999999999999999999999999999999999999", 38, 0, 16,
                           "01000000c0dd75f6853b79a557b3c4b4"},
                      Case{"1.000000000000000000", 54, 18, 32,
                           "000064a7b3b6e00d000000000000000000000000000000000000000000000000"},
                      Case{"-1.000000000000000000", 54, 18, 32,
                           "00009c584c491ff2ffffffffffffffffffffffffffffffffffffffffffffffff"},
                      Case{"999999999999999999999999999999999999999999999999999999", 54, 0, 32,
                           "ffffffffffff3f927df6650b099919c5e6640ac4c3700a000000000000000000"}));

struct Text {
  const char* text;
  const char* comes_back;  // as decimal(10,2)
};

TEST(DecimalTextTest, OtherSpellingsOfTheSameNumber) {
  for (const Text& c :
       {Text{"1", "1.00"}, Text{"+1.5", "1.50"}, Text{"-.5", "-0.50"}, Text{"5.", "5.00"},
        Text{"0001.200", "1.20"}, Text{"1.50000", "1.50"}, Text{"1E+3", "1000.00"},
        Text{"15e-1", "1.50"}, Text{"-0", "0.00"}, Text{"0E+999", "0.00"}, Text{"0e-50", "0.00"}}) {
    std::string bytes(16, '?');
    ASSERT_TRUE(parse_decimal(c.text, 10, 2, bytes)) << c.text;
    std::string text;
    ASSERT_TRUE(append_decimal_text(text, bytes, 10, 2)) << c.text;
    EXPECT_EQ(text, c.comes_back) << c.text;
  }
}

TEST(DecimalTextTest, RefusesWhatIsNoNumberOrDoesNotFit) {
  std::string bytes(16, '?');
  for (const char* text :
       {"",
        "-",
        ".",
        "+-1",
        "1e",
        "1e+-3",
        "1ex",
        "1.2.3",
        " 1",
        "1 ",
        "NaN",
        "Infinity",
        "0x1",
        "1.234",
        "1e-3",
        "123456789.00",
        "1e9",
        "1e999999999",
        "1e-999999999",
        "99999999999999999999999999999999999999999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(parse_decimal(text, 10, 2, bytes)) << text;
  }
  // 128 bits hold 38 digits, whatever the declaration says.
  EXPECT_FALSE(parse_decimal("999999999999999999999999999999999999999", 54, 0, bytes));
  EXPECT_TRUE(parse_decimal("100000000000000000000000000000000000000", 54, 0, bytes));
}

TEST(DecimalTextTest, RefusesMoreDigitsThanDeclared) {
  std::string text = "x";
  EXPECT_FALSE(append_decimal_text(text, from_hex("e8030000000000000000000000000000"), 3, 1));
  EXPECT_EQ(text, "x");
  // The smallest numbers of both widths have no positive counterpart.
  EXPECT_FALSE(append_decimal_text(text, std::string(15, '\0') + '\x80', 38, 0));
  EXPECT_FALSE(append_decimal_text(text, std::string(31, '\0') + '\x80', 76, 0));
}

}  // namespace
}  // namespace otsstream::maxcompute::arrow
