#pragma once
// The reading of one shard as a state machine without I/O (otsstream-reader.md 6): it says what to
// ask next and takes the answers. The next page is asked for as soon as the last one was skimmed,
// so a request is in flight while records are shaped.
//
//   while (!cursor.finished()) {
//     if (auto request = cursor.next_request()) send it;   // at most one outstanding
//     when its page arrives: cursor.receive(page);
//     cursor.shape(shaper, batch, max_rows);               // consumes what has arrived
//   }
//
// When the end lies inside a page, one or more small requests follow to find the exact position
// (6.3). A plan that says skip or closed gives a cursor that is finished from the beginning. Not
// thread-safe: one strand drives it.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reader/read_plan.h"
#include "reader/retention.h"
#include "reader/shape.h"
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
  std::string checkpoint;  // end-time value: an iterator or SHARD_END
  std::vector<ShardTimeCheckpoint> time_checkpoints;
  std::optional<int64_t> last_seen_ms;  // time of the last record, emitted or dropped
  std::vector<Gap> gaps;                // what the Stream no longer held (retention.h)
  int64_t records = 0;                  // stream records emitted
  int64_t rows = 0;                     // output rows made of them
  uint64_t checksum = 0;                // of the rows (record/fingerprint.h)
  int64_t dropped = 0;                  // records before the window's start, or named by SkipCount
  int64_t requests = 0;
  uint64_t bytes = 0;                             // answer bodies
  std::optional<tablestore::SequenceInfo> first;  // of emitted records
  std::optional<tablestore::SequenceInfo> last;
};

class ShardCursor {
 public:
  // `table_group`: only the server's flag tells that a shard was read to its end.
  ShardCursor(const ShardPlan& plan, const Window& window, bool table_group = false);

  struct PageRequest {
    std::string iterator;
    std::optional<int32_t> limit;  // set while the exact iterator is looked for (6.3)
  };
  // The request to send now; empty while one is outstanding, while enough unshaped pages wait, or
  // when finished.
  std::optional<PageRequest> next_request();
  // The last answer was empty although the server says that more may come: wait a moment before the
  // next request is sent.
  bool wants_pause() const { return wants_pause_; }
  // The answer to the outstanding request. Pages that come after the end is known are dropped.
  Status receive(tablestore::StreamPage page);
  // Whether the outstanding request is still of use: not when it ran ahead of an end that was found
  // since.
  bool needs_answer() const { return !finished_ && (asked_exact_ || !end_seen_); }
  // The outstanding request came to nothing, and is not needed.
  void forget_request() { outstanding_ = false; }

  // The outstanding request was refused because its position is no longer held. Gives the time to
  // seek to instead; reposition() takes what is found there ("" as Client::get_shard_iterator has
  // it). Records that were received before are dropped when they come again. Fails with kDataLost
  // "Reader-DataGone" when seeking leads nowhere.
  struct Seek {
    int64_t time_us = 0;
    // Changes of the window from here on are still to come; none when only a position is looked
    // for.
    std::optional<int64_t> unread_from_ms;
  };
  Result<Seek> seek_instead();
  Status reposition(std::string iterator);
  // Notes what was lost with the old position.
  void note_gap(Gap gap) { result_.gaps.push_back(std::move(gap)); }

  // Shapes waiting records into `batch` until it has at least `max_rows` rows or nothing waits.
  // Errors name shard and record.
  Status shape(Shaper& shaper, RowBatch& batch, size_t max_rows);

  bool has_waiting_records() const { return !waiting_.empty(); }
  // Pages that hold records not yet shaped: what the caller's memory leases are for.
  size_t waiting_pages() const { return waiting_.size(); }
  bool finished() const { return finished_; }
  const ShardResult& result() const { return result_; }  // complete when finished()
  // Time of the last record seen, in ms; the window's start before the first. For progress.
  int64_t position_ms() const { return position_ms_; }

 private:
  // A page with records not yet shaped.
  struct Waiting {
    tablestore::StreamPage page;
    std::string iterator;  // that gave it
    size_t next = 0;       // first record not yet shaped
    // Records up to this one came before, by another iterator.
    std::optional<tablestore::SequenceInfo> drop_through;
  };
  // How the shard ends once all waiting pages are shaped.
  struct Tail {
    EndKind kind = EndKind::kAllRead;
    std::string checkpoint;
  };
  // The search for the iterator behind `remaining` more records of `iterator` (6.3).
  struct ExactSearch {
    std::string iterator;
    int32_t remaining = 0;
    int empty_answers = 0;
  };
  enum class Fate { kDrop, kEmit, kReachedEnd };

  Status receive_records(tablestore::StreamPage page);
  Status receive_empty(const tablestore::StreamPage& page);
  Status receive_exact(const tablestore::StreamPage& page);
  Status decode(const Waiting& waiting, size_t i);  // into record_
  Fate judge(int64_t time_ms);
  void note_page_begin(const Waiting& waiting, int64_t time_ms);
  void reach_end();
  void finish(EndKind kind, std::string checkpoint);
  Error in_shard(Error error) const;

  const std::string shard_id_;
  const Window window_;
  const bool table_group_;
  bool drop_before_start_;
  int64_t skip_count_;
  std::string next_iterator_;   // for the next ordinary request
  std::string asked_iterator_;  // of the outstanding request
  bool outstanding_ = false;
  bool asked_exact_ = false;  // the outstanding request belongs to exact_
  bool end_seen_ = false;     // no further ordinary page is needed
  bool finished_ = false;
  bool wants_pause_ = false;
  int empty_answers_ = 0;  // in a row, without the server's flag
  int seeks_ = 0;          // in a row, without an answer in between
  std::optional<tablestore::SequenceInfo> last_received_;
  std::optional<tablestore::SequenceInfo> drop_through_;  // of the pages to come
  std::deque<Waiting> waiting_;
  std::optional<Tail> tail_;
  std::optional<ExactSearch> exact_;
  int64_t last_time_checkpoint_ms_ = 0;
  int64_t position_ms_ = 0;
  tablestore::StreamRecordView record_;
  ShardResult result_;
};

}  // namespace otsstream::reader
