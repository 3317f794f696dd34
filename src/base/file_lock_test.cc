#include "base/file_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace otsstream {
namespace {

TEST(FileLockTest, OneHolderAtATimeAndNoneAfterItsEnd) {
  std::string folder = (std::filesystem::temp_directory_path() / "otsstream-lock-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/LOCK";
  {
    auto first = FileLock::acquire(path);
    ASSERT_TRUE(first);
    auto second = FileLock::acquire(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "File-Locked");
    EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
    const pid_t child = fork();
    if (child == 0) _exit(FileLock::acquire(path) ? 0 : 7);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 7) << "another process does not get it either";
    FileLock moved = std::move(*first);
    EXPECT_FALSE(FileLock::acquire(path));
  }
  EXPECT_TRUE(FileLock::acquire(path)) << "the holder is gone";
  EXPECT_EQ(FileLock::acquire(folder + "/none/LOCK").error().code, "File-Io");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace otsstream
