#include "writer/odps/over_length.h"

#include <gtest/gtest.h>

namespace otsstream::writer {
namespace {

TEST(OverLength, CutsWholeCharactersAsDataXCounts) {
  struct Case {
    std::string text;
    size_t keep;
    std::string cut;
  };
  for (const Case& c :
       std::initializer_list<Case>{{"abcdefghij", 10, "abcd"},
                                   {"abcdefghij", 16, "abcdefghij"},
                                   {"abc", 6, ""},
                                   {"abc", 2, ""},
                                   {"", 10, ""},
                                   {"城市市", 12, "城市"},
                                   {"城市市", 11, "城"},
                                   {"éééé", 9, "ééé"},  // one each, two bytes each
                                   {std::string(40, '\xff'), 10, std::string(4, '\xff')},
                                   {"a\xf0\x9f\x98\x80z", 13, "a\xf0\x9f\x98\x80"},
                                   {"a\xf0\x9f\x98\x80z", 12, "a"},
                                   {"ĀĀĀ", 12, "ĀĀ"}})
    EXPECT_EQ(cut_over_long(c.text, c.keep), c.cut) << c.text << " " << c.keep;
  // What DataX would leave has 36 bytes.
  std::string twenty;
  for (int i = 0; i < 20; ++i) twenty += "é";
  EXPECT_EQ(cut_over_long(twenty, 24).size(), 24u);
}

TEST(OverLength, ConcernsWhatIsLongerThanTheLimit) {
  OdpsSettings settings;
  settings.max_odps_field_length = 3;
  EXPECT_FALSE(OverLengthRule::of(settings).concerns("abcd"));
  settings.over_length = OverLength::kSetNull;
  EXPECT_TRUE(OverLengthRule::of(settings).concerns("abcd"));
  EXPECT_FALSE(OverLengthRule::of(settings).concerns("abc"));
  EXPECT_EQ(OverLengthRule::of(settings).keep, 8388608u);
}

}  // namespace
}  // namespace otsstream::writer
