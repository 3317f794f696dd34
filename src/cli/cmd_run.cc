// otsstream run JOB

#include <fmt/format.h>

#include <memory>

#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/job_options.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "sync/job_runner.h"

namespace otsstream::cli {

namespace {

struct RunOptions {
  JobOptions job;
  std::string report;
  std::string log_level;
  bool quiet = false;
  bool detailed_exit_codes = false;
  // DataX's launcher options, accepted so that existing calls keep working.
  std::string jvm, mode, jobid;
};

Result<sync::Report> run(const RunOptions& options, CancelToken& cancel, ProgressDisplay& display,
                         Diagnostics& diagnostics) {
  // Before anything runs: a finished job whose report cannot be written would look like a failed
  // one.
  if (!options.report.empty()) OTS_CHECK(check_writable(options.report));
  Session session;
  OTS_TRY(LoadedJob job, load_job(options.job, session.clock, diagnostics));
  sync::RunContext context = make_context(session, cancel, job.connections);
  context.observe = [&](const sync::Snapshot& snapshot) { display.show(snapshot); };
  context.observe_every = display.is_live() ? milliseconds(200) : seconds(1);
  context.planned = [&](const sync::Plan& plan) {
    if (options.quiet) return;
    const reader::Settings& settings = plan.read.settings;
    fmt::print(stderr, "window {}\n", reader::to_string(settings.window, settings.zone));
    fmt::print(
        stderr, "{} -> {}, {} shards to read over {} channels{}\n", settings.data_table,
        plan.destination, sync::shards_to_read(plan), plan.channels,
        plan.read.continues ? ", continuing from the checkpoints of the previous window" : "");
  };
  Result<sync::Report> report = sync::run_job(job.spec, context, diagnostics);
  display.finish();
  print_diagnostics(diagnostics);
  return report;
}

int run_command(const RunOptions& options) {
  if (!options.log_level.empty() && !set_log_level(options.log_level)) {
    print_error(make_error(ErrorKind::kUsage, "Usage-LogLevel",
                           "unknown log level " + options.log_level,
                           "use trace, debug, info, warn, error or off"));
    return 255;
  }
  CancelToken cancel;
  cancel_on_signals(cancel);
  ProgressDisplay display(stderr, options.quiet);
  Diagnostics diagnostics;
  Result<sync::Report> report = run(options, cancel, display, diagnostics);
  if (!report) {
    print_failure(report.error(), diagnostics);
    return exit_code(report.error().kind, options.detailed_exit_codes);
  }
  for (const std::string& warning : report->plan.warnings)
    fmt::print(stderr, "warning: {}\n", warning);
  for (const std::string& remark : report->remarks) fmt::print(stderr, "warning: {}\n", remark);
  if (report->dirty > 0) {
    fmt::print(stderr, "warning: {} dirty records were left out; the first one: {}\n",
               report->dirty, report->first_dirty_reason);
  }
  if (!options.report.empty()) {
    if (Status written = write_file_atomic(options.report, sync::to_json(*report)); !written) {
      print_error(
          wrap_error(written.error(), "the job is done, but its report could not be written"));
      return exit_code(written.error().kind, options.detailed_exit_codes);
    }
  }
  if (!options.quiet) fmt::print("{}", sync::to_text(*report));
  return 0;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Runs a job text (DataX, DataWorks 1.0 or 2.0)");
  add_job_options(*command, options->job);
  command->add_option("--report", options->report, "Writes the JSON report to this file");
  command->add_flag("--quiet", options->quiet, "Prints errors and warnings only");
  command->add_option("--log-level", options->log_level, "trace, debug, info, warn, error or off");
  command->add_flag("--detailed-exit-codes", options->detailed_exit_codes,
                    "2 = configuration error, 3 = too many dirty records");
  command->add_option("-j,--jvm", options->jvm, "Accepted for DataX's sake")->group("");
  command->add_option("-m,--mode", options->mode, "Accepted for DataX's sake")->group("");
  command->add_option("--jobid", options->jobid, "Accepted for DataX's sake")->group("");
  command->footer(
      "Example:\n  otsstream run examples/person.json --connections local.json -p "
      "startTime=20171019161000 -p endTime=20171019162600");
  command->callback([options, &action] { action = [options] { return run_command(*options); }; });
}

}  // namespace otsstream::cli
