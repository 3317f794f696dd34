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
    options.access_keys.emplace("id", Secret("key"));
    const Error error = refused(options);
    EXPECT_EQ(error.code, "Local-Host") << host;
    EXPECT_THAT(error.remedy, HasSubstr("127.0.0.1"));
  }
}

TEST_F(LocalCloudTest, NeedsAnAccessKey) {
  EXPECT_EQ(refused(LocalCloudOptions{}).code, "Local-Keys");
}

TEST_F(LocalCloudTest, NamesItsServersInItsConnections) {
  LocalCloudOptions options;
  options.access_keys.emplace("id", Secret("key"));
  auto cloud = LocalCloud::start(options, clock, random);
  ASSERT_TRUE(cloud) << cloud.error().to_string();
  EXPECT_THAT((*cloud)->tablestore_endpoint(), ::testing::StartsWith("http://127.0.0.1:"));
  EXPECT_THAT((*cloud)->maxcompute_endpoint(), ::testing::EndsWith("/api"));
  const std::string connections = (*cloud)->connections_json();
  EXPECT_THAT(connections, HasSubstr((*cloud)->tablestore_endpoint()));
  EXPECT_THAT(connections, HasSubstr((*cloud)->maxcompute_endpoint()));
}

}  // namespace
}  // namespace otsstream::local
