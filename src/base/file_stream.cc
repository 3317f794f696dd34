#include "base/file_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/file_descriptor.h"

namespace otsstream {

struct FileWriter::State {
  State(std::string to, std::string temp, int fd)
      : path(std::move(to)), temporary(std::move(temp)), file(fd) {}
  ~State() {
    if (!temporary.empty()) ::unlink(temporary.c_str());
  }
  std::string path;
  std::string temporary;  // "" once it has its name
  Descriptor file;
};

FileWriter::FileWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileWriter::FileWriter(FileWriter&&) noexcept = default;
FileWriter::~FileWriter() = default;

Result<FileWriter> FileWriter::create(const std::string& path) {
  std::string temporary = path + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return fail(file_error("write", path));
  return FileWriter(std::make_unique<State>(path, std::move(temporary), fd));
}

Status FileWriter::write(std::string_view bytes) {
  if (!write_all(state_->file.get(), bytes)) return fail(file_error("write", state_->path));
  return {};
}

Status FileWriter::commit(unsigned mode) {
  const bool stored = ::fchmod(state_->file.get(), mode) == 0 && ::fsync(state_->file.get()) == 0 &&
                      state_->file.close() &&
                      ::rename(state_->temporary.c_str(), state_->path.c_str()) == 0;
  if (!stored) return fail(file_error("write", state_->path));
  state_->temporary.clear();
  sync_folder_of(state_->path);
  return {};
}

struct FileReader::State {
  State(std::string from, int fd) : path(std::move(from)), file(fd) {}
  std::string path;
  Descriptor file;
};

FileReader::FileReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileReader::FileReader(FileReader&&) noexcept = default;
FileReader::~FileReader() = default;

Result<FileReader> FileReader::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(file_error("read", path));
  return FileReader(std::make_unique<State>(path, fd));
}

Result<std::string> FileReader::read(size_t size) {
  // What a damaged length asks for is not allocated before it is there.
  constexpr size_t kPiece = size_t{1} << 20;
  std::string bytes;
  while (bytes.size() < size) {
    const size_t used = bytes.size();
    bytes.resize(used + std::min(size - used, kPiece));
    const ssize_t n = read_some(state_->file.get(), bytes.data() + used, bytes.size() - used);
    if (n < 0) return fail(file_error("read", state_->path));
    bytes.resize(used + static_cast<size_t>(n));
    if (n == 0) break;
  }
  return bytes;
}

Status FileReader::rewind() {
  if (::lseek(state_->file.get(), 0, SEEK_SET) != 0) return fail(file_error("read", state_->path));
  return {};
}

}  // namespace otsstream
