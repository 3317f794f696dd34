#pragma once
// What a status table and a Stream tell about the jobs of one table: windows, who runs, what each
// shard's checkpoint says, how far behind the last one is and when data will be lost. Pure: rows
// and listings in, a plain structure out; printed by cli/, as JSON by status_json.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_zone.h"
#include "reader/status_survey.h"
#include "sync/commit.h"

namespace otsstream::sync {

struct FenceStatus {
  reader::Fence fence;
  std::string host;      // "" when the owner text is not ours
  std::string process;   // its number there
  bool is_held = false;  // RUNNING or PREPARED, and its holder may be alive
  std::optional<CommitRecord> prepared;
  std::string damaged;  // why the prepared commit cannot be read; "" = it can, or there is none
};
FenceStatus judge_fence(const reader::Fence& fence, int64_t now_ms);
// "running: host h, process 12, lease until <time>", "prepared by …, 12 rows to commit", ...
std::string describe(const FenceStatus& status, const Zone& zone);

struct WindowStatus {
  reader::WindowRows rows;
  std::string why_not;  // "" = finished
  std::optional<FenceStatus> fence;
  bool is_finished() const { return why_not.empty(); }
  // Shards of the job, as the description or the legacy row says.
  std::optional<int64_t> shard_count() const;
};
WindowStatus judge_window(reader::WindowRows rows, int64_t now_ms);

enum class ShardMark {
  kRead,          // records came in that window
  kIdle,          // read, but no record came
  kClosed,        // SHARD_END
  kFromStart,     // TRIM_HORIZON: nothing of it was read yet
  kNoCheckpoint,  // listed, and the window left no row of it
};
std::string_view to_string(ShardMark mark);

struct ShardStatus {
  tablestore::StreamShard shard;  // without parents when it is not listed any more
  bool is_listed = true;
  ShardMark mark = ShardMark::kNoCheckpoint;
  std::optional<reader::CheckpointRow> row;
};
// Every listed shard in listing order, then those that only the window knows.
std::vector<ShardStatus> shard_statuses(const std::vector<tablestore::StreamShard>& listing,
                                        const reader::WindowRows* window);

// How long the chain of windows can still go on where it stands.
struct Retention {
  int32_t expiration_hours = 0;
  int64_t lost_from_ms = 0;    // when the first change behind the last window is forgotten
  int64_t left_ms = 0;         // until then; negative: data is being lost already
  int64_t start_until_ms = 0;  // the next run has to begin before this (section 3)
};

// The Stream of the data table as the service shows it now.
struct StreamFacts {
  std::string stream_id;
  int32_t expiration_hours = 0;
  std::vector<tablestore::StreamShard> listing;
};

struct StatusReport {
  std::string status_table;
  std::string data_table;             // "" when the whole status table was asked for
  std::optional<StreamFacts> stream;  // absent: no data table given, or its Stream is off
  std::string no_stream_because;
  int64_t now_ms = 0;
  Zone zone = Zone::china();
  std::vector<WindowStatus> windows;  // newest end first
  size_t hints = 0;
  size_t unknown = 0;
  // Of the Stream above:
  std::optional<size_t> last_finished;  // into `windows`: where the next run can continue
  std::optional<int64_t> lag_ms;        // now minus that window's end
  std::optional<Retention> retention;
  std::vector<ShardStatus> shards;  // by that window's checkpoints
};

struct ReportNeeds {
  std::string status_table;
  std::string data_table;
  std::optional<StreamFacts> stream;
  std::string no_stream_because;
  int64_t now_ms = 0;
  Zone zone = Zone::china();
};
StatusReport make_report(ReportNeeds needs, reader::Survey survey);

// "2017-10-19 16:10:00 GMT+8 (2017-10-19T08:10:00.000Z)"
std::string moment_text(int64_t ms, const Zone& zone);

}  // namespace otsstream::sync
