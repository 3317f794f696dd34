#pragma once
// plan, the reading half: everything that is known before the first record is read. Reads only; a
// client that may not write can do it.

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/diagnostics.h"
#include "reader/params.h"
#include "reader/retention.h"
#include "reader/shard_graph.h"
#include "tablestore/client/client.h"

namespace otsstream::reader {

enum class StartSource { kCheckpoint, kNearest, kSeek, kOldest, kNone };
std::string_view to_string(StartSource source);

struct ShardPlan {
  tablestore::StreamShard shard;
  ShardAction action = ShardAction::kRead;
  int generation = 0;
  StartSource source = StartSource::kNone;
  std::string iterator;    // of the first GetStreamRecord; kRead only
  int64_t skip_count = 0;  // records to drop after the iterator (rows of very old versions)
  bool drop_before_start =
      true;  // the spec's `skip`: false when the start checkpoints were complete
};

struct ReadPlan {
  Settings settings;  // the window is final
  std::string stream_id;
  int32_t expiration_hours = 0;
  std::vector<tablestore::KeySchema> primary_key;
  std::vector<std::string> original_columns;  // whose previous values the Stream carries
  bool status_table_exists = false;
  bool continues = false;         // start checkpoints complete (9.1)
  int64_t now_ms = 0;             // taken once
  std::vector<ShardPlan> shards;  // parents before children; empty for a stream without shards
  std::vector<Gap> gaps;          // what is known to be gone; only with OnGap::kContinue
  // Set when the window cannot be read (any more), but the commit of an earlier run of it waits to
  // be finished, which needs nothing of the Stream: why it cannot be read. Then there are no
  // shards.
  std::optional<Error> blocked;
};

// Steps 2 - 5 of section 4 without their writes: data table, Stream, window, status table's shape,
// shard list, start positions, graph. Warnings go into `diagnostics`. Fails with kDataLost
// "Reader-ShardGone" when a checkpoint names a shard that no longer exists. Coordinator thread
// only.
Result<ReadPlan> make_read_plan(tablestore::Client& client, const Settings& settings,
                                const Clock& clock, Diagnostics& diagnostics);

}  // namespace otsstream::reader
