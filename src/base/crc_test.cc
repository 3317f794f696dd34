#include "base/crc.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "base/crc_internal.h"

namespace otsstream {
namespace {

std::string sample(size_t size) {
  std::string out(size, '\0');
  uint32_t x = 12345;
  for (char& c : out) {
    x = x * 1664525 + 1013904223;
    c = static_cast<char>(x >> 24);
  }
  return out;
}

TEST(Crc8, VectorsOfTheProtocol) {
  struct {
    const char* hex;
    int crc;
  } cases[] = {{"", 0x00},       {"01", 0x07},     {"61", 0x20},       {"313233343536373839", 0xf4},
               {"756964", 0xd4}, {"616765", 0x0c}, {"ffffffff", 0xde}, {"e59f8ee5b882", 0x22}};
  for (const auto& c : cases) EXPECT_EQ(crc8(0, from_hex(c.hex)), c.crc) << c.hex;
  EXPECT_EQ(crc8_int32(0, 5), 0x4e);
  EXPECT_EQ(crc8_int64(0, 7), 0x79);
  EXPECT_EQ(crc8_int64(0, -1), 0xd7);
}

TEST(Crc8, TableOfTheProtocol) {
  const std::string head = from_hex("00070e091c1b1215383f363124232a2d");
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(crc8_byte(0, static_cast<uint8_t>(i)), static_cast<uint8_t>(head[i]));
  }
  EXPECT_EQ(crc8_byte(0, 255), 0xf3);
}

TEST(Crc8, BulkEqualsByteByByteAndRunsOn) {
  std::string data = sample(100);
  for (size_t size = 0; size <= data.size(); ++size) {
    std::string_view bytes(data.data(), size);
    uint8_t slow = 0x5a;
    for (char c : bytes) slow = crc8_byte(slow, static_cast<uint8_t>(c));
    EXPECT_EQ(crc8(0x5a, bytes), slow) << size;
    EXPECT_EQ(crc8(crc8(0x5a, bytes.substr(0, size / 3)), bytes.substr(size / 3)), slow) << size;
  }
}

TEST(Crc32c, CheckValues) {
  EXPECT_EQ(crc32c(0, ""), 0u);
  EXPECT_EQ(crc32c(0, "123456789"), 0xE3069283u);
  // RFC 3720 B.4
  EXPECT_EQ(crc32c(0, std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(0, std::string(32, '\xff')), 0x62A8AB43u);
  EXPECT_EQ(crc32c(crc32c(0, "1234"), "56789"), 0xE3069283u);
}

TEST(Crc32c, NumbersAreLittleEndianBytes) {
  EXPECT_EQ(crc32c_int32(7, 0x01020304), crc32c(7, from_hex("04030201")));
  EXPECT_EQ(crc32c_int64(7, -2), crc32c(7, from_hex("feffffffffffffff")));
}

TEST(Crc32c, HardwareEqualsTables) {
  if (!internal::crc32c_hardware_available()) GTEST_SKIP() << "no SSE4.2 here";
  std::string data = sample(300);
  for (size_t size = 0; size <= data.size(); ++size) {
    std::string_view bytes(data.data() + size % 7, size - size % 7);
    EXPECT_EQ(internal::crc32c_tables(0x1234, bytes), internal::crc32c_hardware(0x1234, bytes));
  }
}

}  // namespace
}  // namespace otsstream
