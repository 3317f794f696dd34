#pragma once
// Where the reading of each shard begins: checkpoint of the run before -> nearest shard-time
// checkpoint -> seek by time -> oldest entry.
//
//   source      costs                                   proves
//   checkpoint  two reads of the status table     nothing is read twice or left out between runs
//   nearest     one range read of the same        the position lies at or before the window's start
//   seek        one request per shard             the same, by the service's own index
//   oldest      one request per shard, then all   the same, at the price of reading everything
//               of the retained log

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reader/status_rows.h"
#include "reader/status_table.h"
#include "tablestore/client/client.h"

namespace otsstream::reader {

// The checkpoints of the window's start (9.1).
struct StartCheckpoints {
  bool complete = false;
  std::string why_not;  // not complete: which check failed, for the log
  std::map<std::string, CheckpointRow>
      rows;                       // complete: of the shards that are listed now, by shard id
  std::vector<std::string> gone;  // check 5: shards not listed any more, and not read to their end
};

// Pure. Checks 1 to 5.
StartCheckpoints judge_start(const std::optional<JobDescription>& description,
                             const std::optional<int64_t>& legacy_count,
                             const std::vector<CheckpointRow>& rows, const std::string& stream_id,
                             const std::vector<tablestore::StreamShard>& listing);

// Reads what judge_start needs.
Result<StartCheckpoints> find_start(StatusTable& status, const std::string& stream_id,
                                    int64_t start_ms,
                                    const std::vector<tablestore::StreamShard>& listing);

// 6.1: the time to seek to, in µs; none: the oldest entry.
std::optional<int64_t> seek_time_us(int64_t start_ms);

struct PositionQuestion {
  std::string shard_id;
  std::optional<int64_t> timestamp_us;  // none: the oldest entry
};
// GetShardIterator for many shards, at most 32 in flight. Answers in the order of the questions, ""
// as Client::get_shard_iterator has it. Coordinator thread only.
Result<std::vector<std::string>> ask_positions(tablestore::Client& client,
                                               const std::string& stream_id,
                                               std::vector<PositionQuestion> questions);

}  // namespace otsstream::reader
