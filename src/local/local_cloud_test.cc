#include "local/local_cloud.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace otsstream::local {
namespace {

using ::testing::HasSubstr;

class LocalCloudTest : public ::testing::Test {
 protected:
  Error refused(LocalCloudOptions options) {
    auto cloud = LocalCloud::start(std::move(options), clock, random);
    EXPECT_FALSE(cloud);
    return cloud ? Error{} : cloud.error();
  }
  ManualClock clock{1508400000LL * 1000000};
  Random random{1};
};

// Both servers hold data behind one well-known key: nobody but this machine may reach them.
TEST_F(LocalCloudTest, ListensOnLoopbackOnly) {
  for (const char* host : {"0.0.0.0", "::", "192.0.2.1", "example.org", ""}) {
    LocalCloudOptions options;
    options.host = host;
    options.keys.everywhere["id"] = {Secret("key"), {}};
    const Error error = refused(options);
    EXPECT_EQ(error.code, "Local-Host") << host;
    EXPECT_THAT(error.remedy, HasSubstr("127.0.0.1"));
  }
}

TEST_F(LocalCloudTest, NeedsAnAccessKey) {
  EXPECT_EQ(refused(LocalCloudOptions{}).code, "Local-Keys");
}

TEST_F(LocalCloudTest, WantsKeysAndInstancesToFit) {
  LocalCloudOptions options;
  options.keys.by_instance["a"]["id"] = {Secret("key"), {}};
  options.instances = {"a", "b"};
  EXPECT_THAT(refused(options).message, HasSubstr("'b' has no access key"));
  options.instances = {"b"};
  options.keys.everywhere["id"] = {Secret("key"), {}};
  EXPECT_THAT(refused(options).message, HasSubstr("'a', which is not served"));
  options.instances = {};
  EXPECT_THAT(refused(options).message, HasSubstr("no instance"));
}

TEST_F(LocalCloudTest, ServesEveryInstanceWithItsKeys) {
  LocalCloudOptions options;
  options.instances = {"a", "b"};
  options.keys.by_instance["a"]["id-a"] = {Secret("key-a"), Secret("token-a")};
  options.keys.by_instance["b"]["id-b"] = {Secret("key-b"), {}};
  auto cloud = LocalCloud::start(options, clock, random);
  ASSERT_TRUE(cloud) << cloud.error().to_string();
  EXPECT_THAT((*cloud)->tablestore().instance_names(), ::testing::ElementsAre("a", "b"));
  for (const char* word : {"\"a\"", "id-a", "key-a", "token-a"})
    EXPECT_THAT((*cloud)->connections_json(), HasSubstr(word));
  EXPECT_THAT((*cloud)->connections_json(), ::testing::Not(HasSubstr("key-b")));
}

TEST_F(LocalCloudTest, NamesItsServersInItsConnections) {
  LocalCloudOptions options;
  options.keys.everywhere["id"] = {Secret("key"), {}};
  auto cloud = LocalCloud::start(options, clock, random);
  ASSERT_TRUE(cloud) << cloud.error().to_string();
  EXPECT_THAT((*cloud)->tablestore_endpoint(), ::testing::StartsWith("http://127.0.0.1:"));
  EXPECT_THAT((*cloud)->maxcompute_endpoint(), ::testing::EndsWith("/api"));
  const std::string connections = (*cloud)->connections_json();
  EXPECT_THAT(connections, HasSubstr((*cloud)->tablestore_endpoint()));
  EXPECT_THAT(connections, HasSubstr((*cloud)->maxcompute_endpoint()));
}

TEST_F(LocalCloudTest, ServesEveryProject) {
  LocalCloudOptions options;
  options.keys.everywhere["id"] = {Secret("key"), {}};
  options.projects = {"shop", "archive"};
  auto cloud = LocalCloud::start(options, clock, random);
  ASSERT_TRUE(cloud) << cloud.error().to_string();
  const std::string connections = (*cloud)->connections_json();
  for (const char* word : {"\"odps_first\"", "\"odps_archive\"", "\"shop\"", "\"archive\""})
    EXPECT_THAT(connections, HasSubstr(word));
  EXPECT_THAT(connections, ::testing::Not(HasSubstr("odps_shop")));
  options.projects = {};
  EXPECT_EQ(refused(options).code, "MaxCompute-Options");
  options.projects = {"a", ""};
  EXPECT_EQ(refused(options).code, "MaxCompute-Options");
}

}  // namespace
}  // namespace otsstream::local
