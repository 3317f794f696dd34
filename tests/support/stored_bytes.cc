#include "support/stored_bytes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/file.h"

namespace otsstream::test {

namespace {

std::string content(const std::string& path) {
  auto text = read_file(path);
  EXPECT_TRUE(text.has_value()) << text.error().to_string();
  return text.value_or("");
}

}  // namespace

StoredBytes::StoredBytes(World& world) : world_(world) {
  local::MaxComputeOptions options;
  options.projects = {"demo"};
  options.access_keys.emplace("testid", Secret("testkey"));
  options.clock = &world.clock;
  options.random = &world.random;
  options.public_origin = "http://maxcompute.local";
  options.directory = folder_.path("maxcompute");
  auto server = local::MaxComputeServer::create(std::move(options));
  EXPECT_TRUE(server.has_value()) << server.error().to_string();
  if (server) world.maxcompute_server = std::move(*server);
}

std::string StoredBytes::look() const {
  const std::string snapshot = folder_.path("tablestore");
  Status written = world_.tablestore_server->find_instance("inst")->snapshot(snapshot);
  EXPECT_TRUE(written.has_value()) << written.error().to_string();
  std::string all = content(snapshot);
  std::map<std::string, std::string> files;  // in order of their names
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder_.path("maxcompute"))) {
    // The index of SQLite's write-ahead log is rebuilt by readers; it holds no content.
    if (!entry.is_regular_file() || entry.path().string().ends_with("-shm")) continue;
    files[entry.path().string()] = content(entry.path().string());
  }
  EXPECT_FALSE(files.empty());
  for (const auto& [name, bytes] : files) all += name + "\n" + bytes;
  return all;
}

}  // namespace otsstream::test
