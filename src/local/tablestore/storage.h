#pragma once
// Where the local Tablestore keeps what it has: ordered byte keys and values in numbered spaces.
// Small on purpose, so that memory and a disk engine are interchangeable. Keys sort byte-wise
// (sort_key.h makes them from primary keys). docs/formats/local-tablestore-store.md says what lies
// under which key.

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

// A table's number names the space of its rows, log_space() that of its log; kMetaSpace is what is
// known about all tables.
using SpaceId = uint64_t;
inline constexpr SpaceId kMetaSpace = 0;
inline constexpr SpaceId kLogBit = SpaceId{1} << 63;
constexpr SpaceId log_space(SpaceId table) { return table | kLogBit; }

// Changes that become visible together or not at all.
struct StorageBatch {
  enum class Kind : uint8_t { kPut, kErase, kEraseRange };
  struct Change {
    Kind kind = Kind::kPut;
    SpaceId space = 0;
    std::string key;
    SharedBuffer value;  // kPut
    std::string end;     // kEraseRange: the first key that stays; "" = the end of the space
  };
  std::vector<Change> changes;  // applied in this order
  // What the caller itself will keep in memory (greater) or let go (less than zero) when the batch
  // succeeds, for an engine that bounds the memory of all.
  int64_t memory_bytes = 0;

  void put(SpaceId space, std::string key, SharedBuffer value) {
    changes.push_back({Kind::kPut, space, std::move(key), std::move(value), {}});
  }
  void erase(SpaceId space, std::string key) {
    changes.push_back({Kind::kErase, space, std::move(key), {}, {}});
  }
  void erase_range(SpaceId space, std::string from, std::string end) {
    changes.push_back({Kind::kEraseRange, space, std::move(from), {}, std::move(end)});
  }
  // All that is in the space.
  void drop(SpaceId space) { erase_range(space, {}, {}); }
};

class StorageReader {
 public:
  // Says false to stop. The views are good during the visit. Must not call the storage.
  using Visitor = std::function<bool(std::string_view key, std::string_view value)>;
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
  // On failure nothing has changed.
  virtual Status apply(StorageBatch batch) = 0;
  // The content as it is now, unmoved by later changes. Must not outlive the storage.
  virtual std::unique_ptr<const StorageReader> snapshot() const = 0;
  // Whether the content outlives the process. If not, the log and what is known about tables need
  // not be stored: whoever keeps them in memory has the only copy that matters.
  virtual bool is_persistent() const = 0;
  // Returns when all that was applied before the call is as safe as this storage makes it. After a
  // failure nobody knows what is: every later call fails.
  virtual Status make_durable() = 0;
};

}  // namespace otsstream::local
