#include "local/tablestore/memory_storage.h"

#include <mutex>

namespace otsstream::local {

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
  auto first = in->second.lower_bound(from);
  auto last = to.empty() ? in->second.end() : in->second.lower_bound(to);
  if (backward) {
    while (last != first) {
      --last;
      if (!visit(last->first, last->second)) break;
    }
  } else {
    for (; first != last; ++first) {
      if (!visit(first->first, first->second)) break;
    }
  }
  return {};
}

Status MemoryStorage::apply(StorageBatch batch) {
  std::unique_lock lock(mutex_);
  for (StorageBatch::Change& change : batch.changes) {
    Space& space = spaces_[change.space];
    if (change.erase) {
      space.erase(change.key);
    } else {
      space.insert_or_assign(std::move(change.key), std::move(change.value));
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

Status MemoryStorage::drop(SpaceId space) {
  std::unique_lock lock(mutex_);
  spaces_.erase(space);
  return {};
}

}  // namespace otsstream::local
