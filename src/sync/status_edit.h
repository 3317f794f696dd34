#pragma once
// Changes of a status table by hand: a window's rows deleted, set, or written again from an export.
// Each holds the window's fence row meanwhile, so that no run of ours is in the middle of it, and
// leaves DataX's rows such that a crash in between looks like a window that was never finished.
// Coordinator thread only.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "reader/status_survey.h"
#include "reader/status_table.h"

namespace otsstream::sync {

struct WindowId {
  std::string stream_id;
  int64_t end_ms = 0;
  bool operator==(const WindowId&) const = default;
};

// The fence row of a window, held by a hand and not by a run; given back when this goes away.
class WindowHold {
 public:
  // Fails with kConflict "Fence-Held" when a run holds the window, and with "Status-Prepared" when
  // a prepared commit waits in it, unless `give_up_commit`.
  static Result<std::unique_ptr<WindowHold>> take(reader::StatusTable& status, WindowId window,
                                                  const Clock& clock, Random& random,
                                                  bool give_up_commit);
  ~WindowHold();

  // Deletes what stands under the window's end, except the fence row: description and count first,
  // for without them the checkpoints count as unfinished (9.1). Gives the number of rows.
  Result<size_t> clear();

 private:
  WindowHold(reader::StatusTable& status, WindowId window, std::string owner)
      : status_(status), window_(std::move(window)), owner_(std::move(owner)) {}

  reader::StatusTable& status_;
  const WindowId window_;
  const std::string owner_;
};

// Where a shard is to go on, as a person says it.
struct HandPosition {
  enum class Kind { kTrimHorizon, kShardEnd, kIterator, kTime };
  Kind kind = Kind::kTrimHorizon;
  std::string iterator;
  int64_t time_ms = 0;
};

struct HandCheckpoint {
  WindowId window;
  std::string table;                    // for a new description
  std::optional<std::string> shard_id;  // absent: all shards that are listed now
  HandPosition position;
};

// The rows that `set` writes: either one row of a finished window, changed, or a whole new window
// with a row of every listed shard. Nothing is written here.
struct CheckpointChange {
  WindowId window;
  bool replaces_window = false;  // rows that stand there now go first
  std::vector<reader::CheckpointRow> checkpoints;
  std::optional<reader::JobDescription> description;  // with a whole window
  std::vector<std::string> warnings;
};
// `now_ms`, `expiration_hours`: of the service. The positions are tried at the service: an iterator
// by reading a record, a time by asking for its iterator. Fails with kConfig or kNotFound
// "Status-Position", "Status-Shard", "Status-Unfinished", or with "Status-Future".
Result<CheckpointChange> plan_change(tablestore::Client& client, const HandCheckpoint& wish,
                                     const reader::WindowRows& present,
                                     const std::vector<tablestore::StreamShard>& listing,
                                     int32_t expiration_hours, int64_t now_ms, Random& random);
Status apply_change(reader::StatusTable& status, WindowHold& hold, const CheckpointChange& change);

}  // namespace otsstream::sync
