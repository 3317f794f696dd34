// Writing and trimming a change log; reading is in change_log_read.cc.

#include "local/tablestore/change_log.h"

#include <algorithm>

#include "tablestore/wire/limits.h"

namespace otsstream::local {

using tablestore::kStreamPageBytes;
using tablestore::kStreamPageRecords;

namespace {

// Segments grow with their shard, so that many quiet shards stay small; the largest one is one
// page.
constexpr size_t kFirstSegmentBytes = 64u << 10;
constexpr size_t kLargestSegmentBytes = kStreamPageBytes;
// Range deletes are few and large.
constexpr uint64_t kErasedTogether = 1000;

// For the segment behind `full`. One that was full of records, not of bytes, tells what the next
// will need; a little more, since records differ.
size_t next_capacity(const LogSegment* full, size_t at_least) {
  size_t capacity = kFirstSegmentBytes;
  if (full) {
    const size_t used = full->bytes() + full->staged().size();
    const bool is_full_of_records = full->records() + full->staged_records() >= kStreamPageRecords;
    capacity = is_full_of_records ? used + used / 4 : full->capacity() * 2;
  }
  return std::max(std::clamp(capacity, kFirstSegmentBytes, kLargestSegmentBytes), at_least);
}

int64_t taken_by(size_t bytes, size_t records) {
  return static_cast<int64_t>(bytes + records * sizeof(LogSegment::IndexEntry));
}

}  // namespace

ChangeLog::ChangeLog(std::string stream_id, int64_t created_us, SpaceId table,
                     const Storage& storage, LogCache& cache)
    : stream_id_(std::move(stream_id)),
      created_us_(created_us),
      table_(table),
      storage_(storage),
      cache_(cache) {}

ChangeLog::~ChangeLog() {
  for (Shard& shard : shards_) {
    while (!shard.recent.empty()) drop_oldest_recent(shard);
  }
}

int64_t ChangeLog::memory_of(const LogSegment& segment) {
  return taken_by(segment.bytes(), segment.records());
}

void ChangeLog::open_shard(ShardRecord record) {
  by_id_[record.info.shard_id] = shards_.size();
  Shard& shard = shards_.emplace_back();
  shard.end = record.oldest;
  shard.record = std::move(record);
}

void ChangeLog::close_shard(std::string_view shard_id, int64_t now_us) {
  if (Shard* shard = find(shard_id)) shard->record.closed_us = now_us;
}

const ShardRecord* ChangeLog::shard_record(std::string_view shard_id) const {
  const Shard* shard = find(shard_id);
  return shard ? &shard->record : nullptr;
}

void ChangeLog::add_recent(Shard& shard, uint64_t start, std::shared_ptr<LogSegment> segment) {
  if (storage_.is_persistent()) cache_.count_recent(static_cast<int64_t>(segment->capacity()));
  shard.recent.push_back({start, std::move(segment)});
}

void ChangeLog::drop_oldest_recent(Shard& shard) {
  const LogSegment& segment = *shard.recent.front().segment;
  if (storage_.is_persistent()) {
    cache_.count_recent(-static_cast<int64_t>(segment.capacity()));
  } else {
    memory_bytes_ -= memory_of(segment);
  }
  shard.recent.pop_front();
}

void ChangeLog::adopt(uint64_t number, uint64_t start, std::shared_ptr<LogSegment> segment) {
  auto shard = std::find_if(shards_.begin(), shards_.end(),
                            [&](const Shard& s) { return s.record.number == number; });
  if (shard == shards_.end()) return;
  shard->end = start + segment->records();
  memory_bytes_ += memory_of(*segment);
  if (!shard->oldest_us && shard->end > shard->record.oldest)
    shard->oldest_us = segment->timestamp(std::max(shard->record.oldest, start) - start);
  add_recent(*shard, start, std::move(segment));
}

uint64_t ChangeLog::end_of(const Staged& staged) const {
  return staged.segment_start + staged.segment->records() + staged.segment->staged_records();
}

void ChangeLog::stage(std::string_view shard_id, std::string_view field, int64_t timestamp_us) {
  Shard* shard = find(shard_id);
  if (!shard) return;
  auto has_room = [&](const LogSegment& segment) {
    return segment.fits(field.size()) &&
           segment.records() + segment.staged_records() < kStreamPageRecords;
  };
  const Staged* last = shard->staged ? &staged_[*shard->staged] : nullptr;
  std::shared_ptr<LogSegment> newest = last                    ? last->segment
                                       : shard->recent.empty() ? nullptr
                                                               : shard->recent.back().segment;
  if (last && has_room(*newest)) {
    newest->stage(field, timestamp_us);
    return;
  }
  Staged staged{static_cast<size_t>(shard - shards_.data()), 0, newest, false, timestamp_us};
  if (!newest || !has_room(*newest)) {
    staged.segment = std::make_shared<LogSegment>(next_capacity(newest.get(), field.size()));
    staged.is_new = true;
    staged.segment_start = last ? end_of(*last) : shard->end;
  } else {
    staged.segment_start = shard->recent.back().start;
  }
  staged.segment->stage(field, timestamp_us);
  shard->staged = staged_.size();
  staged_.push_back(std::move(staged));
}

void ChangeLog::add_staged(StorageBatch& batch) const {
  for (const Staged& staged : staged_) {
    const LogSegment& segment = *staged.segment;
    if (!storage_.is_persistent()) {
      batch.memory_bytes += taken_by(segment.staged().size(), segment.staged_records());
      continue;
    }
    LogChunk chunk;
    chunk.shard = shards_[staged.shard].record.number;
    chunk.position = staged.segment_start + segment.records();
    chunk.timestamp_us = staged.timestamp_us;
    chunk.in_segment = segment.records();
    chunk.records = segment.staged_records();
    chunk.fields = segment.staged();
    batch.put(log_space(table_), log_key(chunk.shard, chunk.position),
              SharedBuffer(chunk_value(chunk)));
  }
}

void ChangeLog::publish() {
  for (Staged& staged : staged_) {
    Shard& shard = shards_[staged.shard];
    LogSegment& segment = *staged.segment;
    if (!storage_.is_persistent())
      memory_bytes_ += taken_by(segment.staged().size(), segment.staged_records());
    if (!shard.oldest_us) shard.oldest_us = staged.timestamp_us;
    shard.end = end_of(staged);
    segment.publish();
    if (staged.is_new) add_recent(shard, staged.segment_start, std::move(staged.segment));
    shard.staged.reset();
    while (storage_.is_persistent() && cache_.has_too_many_recent() && shard.recent.size() > 1)
      drop_oldest_recent(shard);
  }
  staged_.clear();
}

void ChangeLog::discard() {
  for (Staged& staged : staged_) {
    staged.segment->discard();
    shards_[staged.shard].staged.reset();
  }
  staged_.clear();
}

std::vector<tablestore::StreamShard> ChangeLog::shards() const {
  std::vector<tablestore::StreamShard> list;
  list.reserve(shards_.size());
  for (const Shard& shard : shards_) list.push_back(shard.record.info);
  return list;
}

std::vector<ShardRecord> ChangeLog::shard_records() const {
  std::vector<ShardRecord> list;
  list.reserve(shards_.size());
  for (const Shard& shard : shards_) list.push_back(shard.record);
  return list;
}

const ChangeLog::Shard* ChangeLog::find(std::string_view shard_id) const {
  auto found = by_id_.find(shard_id);
  return found == by_id_.end() ? nullptr : &shards_[found->second];
}

ChangeLog::Shard* ChangeLog::find(std::string_view shard_id) {
  return const_cast<Shard*>(static_cast<const ChangeLog*>(this)->find(shard_id));
}

bool ChangeLog::wants_trim(int64_t horizon_us) const {
  return std::any_of(shards_.begin(), shards_.end(), [&](const Shard& shard) {
    return (shard.record.closed_us && *shard.record.closed_us < horizon_us) ||
           (shard.oldest_us && *shard.oldest_us < horizon_us);
  });
}

Result<LogTrim> ChangeLog::plan_trim(int64_t horizon_us, StorageBatch& batch) const {
  LogTrim trim;
  for (size_t i = 0; i < shards_.size(); ++i) {
    const Shard& shard = shards_[i];
    const uint64_t number = shard.record.number;
    const bool is_gone = shard.record.closed_us && *shard.record.closed_us < horizon_us;
    uint64_t oldest = shard.end;
    if (is_gone) {
      trim.gone.push_back(number);
    } else {
      if (!shard.oldest_us || *shard.oldest_us >= horizon_us) continue;
      OTS_TRY(oldest, lower_bound(shard, horizon_us));
    }
    if (!storage_.is_persistent()) {
      for (const Recent& recent : shard.recent) {
        if (recent.start + recent.segment->records() > oldest) break;
        batch.memory_bytes -= memory_of(*recent.segment);
      }
    } else if (is_gone) {
      batch.erase_range(log_space(table_), log_key(number), behind_shard(number));
      batch.erase(kMetaSpace, shard_key(table_, number));
    }
    if (is_gone) continue;
    LogTrim::Move move{i, oldest, {}, false};
    if (oldest < shard.end) {
      OTS_TRY(move.oldest_us, timestamp_at(shard, oldest));
    }
    if (storage_.is_persistent()) {
      ShardRecord record = shard.record;
      record.oldest = oldest;
      batch.put(kMetaSpace, shard_key(table_, number), SharedBuffer(to_bytes(record)));
      move.erases = oldest == shard.end || oldest - shard.erased_to >= kErasedTogether;
      if (move.erases)
        batch.erase_range(log_space(table_), log_key(number, shard.erased_to),
                          log_key(number, oldest));
    }
    trim.moves.push_back(move);
  }
  return trim;
}

void ChangeLog::trim(const LogTrim& trim) {
  for (const LogTrim::Move& move : trim.moves) {
    Shard& shard = shards_[move.shard];
    shard.record.oldest = move.oldest;
    shard.oldest_us = move.oldest_us;
    if (move.erases) shard.erased_to = move.oldest;
    while (!shard.recent.empty() &&
           shard.recent.front().start + shard.recent.front().segment->records() <= move.oldest)
      drop_oldest_recent(shard);
  }
  std::erase_if(shards_, [&](Shard& shard) {
    if (std::find(trim.gone.begin(), trim.gone.end(), shard.record.number) == trim.gone.end())
      return false;
    while (!shard.recent.empty()) drop_oldest_recent(shard);
    return true;
  });
  by_id_.clear();
  for (size_t i = 0; i < shards_.size(); ++i) by_id_[shards_[i].record.info.shard_id] = i;
}

std::vector<LogRun> ChangeLog::runs() const {
  std::vector<LogRun> runs;
  for (const Shard& shard : shards_) {
    for (const Recent& recent : shard.recent)
      runs.push_back({shard.record.number, recent.start,
                      recent.segment->slice(0, recent.segment->records()),
                      recent.segment->index()});
  }
  return runs;
}

}  // namespace otsstream::local
