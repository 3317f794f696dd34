// Keeps the golden vectors honest: a test that names one which is not there fails here, and the
// ones that no test opens yet are listed.

#include "support/vectors.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <regex>
#include <set>

namespace otsstream {
namespace {

namespace fs = std::filesystem;

std::set<std::string> vector_names() {
  std::set<std::string> names;
  for (const auto& file : fs::directory_iterator(test::vector_folder())) {
    std::string name = file.path().filename().string();
    names.insert(name.substr(0, name.find('.')));
  }
  return names;
}

std::string all_test_sources() {
  std::string text;
  for (const char* folder : {"/src", "/tests"}) {
    for (const auto& file :
         fs::recursive_directory_iterator(std::string(OTS_SOURCE_DIR) + folder)) {
      const std::string name = file.path().filename().string();
      if (name.ends_with("_test.cc") ||
          (name.ends_with(".cc") && file.path().string().find("/tests/") != std::string::npos)) {
        text += test::read_text_file(file.path().string());
      }
    }
  }
  return text;
}

TEST(Vectors, EveryNamedVectorExists) {
  const std::set<std::string> names = vector_names();
  ASSERT_FALSE(names.empty());
  const std::string sources = all_test_sources();
  // A string literal of the vectors' naming, as far as it can be nothing else.
  const std::regex literal(
      "\"((?:java|node|go|python|resp)_[a-z0-9_]+|odps-[0-9]{2}-[a-z0-9-]+|odps-signature)(?:\\.[a-"
      "z.]+)?\"");
  std::set<std::string> used;
  for (auto it = std::sregex_iterator(sources.begin(), sources.end(), literal);
       it != std::sregex_iterator(); ++it)
    used.insert((*it)[1]);
  for (const std::string& name : used) {
    if (name.ends_with("_")) continue;  // a prefix that a test filters by
    EXPECT_TRUE(names.contains(name))
        << "a test names the vector " << name << ", which is not in tests/data/vectors";
  }
  std::cout << "vectors that no test names yet:\n";
  for (const std::string& name : names) {
    if (!used.contains(name)) std::cout << "  " << name << "\n";
  }
}

}  // namespace
}  // namespace otsstream
