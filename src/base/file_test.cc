#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace otsstream {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

struct FileTest : ::testing::Test {
  FileTest() {
    std::string name = ::testing::TempDir() + "ots_file_XXXXXX";
    folder = ::mkdtemp(name.data());
  }
  ~FileTest() override { fs::remove_all(folder); }
  std::string at(const std::string& name) { return folder + "/" + name; }
  std::string folder;
};

TEST_F(FileTest, WritesAndReadsBack) {
  for (const std::string& text :
       {std::string(), std::string("a\0b\n", 4), std::string(100'000, 'x')}) {
    ASSERT_TRUE(write_file_atomic(at("f"), text));
    EXPECT_EQ(read_file(at("f")).value(), text);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "no temporary file is left";
}

TEST_F(FileTest, ModeIsExact) {
  for (unsigned mode : {0600u, 0644u, 0666u}) {
    ASSERT_TRUE(write_file_atomic(at("f"), "x", mode));
    struct stat info;
    ASSERT_EQ(::stat(at("f").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, mode);
  }
}

TEST_F(FileTest, SizeLimitIsExact) {
  ASSERT_TRUE(write_file_atomic(at("f"), std::string(10'000, 'x')));
  EXPECT_EQ(read_file(at("f"), 10'000).value().size(), 10'000u);
  auto result = read_file(at("f"), 9'999);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kResource);
  EXPECT_EQ(result.error().code, "File-TooLarge");
  EXPECT_FALSE(read_file(at("f"), 0));
}

TEST_F(FileTest, ReadsWhatHasNoSize) { EXPECT_FALSE(read_file("/proc/self/stat").value().empty()); }

TEST_F(FileTest, MissingFileAndMissingFolder) {
  for (const Error& error :
       {read_file(at("none")).error(), read_file(at("none/f")).error(),
        write_file_atomic(at("none/f"), "x").error(), check_private_file(at("none")).error()}) {
    EXPECT_EQ(error.kind, ErrorKind::kNotFound);
    EXPECT_EQ(error.code, "File-NotFound");
    EXPECT_THAT(error.message, HasSubstr(at("none")));
  }
}

TEST_F(FileTest, FolderIsNoFile) {
  EXPECT_EQ(read_file(folder).error().code, "File-Io");
  fs::create_directory(at("sub"));
  EXPECT_EQ(write_file_atomic(at("sub"), "x").error().code, "File-Io");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "no temporary file is left";
  EXPECT_EQ(check_private_file(folder).error().code, "File-NotPrivate");
}

TEST_F(FileTest, ClosedFileIsAPermissionError) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  ASSERT_TRUE(write_file_atomic(at("f"), "x", 0000));
  EXPECT_EQ(read_file(at("f")).error().code, "File-Permission");
}

TEST_F(FileTest, PrivateMeansOwnerOnly) {
  for (unsigned mode : {0600u, 0400u, 0700u}) {
    ASSERT_TRUE(write_file_atomic(at("f"), "x", mode));
    EXPECT_TRUE(check_private_file(at("f"))) << mode;
  }
  for (unsigned mode : {0640u, 0604u, 0644u, 0620u, 0601u}) {
    ASSERT_TRUE(write_file_atomic(at("f"), "x", mode));
    auto status = check_private_file(at("f"));
    ASSERT_FALSE(status) << mode;
    EXPECT_EQ(status.error().kind, ErrorKind::kPermission);
    EXPECT_EQ(status.error().code, "File-NotPrivate");
    EXPECT_THAT(status.error().remedy, HasSubstr("chmod 600 " + at("f")));
  }
}

TEST_F(FileTest, PrivateFileOfAnotherUserIsRefused) {
  ASSERT_TRUE(write_file_atomic(at("f"), "x", 0600));
  if (::chown(at("f").c_str(), 12345, 12345) != 0) GTEST_SKIP() << "only root may give files away";
  EXPECT_THAT(check_private_file(at("f")).error().message, HasSubstr("another user"));
}

TEST_F(FileTest, WritablePlacesAreKnownBeforehand) {
  const std::string folder = std::string(::testing::TempDir());
  EXPECT_TRUE(check_writable(folder + "/otsstream-report.json"));
  EXPECT_FALSE(check_writable(folder)) << "a folder is no file";
  EXPECT_FALSE(check_writable(folder + "/nowhere/report.json"));
}

}  // namespace
}  // namespace otsstream
