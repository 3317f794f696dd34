#pragma once
// A file that one process at a time may hold. The lock ends with the process, however that ends.

#include <string>
#include <utility>

#include "base/result.h"

namespace otsstream {

class FileLock {
 public:
  // Makes the file when it is missing; does not wait. Fails with kConflict "File-Locked" while
  // another holder lives (of this process too), or with "File-Io".
  static Result<FileLock> acquire(const std::string& path);
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace otsstream
