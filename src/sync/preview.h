#pragma once
// preview: the first rows that a job would deliver. Reads only; no fence, no status table, no
// session.

#include <string>
#include <vector>

#include "sync/job_runner.h"

namespace otsstream::sync {

struct PreviewCell {
  ValueType type = ValueType::kNull;
  std::string text;  // as a STRING column would show it; empty when null
};

struct Preview {
  Plan plan;                                   // without a destination
  std::vector<std::vector<PreviewCell>> rows;  // as wide as plan.columns
  bool has_more = false;                       // the window holds more rows than were asked for
};

// At most `max_rows` rows in the order in which a run over one channel would land them. The
// destination is not looked at. Coordinator thread only.
Result<Preview> preview_job(const job::JobSpec& job, const RunContext& context, size_t max_rows,
                            Diagnostics& diagnostics);

}  // namespace otsstream::sync
