#pragma once
// Storage as ordered maps in memory, up to a cap.

#include <map>
#include <shared_mutex>

#include "local/tablestore/storage.h"

namespace otsstream::local {

class MemoryStorage final : public Storage {
 public:
  // `cap_bytes`: what rows and log may take together; 0 = no bound. A batch that would go beyond it
  // fails with OTSQuotaExhausted.
  explicit MemoryStorage(size_t cap_bytes = 0) : cap_(static_cast<int64_t>(cap_bytes)) {}

  Result<std::optional<SharedBuffer>> get(SpaceId space, std::string_view key) const override;
  Status scan(SpaceId space, std::string_view from, std::string_view to, bool backward,
              const Visitor& visit) const override;
  Status apply(StorageBatch batch) override;
  // Copies keys, shares values: not for hot paths, and not counted.
  std::unique_ptr<const StorageReader> snapshot() const override;
  bool is_persistent() const override { return false; }
  Status make_durable() override { return {}; }

  size_t used_bytes() const;

 private:
  using Space = std::map<std::string, SharedBuffer, std::less<>>;
  int64_t growth_at_most(const StorageBatch& batch) const;
  int64_t growth(const StorageBatch& batch) const;

  const int64_t cap_;
  mutable std::shared_mutex mutex_;
  std::map<SpaceId, Space> spaces_;
  int64_t used_ = 0;
};

}  // namespace otsstream::local
