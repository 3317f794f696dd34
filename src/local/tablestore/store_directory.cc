#include "local/tablestore/store_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/file.h"

namespace otsstream::local {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFormatName = "otsstream-tablestore-store";
constexpr std::string_view kFormatVersion = "1";

tl::unexpected<Error> foreign(const std::string& path) {
  return fail(ErrorKind::kConflict, "Store-Foreign",
              path + " holds something else than a local Tablestore",
              "name an empty directory, or one that a local Tablestore made");
}

// Whether the directory says that it is a store of this version; false: it is
// empty. What a start that was killed leaves counts as empty.
Result<bool> has_format(const std::string& path) {
  const std::string format = path + "/FORMAT";
  std::error_code error;
  if (!fs::exists(format, error)) {
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (name != "LOCK" && !name.starts_with("FORMAT.")) return foreign(path);
    }
    if (error)
      return fail(ErrorKind::kResource, "Store-Io",
                  fmt::format("cannot read {}: {}", path, error.message()),
                  "check owner and mode of the directory");
    return false;
  }
  OTS_TRY(std::string text, read_file(format, 4096));
  if (!text.starts_with(std::string(kFormatName) + " ") || !text.ends_with('\n'))
    return foreign(path);
  const std::string version =
      text.substr(kFormatName.size() + 1, text.size() - kFormatName.size() - 2);
  if (version != kFormatVersion)
    return fail(ErrorKind::kUnsupported, "Store-Version",
                fmt::format("{} was written in version {} of the local "
                            "Tablestore's format; this "
                            "program knows version {}",
                            path, version, kFormatVersion),
                "use the program that wrote it, or another directory");
  return true;
}

}  // namespace

Result<StoreDirectory> StoreDirectory::open(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path, error))
    return fail(ErrorKind::kResource, "Store-Io",
                fmt::format("cannot make the directory {}: {}", path,
                            error ? error.message() : "it is a file"),
                "name a directory, in a place where you may write");
  OTS_CHECK(has_format(path));  // before anything is made in it
  auto lock = FileLock::acquire(path + "/LOCK");
  if (!lock) {
    if (lock.error().kind != ErrorKind::kConflict) return fail(std::move(lock).error());
    return fail(ErrorKind::kConflict, "Store-InUse", path + " is used by another local Tablestore",
                "stop that one, or name another directory");
  }
  OTS_TRY(bool is_store, has_format(path));
  if (!is_store)
    OTS_CHECK(
        write_file_atomic(path + "/FORMAT", fmt::format("{} {}\n", kFormatName, kFormatVersion)));
  return StoreDirectory(path, std::move(*lock));
}

Result<std::string> StoreDirectory::instance_folder(std::string_view name) const {
  const bool good =
      !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
  if (!good)
    return fail(ErrorKind::kConfig, "Store-InstanceName",
                fmt::format("the instance name '{}' cannot name a folder", name),
                "use letters, digits, '-' and '_', at most 64");
  const std::string above = path_ + "/instances";
  std::error_code error;
  fs::create_directories(above, error);
  if (error)
    return fail(ErrorKind::kResource, "Store-Io",
                fmt::format("cannot make the directory {}: {}", above, error.message()),
                "check owner and mode of the directory");
  return above + "/" + std::string(name);
}

}  // namespace otsstream::local
