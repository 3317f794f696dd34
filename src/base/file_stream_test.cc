#include "base/file_stream.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"

namespace otsstream {
namespace {

class FileStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = (std::filesystem::temp_directory_path() / "otsstream-stream-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/file";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  size_t files() const {
    auto list = std::filesystem::directory_iterator(folder_);
    return static_cast<size_t>(std::distance(begin(list), end(list)));
  }
  std::string folder_, path_;
};

TEST_F(FileStreamTest, TheOldFileOrTheNewOne) {
  ASSERT_TRUE(write_file_atomic(path_, "old"));
  {
    auto writer = FileWriter::create(path_);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write("half"));
    EXPECT_EQ(*read_file(path_), "old");
  }
  EXPECT_EQ(*read_file(path_), "old");
  EXPECT_EQ(files(), 1u) << "what was given up leaves no trace";
  auto writer = FileWriter::create(path_);
  ASSERT_TRUE(writer->write("new "));
  ASSERT_TRUE(writer->write("text"));
  ASSERT_TRUE(writer->commit(0600));
  EXPECT_EQ(*read_file(path_), "new text");
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms{0600});
}

TEST_F(FileStreamTest, ReadsPiecesUpToTheEnd) {
  const std::string text(3 << 20, 'x');
  ASSERT_TRUE(write_file_atomic(path_, text + "tail"));
  auto reader = FileReader::open(path_);
  ASSERT_TRUE(reader);
  EXPECT_EQ(*reader->read(text.size()), text);
  EXPECT_EQ(*reader->read(2), "ta");
  EXPECT_EQ(*reader->read(size_t{1} << 40), "il") << "no more than there is";
  EXPECT_EQ(*reader->read(1), "");
  ASSERT_TRUE(reader->rewind());
  EXPECT_EQ(*reader->read(1), "x");
}

TEST_F(FileStreamTest, NamesWhatIsMissing) {
  EXPECT_EQ(FileReader::open(folder_ + "/none").error().code, "File-NotFound");
  EXPECT_EQ(FileWriter::create(folder_ + "/none/file").error().code, "File-NotFound");
  auto reader = FileReader::open(folder_);
  EXPECT_TRUE(!reader || reader->read(1).error().code == "File-Io");
}

}  // namespace
}  // namespace otsstream
