#include "local/maxcompute/block_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace otsstream::local {

namespace {

constexpr std::string_view kTemporarySuffix = ".tmp";
constexpr size_t kIdDigits = 32;

Error file_error(std::string_view doing, const std::string& path) {
  return make_error(ErrorKind::kResource, "Local-Store",
                    "cannot " + std::string(doing) + " " + path + ": " + std::strerror(errno),
                    "check free space and access rights of the directory");
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// A block, or what a killed process left of one; nothing else in the directory is ours to remove.
bool is_block_name(std::string_view name) {
  if (name.ends_with(kTemporarySuffix)) name.remove_suffix(kTemporarySuffix.size());
  return name.size() == kIdDigits &&
         name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// The block is there after a power cut only when its bytes and its name are.
Status write_file(const std::string& directory, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + std::string(kTemporarySuffix);
  {
    File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.ok()) return fail(file_error("create", temporary));
    if (!write_all(file.get(), bytes) || ::fdatasync(file.get()) != 0) {
      Error error = file_error("write", temporary);
      ::unlink(temporary.c_str());
      return fail(std::move(error));
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return fail(file_error("rename", temporary));
  File parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.ok() || ::fsync(parent.get()) != 0) return fail(file_error("sync", directory));
  return {};
}

Result<std::string> read_file(const std::string& path) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!file.ok() || ::fstat(file.get(), &info) != 0) return fail(file_error("open", path));
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t n = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(file_error("read", path));
    done += static_cast<size_t>(n);
  }
  return bytes;
}

}  // namespace

Result<std::unique_ptr<BlockStore>> BlockStore::open(std::string directory, Random& random,
                                                     size_t memory_cap) {
  if (!directory.empty()) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
      errno = error.value();
      return fail(file_error("create directory", directory));
    }
  }
  return std::unique_ptr<BlockStore>(new BlockStore(std::move(directory), random, memory_cap));
}

Result<std::string> BlockStore::put(SharedBuffer bytes) {
  std::string id = random_.hex(kIdDigits);
  if (!directory_.empty()) {
    OTS_CHECK(write_file(directory_, path(id), bytes.view()));
    return id;
  }
  std::lock_guard lock(mutex_);
  if (memory_cap_ > 0 && bytes.size() > memory_cap_ - memory_bytes_) {
    return fail(ErrorKind::kResource, "QuotaExceeded",
                "the local MaxCompute may keep " + std::to_string(memory_cap_) +
                    " bytes of blocks in memory and holds " + std::to_string(memory_bytes_),
                "drop or truncate tables, raise --memory-cap, or keep blocks on disk with --data");
  }
  memory_bytes_ += bytes.size();
  memory_.emplace(id, std::move(bytes));
  return id;
}

Result<SharedBuffer> BlockStore::get(const std::string& id) const {
  if (directory_.empty()) {
    std::lock_guard lock(mutex_);
    if (auto found = memory_.find(id); found != memory_.end()) return found->second;
    return fail(ErrorKind::kCorrupt, "Local-Store", "block " + id + " is not in the block store");
  }
  auto bytes = read_file(path(id));
  if (!bytes) {
    return fail(ErrorKind::kCorrupt, "Local-Store", bytes.error().message,
                "the directory of the local MaxCompute lost a file; start with an empty one");
  }
  return SharedBuffer(std::move(*bytes));
}

void BlockStore::erase_locked(const std::string& id) {
  if (directory_.empty()) {
    auto found = memory_.find(id);
    if (found == memory_.end()) return;
    memory_bytes_ -= found->second.size();
    memory_.erase(found);
  } else {
    // What cannot be removed now goes with the next start (keep_only).
    ::unlink(path(id).c_str());
  }
}

void BlockStore::remove(const std::vector<std::string>& ids) {
  std::lock_guard lock(mutex_);
  if (readers_ > 0) {
    pending_.insert(pending_.end(), ids.begin(), ids.end());
    return;
  }
  for (const std::string& id : ids) erase_locked(id);
}

Status BlockStore::keep_only(const std::set<std::string>& ids) {
  std::lock_guard lock(mutex_);
  if (directory_.empty()) {
    std::vector<std::string> doomed;
    for (const auto& [id, bytes] : memory_) {
      if (!ids.contains(id)) doomed.push_back(id);
    }
    for (const std::string& id : doomed) erase_locked(id);
    return {};
  }
  std::error_code error;
  std::vector<std::string> doomed;
  for (std::filesystem::directory_iterator it(directory_, error), end; !error && it != end;
       it.increment(error)) {
    std::string name = it->path().filename().string();
    if (is_block_name(name) && !ids.contains(name)) doomed.push_back(std::move(name));
  }
  if (error) {
    errno = error.value();
    return fail(file_error("list", directory_));
  }
  for (const std::string& name : doomed) erase_locked(name);
  return {};
}

size_t BlockStore::count() const {
  std::lock_guard lock(mutex_);
  if (directory_.empty()) return memory_.size();
  std::error_code error;
  std::filesystem::directory_iterator files(directory_, error);
  return error ? 0 : static_cast<size_t>(std::distance(files, {}));
}

BlockStore::Reading::Reading(BlockStore& store) : store_(store) {
  std::lock_guard lock(store_.mutex_);
  ++store_.readers_;
}

BlockStore::Reading::~Reading() {
  std::lock_guard lock(store_.mutex_);
  if (--store_.readers_ > 0) return;
  for (const std::string& id : store_.pending_) store_.erase_locked(id);
  store_.pending_.clear();
}

}  // namespace otsstream::local
