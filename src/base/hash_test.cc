#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace otsstream {
namespace {

// RFC 1321 A.5, RFC 2202, RFC 4231, FIPS 180-2, RFC 4648 10.

TEST(Hash, Md5) {
  EXPECT_EQ(to_hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Hash, Sha256) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, HmacSha1) {
  EXPECT_EQ(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(to_hex(hmac_sha1({}, {})), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

TEST(Hash, HmacSha256) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Md5, PiecesAndCopies) {
  Md5 head;
  head.add("a");
  Md5 copy(head);
  head.add("bc");
  EXPECT_EQ(head.digest(), md5("abc"));
  EXPECT_EQ(copy.digest(), md5("a"));
  copy.add("b");
  EXPECT_EQ(copy.digest(), md5("ab"));
  copy = head;
  EXPECT_EQ(copy.digest(), md5("abc"));
  head.add("d");
  EXPECT_EQ(head.digest(), md5("abcd"));
}

TEST(Base64, BothWays) {
  struct {
    std::string_view plain;
    std::string_view text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"},
               {"\xff\xef\xbe", "/+++"}};
  for (const auto& c : cases) {
    EXPECT_EQ(base64_encode(c.plain), c.text);
    auto back = base64_decode(c.text);
    ASSERT_TRUE(back) << c.text;
    EXPECT_EQ(*back, c.plain);
  }
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (std::string_view text :
       {"Z", "Zg=", "Zg", "Zm9v\n", "Z===", "====", "Zg==Zg==", "Zm 9", "Zh==", "Zm9=", "Zm-_"}) {
    auto result = base64_decode(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind, ErrorKind::kCorrupt);
    EXPECT_EQ(result.error().code, "Base64");
  }
}

TEST(EqualSecret, ComparesLengthAndBytes) {
  EXPECT_TRUE(equal_secret("abc", "abc"));
  EXPECT_TRUE(equal_secret("", {}));
  EXPECT_FALSE(equal_secret("abc", "abd"));
  EXPECT_FALSE(equal_secret("abc", "abcd"));
}

}  // namespace
}  // namespace otsstream
