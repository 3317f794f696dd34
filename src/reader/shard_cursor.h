#pragma once
// The reading of one shard as a state machine without I/O (otsstream-reader.md 6): it says what to ask next and takes the answers. The next page is
// asked for as soon as the last one was skimmed, so a request is in flight while records are shaped.
//
//   while (!cursor.finished()) {
//     if (auto request = cursor.next_request()) send it;   // at most one outstanding
//     when its page arrives: cursor.receive(page);
//     cursor.shape(shaper, batch, max_rows);               // consumes what has arrived
//   }
//
// Not thread-safe: one strand drives it.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reader/read_plan.h"
#include "reader/shape_columns.h"
#include "record/row_batch.h"
#include "tablestore/wire/stream_page.h"

namespace otsstream::reader {

// Where and why the reading of a shard ended (6.2).
enum class EndKind { kAllRead, kReachedEnd, kClosed };
std::string_view to_string(EndKind kind);

// A position to publish while or after reading: ShardTimeCheckpoint rows (6.2 b and c).
struct ShardTimeCheckpoint {
  int64_t time_ms = 0;
  std::string iterator;
};

struct ShardResult {
  std::string shard_id;
  EndKind end = EndKind::kAllRead;
  std::string checkpoint;                       // end-time value: an iterator or SHARD_END
  std::vector<ShardTimeCheckpoint> time_checkpoints;
  int64_t records = 0;                          // stream records emitted
  int64_t rows = 0;                             // output rows made of them
  int64_t dropped = 0;                          // records before the window's start
  int64_t requests = 0;
  uint64_t bytes = 0;                           // answer bodies
  std::optional<tablestore::SequenceInfo> first;  // of emitted records
  std::optional<tablestore::SequenceInfo> last;
};

class ShardCursor {
 public:
  ShardCursor(const ShardPlan& plan, const Window& window);

  struct PageRequest {
    std::string iterator;
    std::optional<int32_t> limit;  // set while the exact iterator is looked for (6.3)
  };
  // The request to send now; empty while one is outstanding, while enough unshaped pages wait, or when finished.
  std::optional<PageRequest> next_request();
  // The answer to the outstanding request.
  Status receive(tablestore::StreamPage page);
  // Shapes waiting records into `batch` until it has at least `max_rows` rows or nothing waits. Errors name shard and record.
  Status shape(ColumnShaper& shaper, RowBatch& batch, size_t max_rows);

  bool has_waiting_records() const;
  // Pages that hold records not yet shaped: what the caller's memory leases are for.
  size_t waiting_pages() const { return waiting_.size(); }
  bool finished() const { return finished_; }
  const ShardResult& result() const { return result_; }  // complete when finished()
  // Time of the last record seen, in ms; the window's start before the first. For progress.
  int64_t position_ms() const { return position_ms_; }

 private:
  struct Waiting {
    tablestore::StreamPage page;
    std::string iterator;  // that gave it
    size_t next = 0;       // first record not yet shaped
  };
  std::string shard_id_;
  Window window_;
  bool drop_before_start_;
  int64_t skip_count_;
  std::string next_iterator_;        // for the next ordinary request; "" = none
  bool outstanding_ = false;
  bool finished_ = false;
  bool seen_reached_end_ = false;
  std::deque<Waiting> waiting_;
  std::string outstanding_iterator_;
  // 6.3: the iterator behind `exact_remaining_` more records of exact_iterator_.
  std::optional<int32_t> exact_remaining_;
  std::string exact_iterator_;
  int64_t last_time_checkpoint_ms_ = 0;
  int64_t position_ms_ = 0;
  tablestore::StreamRecordView record_;
  ShardResult result_;
};

}  // namespace otsstream::reader
