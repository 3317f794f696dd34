#include "reader/status_survey.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "reader/start_position.h"

namespace otsstream::reader {
namespace {

using tablestore::CellType;
using tablestore::CellValue;
using tablestore::PrimaryKey;
using tablestore::Row;

constexpr char kTab = '\x09';
constexpr char kLast = '\x7f';

// nullopt unless `text` is exactly what time16() makes.
std::optional<int64_t> read_time16(std::string_view text) {
  const size_t digits = text.find_first_not_of(' ');
  if (digits == std::string_view::npos) return std::nullopt;
  int64_t ms = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + digits, end, ms);
  if (error != std::errc() || stop != end || time16(ms) != text) return std::nullopt;
  return ms;
}

PrimaryKey edge_key(CellValue stream, CellValue rest) {
  return {{"StreamId", std::move(stream)}, {"StatusType", rest}, {"StatusValue", rest}};
}

// Adds the row to its window; what is wrong with it goes among the damaged ones.
Status add_row(WindowRows& window, StatusKind kind, const Row& row) {
  switch (kind) {
    case StatusKind::kJobDescription: {
      OTS_TRY(window.description, read_job_description(row));
      break;
    }
    case StatusKind::kShardCount: {
      OTS_TRY(window.shard_count, integer_cell(row, "ShardCount"));
      if (!window.shard_count)
        return fail(ErrorKind::kCorrupt, "Status-Row", "the shard count row has no ShardCount");
      break;
    }
    case StatusKind::kCheckpoint: {
      OTS_TRY(CheckpointRow checkpoint, read_checkpoint_row(row));
      window.checkpoints.push_back(std::move(checkpoint));
      break;
    }
    case StatusKind::kFence: {
      OTS_TRY(window.fence, read_fence_row(row));
      break;
    }
    case StatusKind::kShardTime:
    case StatusKind::kUnknown:
      break;
  }
  return {};
}

}  // namespace

std::string_view to_string(StatusKind kind) {
  switch (kind) {
    case StatusKind::kJobDescription:
      return "job description";
    case StatusKind::kShardCount:
      return "shard count";
    case StatusKind::kCheckpoint:
      return "checkpoint";
    case StatusKind::kShardTime:
      return "shard-time checkpoint";
    case StatusKind::kFence:
      return "fence";
    case StatusKind::kUnknown:
      return "unknown";
  }
  return "unknown";
}

StatusKey read_status_key(const PrimaryKey& key) {
  StatusKey read;
  if (key.size() != 3) return read;
  for (const auto& column : key)
    if (column.value.type != CellType::kString) return read;
  read.stream_id = key[0].value.bytes;
  const std::string_view type = key[1].value.bytes;
  const std::string_view value = key[2].value.bytes;
  const size_t tab = value.find(kTab);

  const auto take = [&](StatusKind kind, std::string_view time, std::string_view shard) {
    const auto ms = read_time16(time);
    if (!ms) return;
    read.kind = kind;
    read.time_ms = *ms;
    read.shard_id = shard;
  };
  if (type == kJobDescriptionType) {
    take(StatusKind::kJobDescription, value, "");
  } else if (type == kFenceType) {
    take(StatusKind::kFence, value, "");
  } else if (type == kCheckpointType && tab == std::string_view::npos) {
    take(StatusKind::kShardCount, value, "");
  } else if (type == kCheckpointType) {
    take(StatusKind::kCheckpoint, value.substr(0, tab), value.substr(tab + 1));
  } else if (type == kShardTimeType && tab != std::string_view::npos) {
    take(StatusKind::kShardTime, value.substr(tab + 1), value.substr(0, tab));
  }
  return read;
}

KeyRange all_rows_range() {
  return {edge_key(CellValue::inf_min(), CellValue::inf_min()),
          edge_key(CellValue::inf_max(), CellValue::inf_max())};
}

KeyRange stream_range(std::string_view stream_id) {
  const CellValue stream = CellValue::of_string(stream_id);
  return {edge_key(stream, CellValue::inf_min()), edge_key(stream, CellValue::inf_max())};
}

KeyRange times_range(std::string_view stream_id, std::string_view type, int64_t from_ms,
                     int64_t to_ms) {
  return {status_key(stream_id, type, time16(from_ms)),
          status_key(stream_id, type, time16(to_ms) + kLast)};
}

Survey survey(const std::vector<Row>& rows) {
  Survey result;
  std::map<std::pair<std::string, int64_t>, WindowRows> windows;
  for (const Row& row : rows) {
    const StatusKey key = read_status_key(row.primary_key);
    if (key.kind == StatusKind::kUnknown) ++result.unknown;
    if (key.kind == StatusKind::kShardTime) ++result.hints;
    if (key.kind == StatusKind::kUnknown || key.kind == StatusKind::kShardTime) continue;
    WindowRows& window = windows[{key.stream_id, key.time_ms}];
    if (Status added = add_row(window, key.kind, row); !added)
      window.damaged.push_back(std::string(to_string(key.kind)) + ": " + added.error().message);
  }
  for (auto& [key, window] : windows) {
    window.stream_id = key.first;
    window.end_ms = key.second;
    std::sort(window.checkpoints.begin(), window.checkpoints.end(),
              [](const auto& a, const auto& b) { return a.shard_id < b.shard_id; });
    result.windows.push_back(std::move(window));
  }
  return result;
}

std::string why_not_finished(const WindowRows& window) {
  if (!window.damaged.empty()) return window.damaged.front();
  return judge_start(window.description, window.shard_count, window.checkpoints, window.stream_id,
                     {})
      .why_not;
}

}  // namespace otsstream::reader
