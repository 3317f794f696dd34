#include "base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace otsstream {

Result<FileLock> FileLock::acquire(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  FileLock lock(fd);
  if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  const int code = errno;
  if (fd >= 0 && code == EWOULDBLOCK)
    return fail(ErrorKind::kConflict, "File-Locked", path + " is locked by another process");
  return fail(ErrorKind::kResource, "File-Io",
              fmt::format("cannot lock {}: {}", path, std::generic_category().message(code)),
              "check owner and mode of the file and its folder");
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace otsstream
