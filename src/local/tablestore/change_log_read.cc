// Reading a change log: from the newest segments in memory, or from storage.

#include <algorithm>

#include "local/tablestore/change_log.h"
#include "local/tablestore/rejection.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

using tablestore::kStreamPageBytes;
using tablestore::kStreamPageRecords;

namespace {

tl::unexpected<Error> trimmed() {
  return reject("OTSTrimmedDataAccess",
                "Requested stream data is already trimmed or does not exist.");
}

}  // namespace

Result<const ChangeLog::Shard*> ChangeLog::require(std::string_view shard_id) const {
  const Shard* shard = find(shard_id);
  if (!shard) return trimmed();
  return shard;
}

Status ChangeLog::load() {
  if (!storage_.is_persistent()) return {};
  for (Shard& shard : shards_) {
    const uint64_t number = shard.record.number;
    Status parsed;
    OTS_CHECK(storage_.scan(log_space(table_), log_key(number), behind_shard(number), true,
                            [&](std::string_view key, std::string_view value) {
                              auto chunk = parse_chunk(key, value);
                              if (chunk) {
                                shard.end = std::max(shard.end, chunk->end());
                              } else {
                                parsed = fail(std::move(chunk).error());
                              }
                              return false;
                            }));
    OTS_CHECK(std::move(parsed));
    if (shard.end > shard.record.oldest) {
      OTS_TRY(shard.oldest_us, timestamp_at(shard, shard.record.oldest));
    }
  }
  return {};
}

Result<uint64_t> ChangeLog::oldest_position(std::string_view shard_id) const {
  OTS_TRY(const Shard* shard, require(shard_id));
  return shard->record.oldest;
}

Result<LogChunk> ChangeLog::chunk_at(const Shard& shard, uint64_t position,
                                     std::string& value) const {
  const uint64_t number = shard.record.number;
  std::string found_key;
  OTS_CHECK(storage_.scan(log_space(table_), log_key(number), log_key(number, position + 1), true,
                          [&](std::string_view key, std::string_view found) {
                            found_key = key;
                            value = found;
                            return false;
                          }));
  OTS_TRY(LogChunk chunk, parse_chunk(found_key, value));
  if (chunk.end() <= position) return damaged_store("records are missing in a change log");
  return chunk;
}

Result<ChangeLog::Found> ChangeLog::segment_at(const Shard& shard, uint64_t position) const {
  if (position >= shard.recent_start()) {
    auto behind = std::upper_bound(
        shard.recent.begin(), shard.recent.end(), position,
        [](uint64_t wanted, const Recent& recent) { return wanted < recent.start; });
    const Recent& recent = *--behind;
    return Found{recent.start, recent.segment};
  }
  LogCache::Found cached = cache_.find(table_, shard.record.number, position);
  if (cached.segment) return Found{cached.start, std::move(cached.segment)};
  return load_segment(shard, position);
}

Result<ChangeLog::Found> ChangeLog::load_segment(const Shard& shard, uint64_t position) const {
  const uint64_t number = shard.record.number;
  std::string value;
  OTS_TRY(LogChunk inside, chunk_at(shard, position, value));
  const uint64_t start = inside.segment_start();
  SegmentBuilder builder;
  Status added;
  OTS_CHECK(storage_.scan(log_space(table_), log_key(number, start),
                          log_key(number, shard.recent_start()), false,
                          [&](std::string_view key, std::string_view found) {
                            auto chunk = parse_chunk(key, found);
                            if (!chunk) {
                              added = fail(std::move(chunk).error());
                              return false;
                            }
                            if (chunk->segment_start() != start) return false;
                            added = builder.add(*chunk);
                            return added.has_value();
                          }));
  OTS_CHECK(std::move(added));
  if (builder.empty() || position < builder.start() || position >= builder.end())
    return damaged_store("records are missing in a change log");
  Found found{builder.start(), nullptr};
  found.segment = builder.take();
  cache_.add(table_, number, found.start, found.segment);
  return found;
}

Result<int64_t> ChangeLog::timestamp_at(const Shard& shard, uint64_t position) const {
  if (position >= shard.recent_start()) {
    OTS_TRY(Found found, segment_at(shard, position));
    return found.segment->timestamp(position - found.start);
  }
  std::string value;
  OTS_TRY(LogChunk chunk, chunk_at(shard, position, value));
  return chunk.timestamp_us;
}

Result<uint64_t> ChangeLog::lower_bound(const Shard& shard, int64_t us) const {
  uint64_t low = shard.record.oldest;
  uint64_t high = shard.recent_start();
  // Strictly less: what lies before the newest segments may have the same time
  // as their first.
  if (!shard.recent.empty() && (high <= low || shard.recent.front().segment->timestamp(0) < us)) {
    auto found =
        std::partition_point(shard.recent.begin(), shard.recent.end(), [&](const Recent& recent) {
          const LogSegment& segment = *recent.segment;
          return segment.timestamp(segment.records() - 1) < us;
        });
    if (found == shard.recent.end()) return shard.end;
    return std::max(low, found->start + found->segment->lower_bound(us));
  }
  std::string value;
  while (low < high) {
    OTS_TRY(LogChunk chunk, chunk_at(shard, low + (high - low) / 2, value));
    if (chunk.timestamp_us < us) {
      low = chunk.end();
    } else {
      high = std::max(low, chunk.position);
    }
  }
  return low;
}

Result<std::optional<uint64_t>> ChangeLog::seek(std::string_view shard_id, int64_t us) const {
  OTS_TRY(const Shard* shard, require(shard_id));
  OTS_TRY(uint64_t position, lower_bound(*shard, us));
  if (position == shard->end && shard->record.closed_us) return std::nullopt;
  return position;
}

Result<LogPage> ChangeLog::read(std::string_view shard_id, uint64_t position,
                                std::optional<size_t> limit) const {
  OTS_TRY(const Shard* shard, require(shard_id));
  if (position < shard->record.oldest || position > shard->end) return trimmed();

  LogPage page;
  const size_t wanted = limit.value_or(kStreamPageRecords);
  while (position + page.records < shard->end && page.records < wanted) {
    OTS_TRY(Found found, segment_at(*shard, position + page.records));
    const LogSegment& segment = *found.segment;
    size_t first = position + page.records - found.start;
    size_t last = std::min(segment.records(), first + (wanted - page.records));
    size_t room = page.records == 0 ? std::max(kStreamPageBytes,
                                               segment.offset(first + 1) - segment.offset(first))
                                    : kStreamPageBytes - std::min(kStreamPageBytes, page.bytes);
    while (last > first && segment.offset(last) - segment.offset(first) > room) --last;
    // No piece of a segment behind another one: the next page would begin inside it, and so would
    // every page after that.
    const bool is_piece = !limit && page.records > 0 && last < segment.records();
    if (last == first || is_piece) break;
    SharedBuffer part = segment.slice(first, last);
    if (page.records == 0 && first == 0 && last == segment.records())
      page.first_part_md5 = segment.md5();
    page.records += last - first;
    page.bytes += part.size();
    page.parts.push_back(std::move(part));
    if (last < segment.records()) break;
    // A page that is large enough ends with its segment: whoever reads on then
    // takes whole segments, whose digests are at hand.
    if (page.bytes >= kStreamPageBytes / 2 || (!limit && page.records >= kStreamPageRecords / 2))
      break;
  }
  page.next_position = position + page.records;
  page.at_end = page.next_position == shard->end;
  page.closed_and_read = page.at_end && shard->record.closed_us.has_value();
  return page;
}

}  // namespace otsstream::local
