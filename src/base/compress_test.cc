#include "base/compress.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace otsstream {
namespace {

TEST(Zlib, RoundTrip) {
  std::string mixed;
  for (uint32_t i = 0; i < 100000; ++i) mixed += static_cast<char>(i * i >> 3);
  for (const std::string& plain : {std::string(), std::string(1 << 20, 'x'), mixed}) {
    for (int level : {-1, 0, 1, 9, 99}) {
      auto back = zlib_inflate(zlib_deflate(plain, level), plain.size());
      ASSERT_TRUE(back) << back.error().to_string();
      EXPECT_EQ(*back, plain);
    }
  }
}

TEST(Zlib, InflatesAForeignStream) {
  // Python: zlib.compress(b"hello hello hello")
  auto plain = zlib_inflate(from_hex("789ccb48cdc9c957c84090003a2e067d"), 100);
  ASSERT_TRUE(plain);
  EXPECT_EQ(*plain, "hello hello hello");
}

TEST(Zlib, DamageIsCorrupt) {
  const std::string good = zlib_deflate("hello hello hello hello");
  struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"empty", ""},
      {"cut", good.substr(0, good.size() - 1)},
      {"header only", good.substr(0, 2)},
      {"bytes after the end", good + "x"},
      {"wrong header", "x" + good.substr(1) + "yy"},
      {"wrong checksum", good.substr(0, good.size() - 1) + static_cast<char>(good.back() ^ 1)},
      {"preset dictionary", from_hex("78bb000000010300000001")},
  };
  for (const auto& c : cases) {
    auto result = zlib_inflate(c.bytes, 1000);
    ASSERT_FALSE(result) << c.name;
    EXPECT_EQ(result.error().kind, ErrorKind::kCorrupt) << c.name;
    EXPECT_EQ(result.error().code, "Zlib-Corrupt") << c.name;
  }
}

TEST(Zlib, OutputIsBounded) {
  const std::string bomb = zlib_deflate(std::string(10 << 20, '\0'));
  ASSERT_LT(bomb.size(), 20000u);
  auto result = zlib_inflate(bomb, 1000);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kResource);
  EXPECT_EQ(result.error().code, "Zlib-TooLong");
  EXPECT_FALSE(zlib_inflate(bomb, (10 << 20) - 1));
  EXPECT_TRUE(zlib_inflate(bomb, 10 << 20));
}

}  // namespace
}  // namespace otsstream
