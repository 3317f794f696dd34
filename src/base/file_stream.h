#pragma once
// Files too large for file.h: written and read piece by piece. Errors are those of file.h.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

// The new content or, until commit() and after any crash, the old file.
class FileWriter {
 public:
  static Result<FileWriter> create(const std::string& path);
  FileWriter(FileWriter&&) noexcept;
  ~FileWriter();  // without commit(): no trace

  Status write(std::string_view bytes);
  // fsync, then the name.
  Status commit(unsigned mode = 0644);

 private:
  struct State;
  explicit FileWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class FileReader {
 public:
  static Result<FileReader> open(const std::string& path);
  FileReader(FileReader&&) noexcept;
  ~FileReader();

  // Exactly `size` bytes, or fewer at the end of the file.
  Result<std::string> read(size_t size);
  Status rewind();

 private:
  struct State;
  explicit FileReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace otsstream
