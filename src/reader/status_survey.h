#pragma once
// The status table read as a whole: which row is which, and the rows of each window put together
// (otsstream-reader.md 8, docs/formats/fence-row.md). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reader/fence_row.h"
#include "reader/status_rows.h"

namespace otsstream::reader {

enum class StatusKind {
  kJobDescription,
  kShardCount,  // very old versions only
  kCheckpoint,
  kShardTime,
  kFence,
  kUnknown,  // another StatusType, or a StatusValue that is none of its type
};
std::string_view to_string(StatusKind kind);  // "job description", ...

struct StatusKey {
  StatusKind kind = StatusKind::kUnknown;
  std::string stream_id;
  int64_t time_ms = 0;   // window end; of a shard-time row the record's time
  std::string shard_id;  // kCheckpoint, kShardTime
};
StatusKey read_status_key(const tablestore::PrimaryKey& key);

// Everything, everything of one Stream, and the rows of one kind (not kShardTime, whose keys begin
// with the shard) between two times, both inclusive.
KeyRange all_rows_range();
KeyRange stream_range(std::string_view stream_id);
KeyRange times_range(std::string_view stream_id, std::string_view type, int64_t from_ms,
                     int64_t to_ms);

// All rows that stand under one window end.
struct WindowRows {
  std::string stream_id;
  int64_t end_ms = 0;
  std::optional<JobDescription> description;
  std::optional<int64_t> shard_count;
  std::vector<CheckpointRow> checkpoints;  // by shard id
  std::optional<Fence> fence;
  std::vector<std::string> damaged;  // what is wrong with rows that cannot be read
};
struct Survey {
  std::vector<WindowRows> windows;  // by Stream, oldest end first
  size_t hints = 0;                 // shard-time rows
  size_t unknown = 0;
};
Survey survey(const std::vector<tablestore::Row>& rows);

// Whether DataX and we would continue at the window's end (9.1, checks 1 to 4): "" or what is
// missing.
std::string why_not_finished(const WindowRows& window);

}  // namespace otsstream::reader
