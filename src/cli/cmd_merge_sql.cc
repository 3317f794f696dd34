// otsstream merge-sql JOB

#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/job_options.h"
#include "cli/terminal.h"
#include "sync/merge_sql.h"

namespace otsstream::cli {

namespace {

struct MergeSqlOptions {
  JobOptions job;
  sync::MergeOptions merge;
  std::vector<std::string> columns;
  std::vector<std::string> keys;
};

Result<std::string> run_merge_sql(const MergeSqlOptions& options, Diagnostics& diagnostics) {
  sync::MergeOptions merge = options.merge;
  for (const std::string& text : options.columns)
    OTS_CHECK(sync::add_merge_columns(text, merge.columns));
  for (const std::string& text : options.keys) OTS_CHECK(sync::add_merge_columns(text, merge.keys));
  merge.bizdate = options.job.bizdate;
  const SystemClock clock;
  OTS_TRY(const LoadedJob job, load_job(options.job, clock, diagnostics));
  return sync::merge_sql(job.spec, merge, diagnostics);
}

int merge_sql_command(const MergeSqlOptions& options) {
  Diagnostics diagnostics;
  const Result<std::string> sql = run_merge_sql(options, diagnostics);
  print_diagnostics(diagnostics);
  if (!sql) {
    print_failure(sql.error(), diagnostics);
    return exit_code(sql.error().kind);
  }
  fmt::print("{}", *sql);
  return 0;
}

}  // namespace

void add_merge_sql(CLI::App& app, Action& action) {
  auto options = std::make_shared<MergeSqlOptions>();
  CLI::App* command = app.add_subcommand(
      "merge-sql", "Prints the MaxCompute SQL that folds a job's log into a current-state table");
  add_job_options(*command, options->job);
  command
      ->add_option("--columns", options->columns,
                   "Columns of the current-state table: NAME, \"NAME TYPE\" or \"SOURCE=NAME "
                   "TYPE\" [string]; comma-separated, repeatable. Without it: the table of cells "
                   "only")
      ->allow_extra_args(false);
  command
      ->add_option("--keys", options->keys,
                   "Types of key columns that are not string: \"NAME TYPE\"")
      ->allow_extra_args(false);
  command->add_option("--into", options->merge.into, "The current-state table [TABLE_current]");
  command->add_option("--cells", options->merge.cells,
                      "The table that keeps every cell and version [TABLE_cells]");
  command->add_option("--snapshot-partition", options->merge.snapshot_partition,
                      "Partition column of both [the log's first one]");
  command
      ->add_option("--lifecycle", options->merge.lifecycle_days,
                   "Days that snapshots are kept [for ever]")
      ->check(CLI::Range(1, 37231));
  command->footer(
      "Without --bizdate the SQL holds ${bizdate} and ${yesterday}, for a scheduler to fill in.\n"
      "No request leaves. What the statements do: docs/merge.md.\n"
      "Example:\n  otsstream merge-sql examples/person.json -p startTime=20171019000000 -p "
      "endTime=20171020000000 --columns \"name,age bigint\"");
  command->callback(
      [options, &action] { action = [options] { return merge_sql_command(*options); }; });
}

}  // namespace otsstream::cli
