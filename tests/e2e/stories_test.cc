// Plays every golden story: writes in, landed rows out.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/story.h"

namespace otsstream::test {
namespace {

std::vector<std::string> stories() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(OTS_SOURCE_DIR "/tests/golden"))
    if (file.path().extension() == ".story") names.push_back(file.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

class Stories : public testing::TestWithParam<std::string> {};

TEST_P(Stories, LandsTheRows) {
  play_story(OTS_SOURCE_DIR "/tests/golden/" + GetParam() + ".story");
}

INSTANTIATE_TEST_SUITE_P(Golden, Stories, testing::ValuesIn(stories()),
                         [](const auto& story) { return story.param; });

}  // namespace
}  // namespace otsstream::test
