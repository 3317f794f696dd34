#pragma once
// Both storages, for tests that hold for either.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "local/tablestore/memory_storage.h"
#include "local/tablestore/rocks_storage.h"
#include "local/tablestore/stored_bytes.h"

namespace otsstream::local::tablestore_test {

enum class Engine { kMemory, kDisk };
inline constexpr Engine kEngines[] = {Engine::kMemory, Engine::kDisk};
inline std::string engine_name(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::kMemory ? "Memory" : "Disk";
}

// A folder that goes with its test.
class Folder {
 public:
  Folder() {
    path_ = (std::filesystem::temp_directory_path() / "otsstream-store-XXXXXX").string();
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct OpenEngine {
  explicit OpenEngine(Engine kind) : kind(kind) { reopen(); }
  void reopen() {
    if (kind == Engine::kMemory) {
      if (!storage) storage = std::make_unique<MemoryStorage>();
      return;
    }
    storage.reset();
    auto opened = RocksStorage::open(folder.path("db"), false);
    ASSERT_TRUE(opened) << opened.error().to_string();
    storage = std::move(*opened);
  }
  size_t keys(SpaceId space) const {
    size_t count = 0;
    EXPECT_TRUE(storage->scan(space, {}, {}, false, [&](std::string_view, std::string_view) {
      ++count;
      return true;
    }));
    return count;
  }

  Engine kind;
  Folder folder;
  std::unique_ptr<Storage> storage;
};

}  // namespace otsstream::local::tablestore_test
