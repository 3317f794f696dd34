#include "sync/status_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace otsstream::sync {

using reader::StatusKind;
using tablestore::Row;

Result<std::vector<Row>> rows_of_window(reader::StatusTable& status, const WindowId& window) {
  std::vector<Row> rows;
  std::set<std::string> shards;
  int64_t start_ms = window.end_ms;
  for (std::string_view type :
       {reader::kCheckpointType, reader::kJobDescriptionType, reader::kFenceType}) {
    OTS_TRY(auto some, status.read_rows(reader::times_range(window.stream_id, type, window.end_ms,
                                                            window.end_ms)));
    for (Row& row : some) {
      const reader::StatusKey key = reader::read_status_key(row.primary_key);
      if (key.kind == StatusKind::kCheckpoint) shards.insert(key.shard_id);
      if (key.kind == StatusKind::kJobDescription) {
        auto start = reader::integer_cell(row, "StartTime");
        if (start && *start) start_ms = std::min(start_ms, **start);
      }
      rows.push_back(std::move(row));
    }
  }
  if (shards.empty()) return rows;
  const auto range = reader::shard_times_range(window.stream_id, *shards.begin(), *shards.rbegin());
  OTS_TRY(auto hints, status.read_rows(range));
  for (Row& row : hints) {
    const auto key = reader::read_shard_time_key(row);
    if (!key || !shards.contains(key->shard_id)) continue;
    if (key->time_ms >= start_ms && key->time_ms <= window.end_ms) rows.push_back(std::move(row));
  }
  return rows;
}

size_t RowImport::row_count() const {
  size_t count = shard_times.size();
  for (const Window& window : windows) count += window.checkpoints.size() + window.heads.size();
  return count;
}

Result<RowImport> plan_import(std::vector<Row> rows) {
  RowImport import;
  std::map<std::pair<std::string, int64_t>, RowImport::Window> windows;
  for (Row& row : rows) {
    const reader::StatusKey key = reader::read_status_key(row.primary_key);
    switch (key.kind) {
      case StatusKind::kCheckpoint:
        windows[{key.stream_id, key.time_ms}].checkpoints.push_back(std::move(row));
        break;
      case StatusKind::kJobDescription:
      case StatusKind::kShardCount:
        windows[{key.stream_id, key.time_ms}].heads.push_back(std::move(row));
        break;
      case StatusKind::kShardTime:
        import.shard_times.push_back(std::move(row));
        break;
      case StatusKind::kFence:
        ++import.fences;
        break;
      case StatusKind::kUnknown:
        return fail(ErrorKind::kInternal, "Status-Import", "a row is of no known kind");
    }
  }
  for (auto& [id, window] : windows) {
    window.id = {id.first, id.second};
    import.windows.push_back(std::move(window));
  }
  return import;
}

Status apply_import(reader::StatusTable& status, const RowImport& import, const Clock& clock,
                    Random& random, bool give_up_commit) {
  OTS_CHECK(status.put_rows(import.shard_times));
  for (const RowImport::Window& window : import.windows) {
    OTS_TRY(auto hold, WindowHold::take(status, window.id, clock, random, give_up_commit));
    OTS_CHECK(hold->clear());
    OTS_CHECK(status.put_rows(window.checkpoints));
    OTS_CHECK(status.put_rows(window.heads));
  }
  return {};
}

}  // namespace otsstream::sync
