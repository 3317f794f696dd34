#pragma once
// What happens in one case: a table's life, window after window, and what goes wrong meanwhile.
// Made from a seed; two stories of one seed are equal.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model.h"
#include "sim/phases.h"

namespace otsstream::sim {

enum class FaultKind {
  kResetBefore,      // before the request's body
  kResetInside,      // inside the answer's body: "Net-Truncated"
  kResetAfter,       // the server acted, the answer is lost
  kTruncate,         // a shorter body that looks whole
  kFlipBit,          // one bit of the answer
  kErrorStorm,       // the server's own failure, again and again
  kThrottle,         // too many requests
  kTimeout,          // no byte comes
  kDelay,            // answers overtake each other
  kEmptyPage,        // no records, but more may come
  kTrimmedIterator,  // the iterator is not known any more, although the data is
  kLostCommit,       // the destination's commit answer is lost
  kClockSkew,        // client and server differ by up to ten minutes
  kKill,             // a run ends without a word
  kRival,            // two runs of one window at once
  kSplit,            // while a run reads
  kMerge,            // likewise
  kStreamSwitch,     // off and on between two windows
  kTooLate,          // the window is not retained any more
  kTooSoon,       // changes came into a window after it was exported: the client's clock is ahead
  kShardExpired,  // a closed shard has left the listing between two runs
  // The destination's:
  kSpoiledBlock,      // a block arrives with a wrong bit, or with less in it
  kSpoiledAnswer,     // an answer of MaxCompute does; it has no checksum
  kFullQuota,         // 429, now and then for longer than anybody waits
  kExpiredSession,    // the upload session is over while it is used
  kLostSession,       // the answer that names the new session is lost
  kPartitionDropped,  // by somebody else, while a run is under way
  kTableDropped,      // likewise, and made again, at once or when the run is over
  kColumnAdded,       // likewise: a column that the job knows nothing of
  kNoOverwrite,       // the table is of a kind that is not replaced in one step
};
inline constexpr int kFaultKinds = static_cast<int>(FaultKind::kNoOverwrite) + 1;
const char* name_of(FaultKind kind);

// A spoiled network of one run.
struct NetworkFault {
  FaultKind kind = FaultKind::kDelay;
  std::string method;  // empty: any
  std::string path;    // part of the request's path; empty: all of them
  std::string query;   // part of its query
  double probability = 1;
  int skip = 0;
  int count = -1;  // -1: as long as the run lasts
  int64_t delay_us = 0;
  int retry_after_s = 0;  // kFullQuota: what the answer asks for
};

// An upload session that ends before its time: with its so many-th request of one kind.
struct Expiry {
  std::string operation;  // "PutBlock", as local/maxcompute/operations.h has it
  int skip = 0;
};

struct Act {
  enum class Kind {
    kWrite,
    kSplit,
    kMerge,
    // Of the destination:
    kDropPartition,
    kDropTable,  // it is made again when the run is over
    kRecreateTable,
    kAddColumn,
  };
  Kind kind = Kind::kWrite;
  std::vector<RowChange> changes;  // kWrite; several go in one BatchWriteRow
  std::string key;                 // kSplit
  int which = 0;                   // kMerge: the so many-th pair of neighbours
};

struct TimedAct {
  int64_t at_us = 0;  // from the window's start
  Act act;
};

// An act while a run is under way.
struct RunAct {
  int after_requests = 0;
  Act act;
};

struct Attempt {
  std::vector<NetworkFault> faults;
  std::optional<Expiry> expiry;
  int skew_minutes = 0;
  int kill_at_request = 0;          // 0: it lives; counts requests that hold `kill_what`
  std::string kill_what;            // part of path or query; empty: every request
  std::optional<Phase> kill_phase;  // instead: counts those of a phase of the writer
  bool kill_after_send = false;     // the last request still leaves
  bool two_at_once = false;
  int rival_after_requests = 0;
  int rival_skew_minutes = 0;
  int max_retries = 30;
  int channels = 2;
  std::vector<RunAct> meanwhile;
};

struct WindowStory {
  int64_t length_ms = 0;
  std::vector<TimedAct> acts;
  bool stream_switch_before = false;  // off, some unlogged writes, and on again
  int64_t wait_ms = 0;                // from the window's end to its first run
  bool too_late = false;              // that wait is longer than the log is kept
  bool too_soon = false;  // the first run's clock is ahead: for the service the window is not over
  std::vector<Attempt> attempts;  // until one succeeds; then one without any fault
  bool run_again = false;         // the window before this one, once this one is done
  int old_rows = 0;               // of somebody else, in the partition before the first run
};

struct Story {
  uint64_t seed = 0;
  int64_t latency_us = 0;     // of every request
  int records_per_page = 0;   // 0: as many as the server gives
  int shards_per_page = 100;  // of DescribeStream
  int seek_tokens = 0;
  int64_t iterator_life_ms = 0;  // 0: as long as the log
  bool seek = true;              // enableSeekIterator
  bool append = false;           // the destination is not emptied before
  int levels = 1;                // of the destination's partitions
  // Instead: each window has a table of its own, with a partition for each kind of change.
  bool by_column = false;
  bool no_overwrite = false;  // the destination's table refuses to be overwritten
  std::vector<std::string> first_splits;
  std::vector<WindowStory> windows;
};

Story make_story(uint64_t seed);

}  // namespace otsstream::sim
