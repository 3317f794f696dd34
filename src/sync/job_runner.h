#pragma once
// The whole run as every face calls it: job text in, report out.

#include <functional>
#include <memory>
#include <string>

#include "base/byte_budget.h"
#include "base/cancel.h"
#include "base/executor.h"
#include "base/random.h"
#include "job/connections.h"
#include "job/job_spec.h"
#include "net/transport.h"
#include "sync/report.h"

namespace otsstream::sync {

struct RunContext {
  Executor* executor = nullptr;
  Transport* transport = nullptr;
  const Clock* clock = nullptr;
  Random* random = nullptr;
  const CancelToken* cancel = nullptr;
  const job::Connections* connections = nullptr;
  std::FILE* out = nullptr;  // of the stream writer
  // The job's memory; when empty, one is made as the job's settings say.
  std::shared_ptr<ByteBudget> budget;
  // Called on the executor at `observe_every` while units run; may be empty.
  std::function<void(const Snapshot&)> observe;
  Duration observe_every = seconds(1);
  // Called once after plan, before anything is written; may be empty.
  std::function<void(const Plan&)> planned;
};

// plan, begin, transfer, commit; abort on any failure. `diagnostics` collects warnings and notices
// of all stages. Coordinator thread only.
Result<Report> run_job(const job::JobSpec& job, const RunContext& context,
                       Diagnostics& diagnostics);

}  // namespace otsstream::sync
