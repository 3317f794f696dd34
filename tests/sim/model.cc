#include "sim/model.h"

#include <cstdio>

namespace otsstream::sim {

namespace {

constexpr const char* kNull = "NULL";

// otsstream-reader.md 7.3
std::string sequence_text(int64_t commit_us, int row_index, const std::string& shard, int cell) {
  char head[64];
  std::snprintf(head, sizeof head, "%010d_%020lld_%010d_", 0, static_cast<long long>(commit_us),
                row_index);
  char tail[16];
  std::snprintf(tail, sizeof tail, ":%010d", cell);
  return head + shard + tail;
}

std::string row_text(const std::string& key, const std::string& column, const std::string& version,
                     const std::string& value, const char* op, const std::string& sequence) {
  return key + "|" + column + "|" + version + "|" + value + "|" + op + "|" + sequence;
}

// otsstream-reader.md 7.1
std::string cell_text(const std::string& key, const CellChange& cell, int64_t commit_us,
                      const std::string& sequence) {
  const int64_t version = cell.version_ms.value_or(commit_us / 1000);
  switch (cell.kind) {
    case CellChange::Kind::kSet:
      return row_text(key, cell.column, std::to_string(version), cell.value, "U", sequence);
    case CellChange::Kind::kDeleteOneVersion:
      return row_text(key, cell.column, std::to_string(version), kNull, "DO", sequence);
    case CellChange::Kind::kDeleteAllVersions:
      return row_text(key, cell.column, kNull, kNull, "DA", sequence);
  }
  return {};
}

}  // namespace

void Model::stream_on(const std::vector<std::string>& shards) {
  stream_on_ = true;
  ++streams_;
  auto shard = shards.begin();
  for (auto& [begin, id] : shard_from_) id = shard == shards.end() ? "?" : *shard++;
}

void Model::stream_off() {
  stream_on_ = false;
  for (auto& [begin, id] : shard_from_) id.clear();
}

void Model::split(const std::string& key, const std::string& left, const std::string& right) {
  auto parent = std::prev(shard_from_.upper_bound(key));
  parent->second = left;
  shard_from_[key] = right;
}

void Model::merge(const std::string& parent, const std::string& sibling, const std::string& child) {
  std::string gone;
  for (auto& [begin, id] : shard_from_) {
    if (id == parent) {
      id = child;
    } else if (id == sibling) {
      gone = begin;
    }
  }
  shard_from_.erase(gone);
}

std::vector<std::string> Model::open_shards() const {
  std::vector<std::string> shards;
  for (const auto& [begin, id] : shard_from_) shards.push_back(id);
  return shards;
}

void Model::acknowledged(const std::vector<RowChange>& changes, int64_t commit_us) {
  if (!stream_on_) return;
  int row_index = 0;
  for (const RowChange& change : changes) {
    const auto partition = std::prev(shard_from_.upper_bound(change.key));
    log_.push_back({change, commit_us, row_index++, streams_, partition->second, false});
  }
}

void Model::expired(int64_t until_us) {
  for (Logged& logged : log_)
    if (logged.commit_us < until_us) logged.lost = true;
}

bool Model::in_window(const Logged& logged, int64_t start_ms, int64_t end_ms) const {
  const int64_t time_ms = logged.commit_us / 1000;
  return time_ms >= start_ms && time_ms < end_ms;
}

std::vector<LandedRow> Model::window(int64_t start_ms, int64_t end_ms) const {
  std::vector<LandedRow> rows;
  for (const Logged& logged : log_) {
    if (logged.lost || logged.stream != streams_ || !in_window(logged, start_ms, end_ms)) continue;
    const RowChange& change = logged.change;
    int cell = 0;
    auto next_sequence = [&] {
      return sequence_text(logged.commit_us, logged.row_index, logged.shard, cell++);
    };
    auto add = [&](std::string text) {
      rows.push_back({change.key, std::move(text), logged.commit_us});
    };
    if (change.kind != RowChange::Kind::kUpdate)
      add(row_text(change.key, kNull, kNull, kNull, "DR", next_sequence()));
    for (const CellChange& written : change.cells)
      add(cell_text(change.key, written, logged.commit_us, next_sequence()));
  }
  return rows;
}

std::map<std::string, int64_t> Model::records_by_shard(int64_t start_ms, int64_t end_ms) const {
  std::map<std::string, int64_t> records;
  for (const Logged& logged : log_)
    if (!logged.lost && logged.stream == streams_ && in_window(logged, start_ms, end_ms))
      ++records[logged.shard];
  return records;
}

bool Model::has_lost(int64_t start_ms, int64_t end_ms) const {
  for (const Logged& logged : log_)
    if ((logged.lost || logged.stream != streams_) && in_window(logged, start_ms, end_ms))
      return true;
  return false;
}

}  // namespace otsstream::sim
