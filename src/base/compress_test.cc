#include "base/compress.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

struct ForeignBody {
  const char* name;
  Codec codec;
  std::string bytes;
  std::string plain;
};

// What the libraries of Python and the tools of Debian 12 make of these texts.
std::vector<ForeignBody> foreign_bodies() {
  const std::string hello = "hello hello hello hello";
  const std::string bytes40 =
      from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627");
  return {
      {"zlib.compress", Codec::kDeflate, from_hex("789ccb48cdc9c957c84090003a2e067d"),
       "hello hello hello"},
      {"zstandard, size in the header", Codec::kZstd,
       from_hex("28b52ffd20176500003068656c6c6f200100994b11"), hello},
      {"zstandard, streamed, with checksum", Codec::kZstd,
       from_hex("28b52ffd04586500003068656c6c6f200100994b11175eae0d"), hello},
      {"zstandard, empty", Codec::kZstd, from_hex("28b52ffd2000010000"), ""},
      {"zstandard, two frames and a skippable one", Codec::kZstd,
       from_hex("28b52ffd20176500003068656c6c6f200100994b11"
                "502a4d1803000000aabbcc"
                "28b52ffd04586500003068656c6c6f200100994b11175eae0d"),
       hello + hello},
      {"lz4.frame, size in the header", Codec::kLz4Frame,
       from_hex("04224d1868401700000000000000320f0000006868656c6c6f2006005068656c6c6f00000000"),
       hello},
      {"lz4.frame, streamed", Codec::kLz4Frame,
       from_hex("04224d184040c00f0000006868656c6c6f2006005068656c6c6f00000000"), hello},
      {"lz4 of the command line, with checksum", Codec::kLz4Frame,
       from_hex("04224d186440a70f0000006868656c6c6f2006005068656c6c6f00000000f26b940b"), hello},
      {"lz4.frame, empty", Codec::kLz4Frame, from_hex("04224d1860408200000000"), ""},
      {"lz4.frame, two frames and a skippable one", Codec::kLz4Frame,
       from_hex("04224d184040c00f0000006868656c6c6f2006005068656c6c6f00000000"
                "502a4d1803000000aabbcc"
                "04224d186440a70f0000006868656c6c6f2006005068656c6c6f00000000f26b940b"),
       hello + hello},
      {"python-snappy, a compressed chunk", Codec::kSnappyFramed,
       from_hex("ff060000734e61507059000f00008a1fb154171468656c6c6f20420600"), hello},
      {"python-snappy, an uncompressed chunk", Codec::kSnappyFramed,
       from_hex("ff060000734e61507059012c0000751189830001020304050607"
                "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"),
       bytes40},
      {"snappy, two streams, padding and a skippable chunk", Codec::kSnappyFramed,
       from_hex("ff060000734e61507059000f00008a1fb154171468656c6c6f20420600"
                "fe030000000000"
                "80020000aabb"
                "ff060000734e61507059000f00008a1fb154171468656c6c6f20420600"),
       hello + hello},
      {"snappy, nothing in it", Codec::kSnappyFramed, from_hex("ff060000734e61507059"), ""},
  };
}

constexpr Codec kCodecs[] = {Codec::kDeflate, Codec::kZstd, Codec::kLz4Frame, Codec::kSnappyFramed};

TEST(Compress, ReadsForeignBodies) {
  for (const auto& c : foreign_bodies()) {
    auto plain = decompress(c.codec, c.bytes, c.plain.size());
    ASSERT_TRUE(plain) << c.name << ": " << plain.error().to_string();
    EXPECT_EQ(*plain, c.plain) << c.name;
  }
}

TEST(Compress, RoundTrip) {
  std::string mixed;
  for (uint32_t i = 0; i < 300000; ++i) mixed += static_cast<char>(i * i >> 3);
  uint32_t x = 12345;
  std::string noise;  // no codec shrinks it
  for (int i = 0; i < 200000; ++i) {
    x = x * 1664525 + 1013904223;
    noise += static_cast<char>(x >> 24);
  }
  for (Codec codec : kCodecs) {
    for (const std::string& plain :
         {std::string(), std::string("a"), std::string(65536, 'x'), std::string(65537, 'x'),
          std::string(1 << 20, 'x'), mixed, noise}) {
      auto packed = compress(codec, plain);
      ASSERT_TRUE(packed);
      auto back = decompress(codec, *packed, plain.size());
      ASSERT_TRUE(back) << static_cast<int>(codec) << ": " << back.error().to_string();
      EXPECT_EQ(*back, plain) << static_cast<int>(codec);
    }
  }
}

