#include "local/maxcompute/plain_decimals.h"

#include <gtest/gtest.h>

#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::local {
namespace {

using maxcompute::Column;
using maxcompute::RecordStreamWriter;

std::vector<Column> columns() {
  return {{"id", maxcompute::parse_type("bigint").value(), "", true},
          {"n", maxcompute::parse_type("decimal(38,18)").value(), "", true},
          {"l", maxcompute::parse_type("map<string,array<decimal(10,2)>>").value(), "", true}};
}

// {"k": [text, NULL]} as it stands in a stream (maxcompute-protocol.md 4.3).
std::string nested(const std::string& text) {
  std::string out("\x01\x00\x01k\x01\x00\x02\x00", 8);
  out += static_cast<char>(text.size());
  return out + text + '\x01';
}

std::string block(const std::string& first, const std::string& second) {
  RecordStreamWriter out;
  out.add_bigint(1, 7);
  out.add_text(2, first);
  out.add_encoded(3, columns()[2].type, nested(second));
  out.end_record();
  out.end_record();
  out.add_bigint(1, -1);
  out.end_record();
  return out.finish();
}

TEST(PlainDecimals, ExponentsBecomeDigitsWhereverTheyStand) {
  struct {
    const char* given;
    const char* kept;
  } cases[] = {{"1E-18", "0.000000000000000001"},
               {"-1e-2", "-0.01"},
               {"1.5E+3", "1500"},
               {"0E-18", "0.000000000000000000"},
               {"2E1", "20"}};
  for (const auto& c : cases) {
    auto plain = with_plain_decimals(block(c.given, "1.5"), columns());
    ASSERT_TRUE(plain && *plain) << c.given;
    EXPECT_EQ(**plain, block(c.kept, "1.5")) << c.given;
    plain = with_plain_decimals(block("1.5", c.given), columns());
    ASSERT_TRUE(plain && *plain) << c.given;
    EXPECT_EQ(**plain, block("1.5", c.kept)) << c.given;
  }
}

TEST(PlainDecimals, WhatIsPlainOrNoNumberStaysAsItCame) {
  for (const char* text : {"-0.10", "0", "12345678901234567890.123456789012345678", "", "NaN", "eE",
                           "1E", "1E999999999"}) {
    auto plain = with_plain_decimals(block(text, "1"), columns());
    ASSERT_TRUE(plain) << text;
    EXPECT_FALSE(*plain) << text;
  }
  RecordStreamWriter texts;
  texts.add_text(1, "1E5");
  texts.end_record();
  auto none = with_plain_decimals(texts.finish(),
                                  {{"s", maxcompute::parse_type("string").value(), "", true}});
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST(PlainDecimals, DamagedStreamsAreRefused) {
  std::string cut = block("1E-1", "1");
  cut.pop_back();
  EXPECT_FALSE(with_plain_decimals(cut, columns()));
}

}  // namespace
}  // namespace otsstream::local
