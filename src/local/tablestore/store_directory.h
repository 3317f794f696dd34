#pragma once
// The directory of a local Tablestore on disk: what says that it is one, of
// which version, and that nobody else uses it
// (docs/formats/local-tablestore-store.md).

#include <memory>
#include <string>

#include "base/file_lock.h"
#include "base/result.h"

namespace otsstream::local {

class StoreDirectory {
 public:
  // Takes the directory for this process, or makes it. Fails with
  // "Store-Foreign", "Store-Version", "Store-InUse" (and has changed nothing)
  // or as files do.
  static Result<StoreDirectory> open(const std::string& path);

  // Where an instance has its files; the folder above exists.
  // "Store-InstanceName" for a name that is no name of a file.
  Result<std::string> instance_folder(std::string_view name) const;

 private:
  StoreDirectory(std::string path, FileLock lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string path_;
  FileLock lock_;
};

}  // namespace otsstream::local
