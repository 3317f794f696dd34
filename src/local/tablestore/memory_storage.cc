#include "local/tablestore/memory_storage.h"

#include <fmt/format.h>

#include <mutex>

#include "local/tablestore/rejection.h"

namespace otsstream::local {
namespace {

// What a map's node, two strings and a shared owner take beside the bytes themselves.
constexpr size_t kEntryOverhead = 192;

int64_t size_of(std::string_view key, const SharedBuffer& value) {
  return static_cast<int64_t>(key.size() + value.size() + kEntryOverhead);
}

// [from, to) of an ordered map; an empty `to` is its end.
template <class Map>
auto range_of(Map& map, std::string_view from, std::string_view to) {
  auto first = map.lower_bound(from);
  auto last = to.empty() ? map.end() : map.lower_bound(to);
  return std::pair(first, last);
}

}  // namespace

Result<std::optional<SharedBuffer>> MemoryStorage::get(SpaceId space, std::string_view key) const {
  std::shared_lock lock(mutex_);
  auto in = spaces_.find(space);
  if (in == spaces_.end()) return std::nullopt;
  auto found = in->second.find(key);
  if (found == in->second.end()) return std::nullopt;
  return found->second;
}

Status MemoryStorage::scan(SpaceId space, std::string_view from, std::string_view to, bool backward,
                           const Visitor& visit) const {
  std::shared_lock lock(mutex_);
  auto in = spaces_.find(space);
  if (in == spaces_.end() || (!to.empty() && to <= from)) return {};
  auto [first, last] = range_of(in->second, from, to);
  if (backward) {
    while (last != first) {
      --last;
      if (!visit(last->first, last->second.view())) break;
    }
  } else {
    for (; first != last; ++first) {
      if (!visit(first->first, first->second.view())) break;
    }
  }
  return {};
}

// As if every put were new and nothing were erased: enough to see that there is room.
int64_t MemoryStorage::growth_at_most(const StorageBatch& batch) const {
  int64_t bytes = batch.memory_bytes;
  for (const StorageBatch::Change& change : batch.changes) {
    if (change.kind == StorageBatch::Kind::kPut) bytes += size_of(change.key, change.value);
  }
  return bytes;
}

int64_t MemoryStorage::growth(const StorageBatch& batch) const {
  int64_t bytes = batch.memory_bytes;
  std::map<std::pair<SpaceId, std::string_view>, int64_t> sizes;  // of what the batch has touched
  for (const StorageBatch::Change& change : batch.changes) {
    auto in = spaces_.find(change.space);
    if (change.kind == StorageBatch::Kind::kEraseRange) {
      if (in == spaces_.end()) continue;
      auto [first, last] = range_of(in->second, change.key, change.end);
      for (; first != last; ++first) {
        auto [size, is_new] =
            sizes.try_emplace(std::pair(change.space, std::string_view(first->first)),
                              size_of(first->first, first->second));
        bytes -= size->second;
        size->second = 0;
      }
      continue;
    }
    auto [size, is_new] =
        sizes.try_emplace(std::pair(change.space, std::string_view(change.key)), 0);
    if (is_new && in != spaces_.end()) {
      auto found = in->second.find(change.key);
      if (found != in->second.end()) size->second = size_of(found->first, found->second);
    }
    bytes -= size->second;
    size->second = change.kind == StorageBatch::Kind::kPut ? size_of(change.key, change.value) : 0;
    bytes += size->second;
  }
  return bytes;
}

Status MemoryStorage::apply(StorageBatch batch) {
  std::unique_lock lock(mutex_);
  if (cap_ > 0 && used_ + growth_at_most(batch) > cap_) {
    int64_t grown = growth(batch);
    if (grown > 0 && used_ + grown > cap_)
      return reject("OTSQuotaExhausted",
                    fmt::format("The local Tablestore is full: it keeps {} bytes in memory, and {} "
                                "more would exceed its "
                                "cap of {} bytes. Raise the cap (otsstream local --memory-cap), "
                                "keep the data on disk "
                                "(--data), or delete tables.",
                                used_, grown, cap_));
  }
  used_ += batch.memory_bytes;
  for (StorageBatch::Change& change : batch.changes) {
    Space& space = spaces_[change.space];
    switch (change.kind) {
      case StorageBatch::Kind::kPut: {
        int64_t size = size_of(change.key, change.value);
        auto [at, is_new] = space.try_emplace(std::move(change.key), std::move(change.value));
        if (!is_new) {
          size -= size_of(at->first, at->second);
          at->second = std::move(change.value);
        }
        used_ += size;
        break;
      }
      case StorageBatch::Kind::kErase:
        if (auto found = space.find(change.key); found != space.end()) {
          used_ -= size_of(found->first, found->second);
          space.erase(found);
        }
        break;
      case StorageBatch::Kind::kEraseRange: {
        auto [first, last] = range_of(space, change.key, change.end);
        for (auto at = first; at != last; ++at) used_ -= size_of(at->first, at->second);
        space.erase(first, last);
        if (space.empty()) spaces_.erase(change.space);
        break;
      }
    }
  }
  return {};
}

std::unique_ptr<const StorageReader> MemoryStorage::snapshot() const {
  auto copy = std::make_unique<MemoryStorage>();
  std::shared_lock lock(mutex_);
  copy->spaces_ = spaces_;
  return copy;
}

size_t MemoryStorage::used_bytes() const {
  std::shared_lock lock(mutex_);
  return static_cast<size_t>(used_);
}

}  // namespace otsstream::local
