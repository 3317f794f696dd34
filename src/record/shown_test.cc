#include "record/shown.h"

#include <gtest/gtest.h>

namespace otsstream {
namespace {

TEST(Shown, EveryTypeIsRecognisable) {
  EXPECT_EQ(shown(Value()), "NULL");
  EXPECT_EQ(shown(Value::from_long(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(shown(Value::from_double(0.5)), "0.5");
  EXPECT_EQ(shown(Value::from_bool(false)), "false");
  EXPECT_EQ(shown(Value::from_date_ms(1508400600123)),
            "1508400600123 ms (2017-10-19T08:10:00.123Z)");
  EXPECT_EQ(shown(Value::from_string("a\"b\nc")), R"("a\"b\nc")");
  EXPECT_EQ(shown(Value::from_bytes("\x01\xff")), "0x01ff (2 bytes)");
  EXPECT_EQ(shown(Value::from_bytes("")), "0x (0 bytes)");
}

TEST(Shown, LongOnesAreCut) {
  EXPECT_EQ(shown(Value::from_string(std::string(65, 'x'))), "\"" + std::string(64, 'x') + "...\"");
  EXPECT_EQ(shown(Value::from_string(std::string(64, 'x'))), "\"" + std::string(64, 'x') + "\"");
  EXPECT_EQ(shown(Value::from_bytes(std::string(33, '\0'))),
            "0x" + std::string(64, '0') + "... (33 bytes)");
}

TEST(Shown, NoCharacterIsCutInTwo) {
  struct Case {
    std::string text;
    size_t most;
    std::string cut;
  };
  for (const Case& c : std::initializer_list<Case>{{"aé", 2, "a"},
                                                   {"aé", 3, "aé"},
                                                   {"城市", 3, "城"},
                                                   {"城市", 4, "城"},
                                                   {"城市", 5, "城"},
                                                   {"\xf0\x9f\x98\x80", 3, ""},
                                                   {"\x80\x80\x80\x80\x80", 4, "\x80\x80\x80\x80"},
                                                   {"", 0, ""}})
    EXPECT_EQ(cut_text(c.text, c.most), c.cut) << c.text << " " << c.most;
  EXPECT_EQ(shown(Value::from_string(std::string(62, 'x') + "城市")),
            "\"" + std::string(62, 'x') + "...\"");
  EXPECT_EQ(shown(Value::from_string("\xff!")), "\"\xef\xbf\xbd!\"");
}

}  // namespace
}  // namespace otsstream
