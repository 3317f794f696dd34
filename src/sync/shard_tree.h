#pragma once
// The shards of a Stream drawn as text: splits, merges, and what the checkpoints say of each. Pure.
//
//   a  closed, 12 records
//   ├─ b  closed, 3 records
//   │  └─ d (merged from b and c)  read, 2 records
//   └─ c  closed
//      └─ ... d, see above
//   old  closed, not listed any more

#include <string>
#include <vector>

#include "sync/status_report.h"

namespace otsstream::sync {

std::string draw_shards(const std::vector<ShardStatus>& shards);

}  // namespace otsstream::sync
