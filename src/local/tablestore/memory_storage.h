#pragma once
// Storage as ordered maps in memory.

#include <map>
#include <shared_mutex>

#include "local/tablestore/storage.h"

namespace otsstream::local {

class MemoryStorage final : public Storage {
 public:
  Result<std::optional<SharedBuffer>> get(SpaceId space, std::string_view key) const override;
  Status scan(SpaceId space, std::string_view from, std::string_view to, bool backward,
              const Visitor& visit) const override;
  Status apply(StorageBatch batch) override;
  std::unique_ptr<const StorageReader> snapshot() const override;  // copies keys, shares values
  Status drop(SpaceId space) override;

 private:
  using Space = std::map<std::string, SharedBuffer, std::less<>>;
  mutable std::shared_mutex mutex_;
  std::map<SpaceId, Space> spaces_;
};

}  // namespace otsstream::local
