#include "base/env.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace otsstream {
namespace {

TEST(Env, TellsUnsetFromEmpty) {
  ::setenv("OTSSTREAM_ENV_TEST", "a b", 1);
  EXPECT_EQ(read_env("OTSSTREAM_ENV_TEST"), "a b");
  ::setenv("OTSSTREAM_ENV_TEST", "", 1);
  EXPECT_EQ(read_env("OTSSTREAM_ENV_TEST"), "");
  ::unsetenv("OTSSTREAM_ENV_TEST");
  EXPECT_EQ(read_env("OTSSTREAM_ENV_TEST"), std::nullopt);
}

}  // namespace
}  // namespace otsstream
