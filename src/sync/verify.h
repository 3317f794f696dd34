#pragma once
// verify: reads the window of a finished run again and holds what comes against the run's report.
// Reads only.

#include <string>
#include <vector>

#include "sync/certificate.h"
#include "sync/job_runner.h"
#include "sync/recorded_run.h"

namespace otsstream::sync {

enum class Verdict {
  kVerified,  // the same shards, rows and checksums
  kDiffers,   // something that the Stream holds is not in the report, or the other way round
  kUnknown,   // nothing contradicts the report, but not all of the window is retained any more
};
std::string_view to_string(Verdict verdict);

// A shard that did not give the same.
struct ShardDifference {
  std::string shard_id;
  Verdict verdict = Verdict::kDiffers;  // or kUnknown
  std::string text;                     // "5 rows instead of 6", with times in the job's zone
};

struct Verification {
  Verdict verdict = Verdict::kVerified;
  Plan plan;  // that was read, without a destination
  Certificate recorded;
  Certificate found;
  std::vector<ShardDifference> differences;
  // How long the oldest change of the report is still retained; negative: no longer.
  int64_t margin_ms = 0;
};

struct VerifyOptions {
  std::string datasource;  // connection to read with, in place of the report's; empty: the report's
};

// Fails when the window cannot be read at all: kDataLost "Verify-StreamChanged" when the table has
// another Stream by now, and what reading may fail with. Coordinator thread only.
Result<Verification> verify_run(const RecordedRun& run, const VerifyOptions& options,
                                const RunContext& context, Diagnostics& diagnostics);

// Pure: what one shard gave then and now. Nothing when it is the same. `horizon_ms`: changes before
// it may be forgotten.
std::optional<ShardDifference> compare_shard(const reader::ShardResult& recorded,
                                             const reader::ShardResult& found,
                                             const reader::Window& window, int64_t horizon_ms,
                                             const Zone& zone);

// Lines for the terminal, the verdict last.
std::string to_text(const Verification& verification);
std::string to_json(const Verification& verification);

}  // namespace otsstream::sync
