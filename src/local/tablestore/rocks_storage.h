#pragma once
// Storage on disk: one RocksDB. Every batch goes through its write-ahead log
// before it is seen, so that the end of the process loses nothing that was
// applied.

#include <memory>
#include <string>

#include "base/result.h"
#include "local/tablestore/storage.h"

namespace otsstream::local {

class RocksStorage final : public Storage {
 public:
  // Opens what is there or begins anew. With `sync` make_durable() waits for
  // the disk. The caller sees to it that nobody else has `folder` open
  // (store_directory.h). Fails with "Store-Damaged" or "Store-Io".
  static Result<std::unique_ptr<RocksStorage>> open(const std::string& folder, bool sync);
  ~RocksStorage() override;

  Result<std::optional<SharedBuffer>> get(SpaceId space, std::string_view key) const override;
  Status scan(SpaceId space, std::string_view from, std::string_view to, bool backward,
              const Visitor& visit) const override;
  Status apply(StorageBatch batch) override;
  std::unique_ptr<const StorageReader> snapshot() const override;
  bool is_persistent() const override { return true; }
  // Calls that come together share one fsync.
  Status make_durable() override;

 private:
  struct Impl;
  class Snapshot;
  explicit RocksStorage(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace otsstream::local
