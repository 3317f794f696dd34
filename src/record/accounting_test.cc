#include "record/accounting.h"

#include <gtest/gtest.h>

#include <string>

namespace otsstream {
namespace {

struct Character {
  const char* utf8;
  uint64_t units;
};
constexpr Character kCharacters[] = {{"a", 1},  {"\x7f", 1}, {"é", 1}, {"߿", 1},
                                     {"日", 1}, {"￿", 1},  {"😀", 2}, {"\xf4\x8f\xbf\xbf", 2}};

TEST(Utf16Units, OfOneCharacter) {
  for (const Character& c : kCharacters) EXPECT_EQ(utf16_units(c.utf8), c.units) << c.utf8;
  EXPECT_EQ(utf16_units(""), 0u);
}

// Every length around the steps of sixteen bytes and of a whole sum, at every offset.
TEST(Utf16Units, OfTextsOfAllLengths) {
  for (const Character& c : kCharacters) {
    std::string text;
    for (size_t count = 1; text.size() < 5000; ++count) {
      text += c.utf8;
      ASSERT_EQ(utf16_units(text), count * c.units) << count << " times " << c.utf8;
      const std::string shifted = "x" + text + "y";
      ASSERT_EQ(utf16_units(std::string_view(shifted).substr(1)), count * c.units + 1);
    }
  }
}

TEST(ByteSize, IsThatOfDataX) {
  EXPECT_EQ(byte_size(Value::null()), 0u);
  EXPECT_EQ(byte_size(Value::from_long(-1)), 8u);
  EXPECT_EQ(byte_size(Value::from_date_ms(0)), 8u);
  EXPECT_EQ(byte_size(Value::from_bool(false)), 1u);
  EXPECT_EQ(byte_size(Value::from_double(0.1)), 3u);
  EXPECT_EQ(byte_size(Value::from_double(1e20)), 21u);
  EXPECT_EQ(byte_size(Value::from_string("日本😀")), 4u);
  EXPECT_EQ(byte_size(Value::from_bytes("日")), 3u);
  const Value row[] = {Value::from_long(1), Value::null(), Value::from_string("ab")};
  EXPECT_EQ(byte_size(row), 10u);
}

}  // namespace
}  // namespace otsstream
