#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace otsstream {
namespace {

TEST(Varint, Golden) {
  struct {
    uint64_t value;
    const char* hex;
  } cases[] = {
      {0, "00"},
      {127, "7f"},
      {128, "8001"},
      {300, "ac02"},
      {uint64_t{1} << 63, "80808080808080808001"},
      {std::numeric_limits<uint64_t>::max(), "ffffffffffffffffff01"},
  };
  for (const auto& c : cases) {
    std::string out;
    put_varint(out, c.value);
    EXPECT_EQ(to_hex(out), c.hex);
    std::string_view in = out;
    uint64_t back = 1;
    ASSERT_TRUE(get_varint(in, back)) << c.hex;
    EXPECT_EQ(back, c.value);
    EXPECT_TRUE(in.empty());
  }
}

TEST(Varint, RefusesCutAndOverlongNumbers) {
  for (const char* hex :
       {"", "80", "ffffffffffffffffff", "ffffffffffffffffff02", "8080808080808080808001"}) {
    std::string bytes = from_hex(hex);
    std::string_view in = bytes;
    uint64_t v;
    EXPECT_FALSE(get_varint(in, v)) << hex;
  }
}

TEST(Zigzag, Golden) {
  struct {
    int64_t plain;
    uint64_t coded;
  } cases[] = {{0, 0},
               {-1, 1},
               {1, 2},
               {-2, 3},
               {std::numeric_limits<int64_t>::max(), std::numeric_limits<uint64_t>::max() - 1},
               {std::numeric_limits<int64_t>::min(), std::numeric_limits<uint64_t>::max()}};
  for (const auto& c : cases) {
    EXPECT_EQ(zigzag_encode(c.plain), c.coded);
    EXPECT_EQ(zigzag_decode(c.coded), c.plain);
  }
}

TEST(Fixed, LittleEndianAndBounded) {
  std::string out;
  put_fixed<uint32_t>(out, 0x75);
  put_fixed<int64_t>(out, -2);
  EXPECT_EQ(to_hex(out), "75000000feffffffffffffff");
  std::string_view in = out;
  uint32_t a;
  int64_t b;
  ASSERT_TRUE(get_fixed(in, a));
  ASSERT_TRUE(get_fixed(in, b));
  EXPECT_EQ(a, 0x75u);
  EXPECT_EQ(b, -2);
  EXPECT_FALSE(get_fixed(in, a));
}

TEST(Hex, BlanksAreSkippedAndFaultsGiveNothing) {
  EXPECT_EQ(from_hex("61 62\r\n\t63"), "abc");
  EXPECT_EQ(from_hex("E59F"), "\xe5\x9f");
  EXPECT_EQ(from_hex("616"), "");
  EXPECT_EQ(from_hex("6g"), "");
  EXPECT_EQ(to_hex(std::string_view("\0\xff", 2)), "00ff");
}

TEST(SharedBuffer, SliceKeepsTheOwnerAlive) {
  SharedBuffer part;
  {
    SharedBuffer whole(std::string(100, 'x') + "tail");
    part = whole.slice(whole.view().substr(100));
    EXPECT_EQ(whole.owner().use_count(), 2);
  }
  EXPECT_EQ(part.view(), "tail");
  EXPECT_EQ(part.owner().use_count(), 1);
}

}  // namespace
}  // namespace otsstream
