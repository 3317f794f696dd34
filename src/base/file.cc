#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/file_descriptor.h"
#include "base/file_stream.h"

namespace otsstream {
namespace {

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

bool Descriptor::close() { return ::close(std::exchange(fd_, -1)) == 0; }

Error file_error(std::string_view doing, const std::string& path) {
  const int code = errno;
  std::string text =
      fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(code));
  switch (code) {
    case ENOENT:
    case ENOTDIR:
      return make_error(ErrorKind::kNotFound, "File-NotFound", std::move(text), "check the path");
    case EACCES:
    case EPERM:
    case EROFS:
      return make_error(ErrorKind::kPermission, "File-Permission", std::move(text),
                        "check owner and mode of the file and its folders");
    default:
      return make_error(ErrorKind::kResource, "File-Io", std::move(text));
  }
}

ssize_t read_some(int fd, char* to, size_t size) {
  ssize_t n;
  do {
    n = ::read(fd, to, size);
  } while (n < 0 && errno == EINTR);
  return n;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

void sync_folder_of(const std::string& path) {
  Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.open()) ::fsync(folder.get());
}

Result<std::string> read_file(const std::string& path, size_t max_bytes) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return fail(file_error("read", path));
  // Until the end and not by the size in the inode, so that pipes and /proc work too.
  std::string text;
  for (;;) {
    const size_t used = text.size();
    // One byte more than allowed tells "just fits" from "too large".
    const size_t room = std::min(std::max<size_t>(used, 4096), max_bytes - used) + 1;
    text.resize(used + room);
    const ssize_t n = read_some(file.get(), text.data() + used, room);
    if (n < 0) return fail(file_error("read", path));
    text.resize(used + static_cast<size_t>(n));
    if (n == 0) return text;
    if (text.size() > max_bytes) {
      return fail(ErrorKind::kResource, "File-TooLarge",
                  fmt::format("{} is larger than the allowed {} bytes", path, max_bytes));
    }
  }
}

Status write_file_atomic(const std::string& path, std::string_view text, unsigned mode) {
  OTS_TRY(FileWriter file, FileWriter::create(path));
  OTS_CHECK(file.write(text));
  return file.commit(mode);
}

Status check_writable(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    return fail(file_error("write", path));
  }
  std::string temporary = path + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.open()) return fail(file_error("write", path));
  ::unlink(temporary.c_str());
  return {};
}

Status check_private_file(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return fail(file_error("read", path));
  auto refuse = [&](std::string_view why, std::string remedy) {
    return fail(ErrorKind::kPermission, "File-NotPrivate",
                fmt::format("{} may hold secrets, but {}", path, why), std::move(remedy));
  };
  if (!S_ISREG(info.st_mode)) return refuse("is no regular file", "name a regular file");
  if (info.st_uid != ::geteuid() && info.st_uid != 0) {
    return refuse(fmt::format("belongs to another user (id {})", info.st_uid),
                  "use a file of your own");
  }
  if ((info.st_mode & 077) != 0) {
    return refuse(fmt::format("others may use it (mode {:04o})", info.st_mode & 07777u),
                  "run: chmod 600 " + path);
  }
  return {};
}

}  // namespace otsstream
