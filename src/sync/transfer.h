#pragma once
// transfer: units -> staging. Reads shards through cursors, shapes, hands batches to the unit's
// channel; bounded in bytes; deterministic: a unit transferred again gives the same bytes.

#include <functional>
#include <memory>
#include <vector>

#include "base/byte_budget.h"
#include "base/cancel.h"
#include "base/executor.h"
#include "base/token_bucket.h"
#include "record/dirty.h"
#include "sync/plan.h"
#include "sync/progress.h"
#include "tablestore/client/client.h"

namespace otsstream::sync {

// All of one job, shared by its units; the caller keeps them alive until transfer_all returns.
struct TransferContext {
  tablestore::Client* client = nullptr;
  writer::Writer* writer = nullptr;
  Executor* executor = nullptr;
  ByteBudget* budget = nullptr;
  TokenBucket* byte_rate = nullptr;    // accounting bytes
  TokenBucket* record_rate = nullptr;  // output rows
  DirtySink* dirty = nullptr;
  Progress* progress = nullptr;
  const CancelToken* cancel = nullptr;
};

// Runs all units of the plan, `plan.channels` at a time, and gives one manifest per unit in unit
// order. The first failure stops the others and is returned with its cause; nothing stays in flight
// when it returns. Coordinator thread only. `keep_going` is asked on the coordinator from time to
// time; its error stops the transfer (lost fence).
Result<std::vector<Manifest>> transfer_all(const Plan& plan, const TransferContext& context,
                                           const std::function<Status()>& keep_going = {});

// Between transfer and commit: idle shards leave a fresh position (reader/retention.h). Gives how
// many. Coordinator thread only.
Result<int> refresh_positions(tablestore::Client& client, const Plan& plan,
                              std::vector<Manifest>& manifests);

}  // namespace otsstream::sync
