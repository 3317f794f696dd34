#include "local/access_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"

namespace otsstream::local {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(AccessKeysTest, ReadsKeysOfAllAndOfOneInstance) {
  auto keys = AccessKeys::parse(R"({
    // a comment
    "common": "common-key",
    "temporary": {"accessKey": "t-key", "securityToken": "token"},
    "instances": {"a": {"common": "a-key", "only-a": {"accessKey": "x"}}, "b": {"only-b": "y"}}
  })",
                                "keys.json");
  ASSERT_TRUE(keys) << keys.error().to_string();
  EXPECT_THAT(keys->instances(), ElementsAre("a", "b"));
  AccessKeys::ById of_a = keys->of("a");
  EXPECT_EQ(of_a.size(), 3u);
  EXPECT_EQ(of_a["common"].secret.reveal(), "a-key") << "the instance's own key wins";
  EXPECT_EQ(of_a["temporary"].sts_token.reveal(), "token");
  EXPECT_EQ(keys->of("elsewhere")["common"].secret.reveal(), "common-key");
  EXPECT_EQ(keys->first_of("b")->first, "only-b");
  EXPECT_EQ(keys->first_of("elsewhere")->first, "common");
  EXPECT_EQ(AccessKeys::laptop().first_of("local")->second.secret.reveal(), "local");
  EXPECT_EQ(AccessKeys{}.first_of("local"), nullptr);
}

TEST(AccessKeysTest, NamesThePlaceAndNeverTheKey) {
  const struct {
    const char* text;
    const char* message;  // part of it
  } kCases[] = {
      {R"([])", "a keys file is an object"},
      {R"({})", "names no access key"},
      {R"({"id": ""})", "not empty"},
      {R"({"id": 5})", "must be a text"},
      {R"({"": "hush"})", "an access id must not be empty"},
      {R"({"id": {"accessKey": "hush", "token": "hush"}})", "no member 'token'"},
      {R"({"id": {"securityToken": "hush"}})", "the access key is missing"},
      {R"({"id": "hush", "instances": []})", "must be an object of instances"},
      {R"({"id": "hush", "instances": {"a": {}}})", "instance 'a' names no access key"},
  };
  for (const auto& c : kCases) {
    auto keys = AccessKeys::parse(c.text, "keys.json");
    ASSERT_FALSE(keys) << c.text;
    EXPECT_EQ(keys.error().code, "Local-Keys") << c.text;
    EXPECT_THAT(keys.error().message, HasSubstr(c.message)) << c.text;
    EXPECT_THAT(keys.error().where, HasSubstr("keys.json:1:"));
    EXPECT_THAT(keys.error().to_string(), Not(HasSubstr("hush")));
  }
}

TEST(AccessKeysTest, RefusesAFileThatOthersMayRead) {
  auto folder = std::filesystem::temp_directory_path() / "otsstream_access_keys_test";
  std::filesystem::create_directories(folder);
  std::string path = (folder / "keys.json").string();
  ASSERT_TRUE(write_file_atomic(path, R"({"id": "key"})", 0644));
  auto refused = AccessKeys::load(path);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "File-NotPrivate");
  ASSERT_TRUE(write_file_atomic(path, R"({"id": "key"})", 0600));
  EXPECT_TRUE(AccessKeys::load(path));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace otsstream::local
