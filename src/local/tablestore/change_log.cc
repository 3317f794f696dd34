#include "local/tablestore/change_log.h"

#include <algorithm>
#include <cstring>

#include "local/tablestore/rejection.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

using tablestore::kStreamPageBytes;
using tablestore::kStreamPageRecords;

namespace {

// Segments grow with their shard, so that many quiet shards stay small; the largest one is one
// page.
constexpr size_t kFirstSegmentBytes = 64u << 10;
constexpr size_t kLargestSegmentBytes = kStreamPageBytes;

tl::unexpected<Error> trimmed() {
  return reject("OTSTrimmedDataAccess",
                "Requested stream data is already trimmed or does not exist.");
}

}  // namespace

LogSegment::LogSegment(size_t capacity) : data_(new char[capacity]), capacity_(capacity) {}

void LogSegment::append(std::string_view field, int64_t timestamp_us) {
  std::memcpy(data_.get() + used_, field.data(), field.size());
  index_.push_back({used_, timestamp_us});
  used_ += field.size();
  md5_.add(field);
}

size_t LogSegment::lower_bound(int64_t us) const {
  auto found = std::lower_bound(
      index_.begin(), index_.end(), us,
      [](const IndexEntry& entry, int64_t wanted) { return entry.timestamp_us < wanted; });
  return static_cast<size_t>(found - index_.begin());
}

SharedBuffer LogSegment::slice(size_t first, size_t last) const {
  return SharedBuffer(data_,
                      std::string_view(data_.get() + offset(first), offset(last) - offset(first)));
}

void ChangeLog::open_shard(tablestore::StreamShard info) {
  shards_.emplace_back();
  shards_.back().info = std::move(info);
}

void ChangeLog::close_shard(std::string_view shard_id, int64_t now_us) {
  if (Shard* shard = find(shard_id)) shard->closed_us = now_us;
}

void ChangeLog::append(std::string_view shard_id, std::string_view field, int64_t timestamp_us) {
  Shard* shard = find(shard_id);
  if (!shard) return;
  bool full = shard->segments.empty() || !shard->segments.back().fits(field.size()) ||
              shard->segments.back().records() >= kStreamPageRecords;
  if (full) {
    size_t capacity =
        shard->segments.empty() ? kFirstSegmentBytes : shard->segments.back().capacity() * 2;
    shard->segments.emplace_back(
        std::max(std::clamp(capacity, kFirstSegmentBytes, kLargestSegmentBytes), field.size()));
  }
  shard->segments.back().append(field, timestamp_us);
  ++shard->end;
}

std::vector<tablestore::StreamShard> ChangeLog::shards() const {
  std::vector<tablestore::StreamShard> list;
  list.reserve(shards_.size());
  for (const Shard& shard : shards_) list.push_back(shard.info);
  return list;
}

const ChangeLog::Shard* ChangeLog::find(std::string_view shard_id) const {
  auto found = std::find_if(shards_.begin(), shards_.end(),
                            [&](const Shard& shard) { return shard.info.shard_id == shard_id; });
  return found == shards_.end() ? nullptr : &*found;
}

ChangeLog::Shard* ChangeLog::find(std::string_view shard_id) {
  return const_cast<Shard*>(static_cast<const ChangeLog*>(this)->find(shard_id));
}

Result<const ChangeLog::Shard*> ChangeLog::require(std::string_view shard_id) const {
  const Shard* shard = find(shard_id);
  if (!shard) return trimmed();
  return shard;
}

Result<uint64_t> ChangeLog::oldest_position(std::string_view shard_id) const {
  OTS_TRY(const Shard* shard, require(shard_id));
  return shard->oldest;
}

Result<std::optional<uint64_t>> ChangeLog::seek(std::string_view shard_id, int64_t us) const {
  OTS_TRY(const Shard* shard, require(shard_id));
  uint64_t position = shard->first_segment_position;
  for (const LogSegment& segment : shard->segments) {
    size_t record = segment.lower_bound(us);
    if (record < segment.records()) return std::max(position + record, shard->oldest);
    position += segment.records();
  }
  if (shard->closed_us) return std::nullopt;
  return shard->end;
}

Result<LogPage> ChangeLog::read(std::string_view shard_id, uint64_t position,
                                std::optional<size_t> limit) const {
  OTS_TRY(const Shard* shard, require(shard_id));
  if (position < shard->oldest || position > shard->end) return trimmed();

  LogPage page;
  size_t wanted = limit.value_or(kStreamPageRecords);
  uint64_t begin = shard->first_segment_position;
  for (const LogSegment& segment : shard->segments) {
    uint64_t end = begin + segment.records();
    if (position + page.records < end && page.records < wanted) {
      size_t first = position + page.records - begin;
      size_t last = std::min(segment.records(), first + (wanted - page.records));
      size_t room = page.records == 0 ? std::max(kStreamPageBytes,
                                                 segment.offset(first + 1) - segment.offset(first))
                                      : kStreamPageBytes - std::min(kStreamPageBytes, page.bytes);
      while (last > first && segment.offset(last) - segment.offset(first) > room) --last;
      if (last == first) break;
      SharedBuffer part = segment.slice(first, last);
      if (page.records == 0 && first == 0 && last == segment.records())
        page.first_part_md5 = segment.md5();
      page.records += last - first;
      page.bytes += part.size();
      page.parts.push_back(std::move(part));
      if (last < segment.records()) break;
      // A page that is large enough ends with its segment: whoever reads on then takes whole
      // segments, whose digests are at hand.
      if (page.bytes >= kStreamPageBytes / 2 || (!limit && page.records >= kStreamPageRecords / 2))
        break;
    }
    begin = end;
  }
  page.next_position = position + page.records;
  page.at_end = page.next_position == shard->end;
  page.closed_and_read = page.at_end && shard->closed_us.has_value();
  return page;
}

bool ChangeLog::wants_trim(int64_t horizon_us) const {
  return std::any_of(shards_.begin(), shards_.end(), [&](const Shard& shard) {
    if (shard.closed_us && *shard.closed_us < horizon_us) return true;
    if (shard.oldest == shard.end) return false;
    return shard.segments.front().timestamp(shard.oldest - shard.first_segment_position) <
           horizon_us;
  });
}

void ChangeLog::trim(int64_t horizon_us) {
  std::erase_if(shards_, [&](const Shard& shard) {
    return shard.closed_us && *shard.closed_us < horizon_us;
  });
  for (Shard& shard : shards_) {
    while (!shard.segments.empty()) {
      const LogSegment& segment = shard.segments.front();
      size_t kept_from = segment.lower_bound(horizon_us);
      shard.oldest = std::max(shard.oldest, shard.first_segment_position + kept_from);
      if (kept_from < segment.records()) break;
      shard.first_segment_position += segment.records();
      shard.segments.pop_front();
    }
  }
}

}  // namespace otsstream::local
