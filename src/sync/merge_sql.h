#pragma once
// The MaxCompute SQL that folds the log of a column-mode job into a current-state table
// (otsstream-reader.md 12, docs/merge.md): yesterday's snapshot and today's log give today's
// snapshot. Made of the job's text alone; no request leaves.

#include <string>
#include <vector>

#include "base/result.h"
#include "config/diagnostics.h"
#include "job/job_spec.h"

namespace otsstream::sync {

// A column of the current-state table: where its values come from, what it is called, its type.
struct MergeColumn {
  std::string source;  // the attribute column's name in the Tablestore
  std::string name;    // in MaxCompute, lower case
  std::string type;    // "string", "bigint", …
};
// "age", "age bigint", "Full-Name=full_name string". Fails with kUsage "Merge-Column".
Result<MergeColumn> parse_merge_column(std::string_view text);
// Several of them with commas between; those within a type's brackets part nothing.
Status add_merge_columns(std::string_view list, std::vector<MergeColumn>& columns);

struct MergeOptions {
  std::string into;                  // current-state table; empty: TABLE_current
  std::string cells;                 // table of cells behind it; empty: TABLE_cells
  std::string snapshot_partition;    // partition column of both; empty: the log's first one
  std::string bizdate;               // the day, yyyymmdd; empty: ${bizdate} and ${yesterday}
  std::vector<MergeColumn> columns;  // of the current-state table; empty: the table of cells only
  std::vector<MergeColumn> keys;     // types of key columns that are not string
  int lifecycle_days = 0;            // 0: snapshots stay
};

// The statements, each ended by ';', or why this job's log cannot be folded, with the remedy:
// kConfig "Merge-Job". What is wrong with the job's text goes into `diagnostics`.
Result<std::string> merge_sql(const job::JobSpec& job, const MergeOptions& options,
                              Diagnostics& diagnostics);

}  // namespace otsstream::sync
