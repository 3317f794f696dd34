#pragma once
// What the files of base/ that touch the file system share; nobody else includes it.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream {

// A file descriptor and the duty to close it.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  // True when closing succeeded: some file systems report a failed write only here.
  bool close();

 private:
  int fd_;
};

// `doing`: "read", "write". Uses errno.
Error file_error(std::string_view doing, const std::string& path);
// Like read(2), but not interrupted.
ssize_t read_some(int fd, char* to, size_t size);
bool write_all(int fd, std::string_view text);
// A name is durable only with its folder. Some file systems cannot sync one; the content is safe
// all the same.
void sync_folder_of(const std::string& path);

}  // namespace otsstream
