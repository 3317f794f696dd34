#pragma once
// Where the local Tablestore keeps rows: ordered byte keys and values in numbered spaces (one per
// table). Small on purpose, so that memory and a disk engine are interchangeable. Keys sort
// byte-wise (sort_key.h makes them from primary keys).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace otsstream::local {

using SpaceId = uint64_t;

// Changes that become visible together or not at all.
struct StorageBatch {
  struct Change {
    SpaceId space = 0;
    std::string key;
    SharedBuffer value;
    bool erase = false;
  };
  std::vector<Change> changes;  // applied in this order

  void put(SpaceId space, std::string key, SharedBuffer value) {
    changes.push_back({space, std::move(key), std::move(value), false});
  }
  void erase(SpaceId space, std::string key) {
    changes.push_back({space, std::move(key), {}, true});
  }
};

class StorageReader {
 public:
  // Says false to stop. Must not call the storage.
  using Visitor = std::function<bool(std::string_view key, const SharedBuffer& value)>;
  virtual ~StorageReader() = default;
  // The value, which stays good however the storage changes, or nullopt.
  virtual Result<std::optional<SharedBuffer>> get(SpaceId space, std::string_view key) const = 0;
  // Keys in [from, to), ascending or, with `backward`, descending. An empty `to` is the end of the
  // space.
  virtual Status scan(SpaceId space, std::string_view from, std::string_view to, bool backward,
                      const Visitor& visit) const = 0;
};

// Thread-safe.
class Storage : public StorageReader {
 public:
  virtual Status apply(StorageBatch batch) = 0;
  // The content as it is now, unmoved by later changes.
  virtual std::unique_ptr<const StorageReader> snapshot() const = 0;
  // Removes a space and all that is in it.
  virtual Status drop(SpaceId space) = 0;
};

}  // namespace otsstream::local
