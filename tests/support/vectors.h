#pragma once
// The golden vectors in tests/data/vectors: messages captured from official SDKs, and answers that
// those SDKs accepted (tablestore-protocol.md 7, maxcompute-protocol.md). `name` is the file's base
// name: "node_put_row".

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace otsstream::test {

inline std::string vector_folder() { return OTS_SOURCE_DIR "/tests/data/vectors/"; }

inline std::string read_text_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << "no such file: " << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Bytes of <name>.body.hex; a name that already ends in ".hex" is taken as it is.
inline std::string load_hex(const std::string& name) {
  std::string text =
      read_text_file(vector_folder() + (name.ends_with(".hex") ? name : name + ".body.hex"));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  std::string bytes = from_hex(text);
  EXPECT_EQ(bytes.size() * 2, text.size()) << name << " is not hexadecimal";
  return bytes;
}

struct VectorHeaders {
  std::string first_line;  // "POST /PutRow HTTP/1.1", "HTTP/1.1 200"
  std::vector<std::pair<std::string, std::string>> list;
  // "/PutRow" of a request
  std::string path() const {
    size_t from = first_line.find(' ') + 1;
    return first_line.substr(from, first_line.find(' ', from) - from);
  }
  // "" when there is none; names compare without case
  std::string get(std::string_view name) const {
    for (const auto& [key, value] : list) {
      if (std::equal(key.begin(), key.end(), name.begin(), name.end(),
                     [](char a, char b) { return tolower(a) == tolower(b); }))
        return value;
    }
    return {};
  }
};

// <name>.headers.txt
inline VectorHeaders load_headers(const std::string& name) {
  std::istringstream in(read_text_file(vector_folder() + name + ".headers.txt"));
  VectorHeaders headers;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    if (headers.first_line.empty()) {
      headers.first_line = line;
    } else if (size_t colon = line.find(':'); colon != std::string::npos) {
      size_t value = line.find_first_not_of(' ', colon + 1);
      headers.list.emplace_back(line.substr(0, colon),
                                value == std::string::npos ? "" : line.substr(value));
    }
  }
  return headers;
}

}  // namespace otsstream::test
