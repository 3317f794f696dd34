#include "base/process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace otsstream {
namespace {

TEST(Process, OurselvesAreAlive) { EXPECT_FALSE(process_is_gone(process_identity())); }

TEST(Process, AnEndedChildIsGone) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string identity = process_identity();
    (void)!write(pipe_ends[1], identity.data(), identity.size());
    _exit(0);
  }
  close(pipe_ends[1]);
  char text[512];
  const ssize_t size = read(pipe_ends[0], text, sizeof text);
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_GT(size, 0);
  EXPECT_TRUE(process_is_gone(std::string_view(text, size)));
}

TEST(Process, ANumberUsedAgainIsAnotherProcess) {
  std::string identity = process_identity();
  EXPECT_TRUE(process_is_gone(identity.substr(0, identity.rfind('/')) + "/1"));
}

TEST(Process, NothingIsClaimedAboutOtherHostsOrBadTexts) {
  for (const char* identity : {"elsewhere/1/1", "", "x", "//", "a/b/c"})
    EXPECT_FALSE(process_is_gone(identity)) << identity;
}

}  // namespace
}  // namespace otsstream
