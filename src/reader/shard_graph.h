#pragma once
// Which shards a run reads, which it skips, and in what order (otsstream-reader.md 5). Pure: a
// listing, start positions, and where each parent ends.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::reader {

enum class ShardAction {
  kRead,    // READY sooner or later
  kSkip,    // a parent ends behind the window: the child holds nothing of it; end row TRIM_HORIZON
  kClosed,  // already read to its end by an earlier run; end row SHARD_END
};

struct GraphNode {
  tablestore::StreamShard shard;
  ShardAction action = ShardAction::kRead;
  int generation = 0;  // 0 for roots and for shards whose parents are not listed
};

// What is known of a shard that has children: is its last record before the window's end?
enum class ParentEnd { kWithinWindow, kBehindWindow };

// `closed_before`: shards whose start checkpoint is SHARD_END. `parent_end`: for every listed shard
// that has a listed child and is not in `closed_before`. Gives all shards, parents before children,
// ties in listing order. A cycle or a parent that is its own descendant fails with kCorrupt
// "Stream-Graph".
Result<std::vector<GraphNode>> resolve_graph(const std::vector<tablestore::StreamShard>& listing,
                                             const std::vector<std::string>& closed_before,
                                             const std::map<std::string, ParentEnd>& parent_end);

// Listed shards that have at least one listed child.
std::vector<std::string> parents_of(const std::vector<tablestore::StreamShard>& listing);

}  // namespace otsstream::reader