TEST(Compress, EveryCutAndEveryFlippedByteIsCorrupt) {
  const std::string plain = "hello hello hello hello, and 0123456789 once";
  for (Codec codec : kCodecs) {
    const std::string good = compress(codec, plain).value();
    for (size_t n = 0; n < good.size(); ++n) {
      auto cut = decompress(codec, good.substr(0, n), 1000);
      // A snappy stream may end after any chunk: the one cut that the format cannot see.
      if (codec == Codec::kSnappyFramed && n == 10) {
        EXPECT_TRUE(cut && cut->empty());
        continue;
      }
      ASSERT_FALSE(cut) << static_cast<int>(codec) << " cut at " << n;
      EXPECT_EQ(cut.error().kind, ErrorKind::kCorrupt) << static_cast<int>(codec) << " " << n;
    }
    for (size_t n = 0; n < good.size(); ++n) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string bad = good;
        bad[n] = static_cast<char>(bad[n] ^ (1 << bit));
        auto result = decompress(codec, bad, 1000);
        // Some bits of the headers only describe (window size, level); none changes the content.
        if (!result) continue;
        // The bit that makes a chunk of data one to be passed over, which has no checksum.
        if (codec == Codec::kSnappyFramed && n == 10 && bit == 7) continue;
        EXPECT_EQ(*result, plain) << static_cast<int>(codec) << " " << n << "." << bit;
      }
    }
    auto more = decompress(codec, good + "xxxx", 1000);
    ASSERT_FALSE(more) << static_cast<int>(codec);
    EXPECT_EQ(more.error().kind, ErrorKind::kCorrupt) << static_cast<int>(codec);
  }
}

TEST(Compress, SnappyDamageByName) {
  const std::string start = from_hex("ff060000734e61507059");
  struct {
    const char* says;
    std::string bytes;
  } cases[] = {
      {"it is empty", ""},
      {"within the header of a chunk", start + from_hex("000f00")},
      {"within a chunk", start + from_hex("000f00008a1f")},
      {"identifier is wrong", from_hex("ff060000734e61507058")},
      {"does not begin with the identifier", from_hex("0104000075118983")},
      {"too short for its checksum", start + from_hex("010300007511"
                                                      "89")},
      {"does not say its length", start + from_hex("0004000075118983")},
      {"more than 64 KiB", start + from_hex("000700007511898381800400")},
      {"bad data in a chunk", start + from_hex("000f00008a1fb154ff00146865"
                                               "6c6c6f20420600")},
      {"checksum of a chunk is wrong", start + from_hex("000f00008a1fb154171468656c6c6f21420600")},
      {"a chunk of the unknown type 2", start + from_hex("02000000")},
      {"a chunk of the unknown type 127", start + from_hex("7f000000")},
  };
  for (const auto& c : cases) {
    auto result = decompress(Codec::kSnappyFramed, c.bytes, 1 << 20);
    ASSERT_FALSE(result) << c.says;
    EXPECT_EQ(result.error().code, "Compress-Corrupt") << c.says;
    EXPECT_NE(result.error().message.find(c.says), std::string::npos) << result.error().message;
  }
}

TEST(Compress, OutputIsBounded) {
  for (Codec codec : {Codec::kZstd, Codec::kLz4Frame, Codec::kSnappyFramed}) {
    const std::string bomb = compress(codec, std::string(10 << 20, '\0')).value();
    for (size_t limit : {size_t{0}, size_t{1000}, size_t{(10 << 20) - 1}}) {
      auto result = decompress(codec, bomb, limit);
      ASSERT_FALSE(result) << static_cast<int>(codec) << " " << limit;
      EXPECT_EQ(result.error().kind, ErrorKind::kResource) << static_cast<int>(codec);
      EXPECT_EQ(result.error().code, "Compress-TooLong") << static_cast<int>(codec);
    }
    EXPECT_TRUE(decompress(codec, bomb, 10 << 20)) << static_cast<int>(codec);
  }
}

TEST(Compress, ShortensWhatRepeats) {
  const std::string plain(1 << 20, 'x');
  for (Codec codec : kCodecs) {
    EXPECT_LT(compress(codec, plain)->size(), plain.size() / 15) << static_cast<int>(codec);
  }
}

}  // namespace
}  // namespace otsstream
