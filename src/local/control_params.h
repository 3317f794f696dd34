#pragma once
// The bodies of the control requests, declared once: the server reads them, the commands of
// `otsstream local` make their options of them, the documentation lists them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/param.h"

namespace otsstream::local {

// POST /control/clock; exactly one of them.
struct ClockChange {
  std::optional<int64_t> set_ms;
  std::optional<int64_t> step_ms;
  std::optional<int64_t> lag_ms;
  std::optional<bool> stop;
  std::optional<bool> run;
};
const ParamSet<ClockChange>& clock_params();

// POST /control/split
struct SplitOrder {
  std::string instance;
  std::string table;
  std::string key;
  std::string key_base64;
  std::string shard;
};
const ParamSet<SplitOrder>& split_params();

// POST /control/merge
struct MergeOrder {
  std::string instance;
  std::string table;
  std::string shard_a;
  std::string shard_b;
};
const ParamSet<MergeOrder>& merge_params();

// POST /control/expire
struct ExpireOrder {
  std::string instance;
  std::string table;
  int64_t until_ms = 0;
};
const ParamSet<ExpireOrder>& expire_params();

// POST /control/snapshot, /control/restore
struct SnapshotOrder {
  std::string instance;
  std::string path;
};
const ParamSet<SnapshotOrder>& snapshot_params();

// POST /control/reset
struct ResetOrder {
  std::string instance;
};
const ParamSet<ResetOrder>& reset_params();

// All of them, and those of fault_rules.h and stream_switches.h, by the name that
// `otsstream params` lists them under.
struct ControlOrder {
  std::string name;  // "local-fault"
  std::vector<const ParamInfo*> params;
};
std::vector<ControlOrder> control_orders();

// Milliseconds that a time or a span may be given in: what fits µs with room for sums.
inline constexpr int64_t kLargestMs = INT64_MAX / 4000;

}  // namespace otsstream::local
