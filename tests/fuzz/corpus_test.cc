// Every file of every target's corpus, once: what fuzzing found stays found, with any compiler.

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

struct FuzzTarget {
  const char* name;
  int (*one_input)(const uint8_t* data, size_t size);
};
#include "fuzz_targets.inc"

namespace {

class CorpusTest : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(CorpusTest, TakesEveryFile) {
  const FuzzTarget& target = GetParam();
  const std::filesystem::path folder =
      std::filesystem::path(OTS_SOURCE_DIR) / "tests/fuzz/corpus" / target.name;
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().filename().string());
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const std::string bytes = text.str();
    EXPECT_EQ(target.one_input(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()), 0);
    ++files;
  }
  EXPECT_GT(files, 0u) << "a corpus in " << folder;
  target.one_input(nullptr, 0);
}

INSTANTIATE_TEST_SUITE_P(Targets, CorpusTest, ::testing::ValuesIn(kFuzzTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
