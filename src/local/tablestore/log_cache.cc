#include "local/tablestore/log_cache.h"

namespace otsstream::local {

LogCache::Found LogCache::find(SpaceId space, uint64_t shard, uint64_t position) {
  std::lock_guard lock(mutex_);
  auto found = entries_.upper_bound(Key(space, shard, position));
  if (found == entries_.begin()) return {};
  --found;
  const auto& [found_space, found_shard, start] = found->first;
  if (found_space != space || found_shard != shard ||
      position >= start + found->second.segment->records())
    return {};
  uses_.splice(uses_.begin(), uses_, found->second.use);
  return {start, found->second.segment};
}

void LogCache::add(SpaceId space, uint64_t shard, uint64_t start,
                   std::shared_ptr<const LogSegment> segment) {
  std::lock_guard lock(mutex_);
  const Key key(space, shard, start);
  if (entries_.contains(key)) return;
  loaded_ += segment->footprint();
  uses_.push_front(key);
  entries_.emplace(key, Entry{std::move(segment), uses_.begin()});
  while (loaded_ > loaded_limit_ && uses_.size() > 1) {
    auto last = entries_.find(uses_.back());
    loaded_ -= last->second.segment->footprint();
    entries_.erase(last);
    uses_.pop_back();
  }
}

}  // namespace otsstream::local
