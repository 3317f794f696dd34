#include "maxcompute/wire/signature.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "config/json_text.h"

namespace otsstream::maxcompute {
namespace {

// S1 … S8 of maxcompute-protocol.md 1.5, computed by the official client.
TEST(Signature, ReproducesTheVectors) {
  std::ifstream in(OTS_SOURCE_DIR "/tests/data/vectors/odps-signature.json");
  std::stringstream text;
  text << in.rdbuf();
  auto document = parse_json(text.str(), "odps-signature.json", {.strict = true});
  ASSERT_TRUE(document) << document.error().to_string();
  const JsonNode& root = (*document)->root();
  std::string id = root.find("access_id")->text();
  std::string key = root.find("access_key")->text();
  ASSERT_EQ(root.find("cases")->items().size(), 8u);
  for (const JsonNode* item : root.find("cases")->items()) {
    std::string target = item->find("url")->text().substr(item->find("endpoint")->text().size());
    size_t question = target.find('?');
    HeaderList headers;
    for (const JsonNode* header : item->find("headers")->members())
      headers.emplace_back(header->key(), header->text());
    std::string canonical =
        canonical_string(item->find("method")->text(), target.substr(0, question),
                         target.substr(question + 1), headers);
    EXPECT_EQ(canonical, item->find("canonical_string")->text());

    std::string wanted = item->find("authorization")->text();
    const JsonNode* region = item->find("region");
    EXPECT_EQ(region->is_null() ? authorization_v2(id, key, canonical)
                                : authorization_v4(id, key, item->find("utc_day")->text(),
                                                   region->text(), canonical),
              wanted);
    auto credential = parse_authorization(wanted);
    ASSERT_TRUE(credential) << credential.error().to_string();
    EXPECT_EQ(credential->access_id, id);
    EXPECT_EQ(credential->v4, !region->is_null());
    EXPECT_TRUE(verify(*credential, key, canonical));
    EXPECT_FALSE(verify(*credential, key + "x", canonical));
    EXPECT_FALSE(verify(*credential, key, canonical + "x"));
  }
}

TEST(Signature, CanonicalStringDetails) {
  struct Case {
    const char* resource;
    const char* query;
    HeaderList headers;
    const char* wanted;
  } cases[] = {
      // Header names in any case, blanks around values, x-odps-* sorted among themselves.
      {"/p",
       "",
       {{"DATE", " d "}, {"X-ODPS-b", "2"}, {"x-odps-A", "1"}, {"Host", "h"}},
       "GET\n\n\nd\nx-odps-a:1\nx-odps-b:2\n/p"},
      // Values are decoded once; '+' is a blank in the query, but not in the path.
      {"/a%20b+c", "z=1%2B1+1&a=%2525", {{"Date", "d"}}, "GET\n\n\nd\n/a b+c?a=%25&z=1+1 1"},
      // No '=' for a valueless key, however it was written.
      {"/p", "uploads=&data&b=1", {{"Date", "d"}}, "GET\n\n\nd\n/p?b=1&data&uploads"},
      // Malformed escapes stay.
      {"/p%zz", "a=%4", {{"Date", "d"}}, "GET\n\n\nd\n/p%zz?a=%4"},
      // A signed query key has a line of its own.
      {"/p", "x-odps-k=v", {{"Date", "d"}}, "GET\n\n\nd\nx-odps-k:v\n/p?x-odps-k=v"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(canonical_string("get", c.resource, c.query, c.headers), c.wanted);
}

TEST(Signature, AcceptsTheTwiceDecodedFormOfPyOdps) {
  HeaderList headers = {{"Date", "d"}};
  std::string right = canonical_string("GET", "/p", "partition=ds%3Da%2526b", headers);
  EXPECT_EQ(right, "GET\n\n\nd\n/p?partition=ds=a%26b");
  auto twice = parse_authorization(authorization_v2("i", "k", "GET\n\n\nd\n/p?partition=ds=a&b"));
  EXPECT_TRUE(verify(*twice, "k", right));
  auto other = parse_authorization(authorization_v2("i", "k", "GET\n\n\nd\n/p?partition=ds=b"));
  EXPECT_FALSE(verify(*other, "k", right));
}

TEST(Signature, MalformedHeadersAreRefused) {
  for (const char* header :
       {"", "ODPS", "ODPS ", "OTS a:b", "ODPS a", "ODPS :b", "ODPS a:", "ODPS a/20260102/r/odps:b",
        "ODPS a/20260102/r/ots/aliyun_v4_request:b", "ODPS a/1/2/3/4/5:b"}) {
    auto credential = parse_authorization(header);
    ASSERT_FALSE(credential) << header;
    EXPECT_EQ(credential.error().kind, ErrorKind::kPermission) << header;
  }
}

}  // namespace
}  // namespace otsstream::maxcompute
