// otsstream check JOB

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/job_options.h"
#include "cli/terminal.h"
#include "sync/check.h"

namespace otsstream::cli {

namespace {

struct CheckOptions {
  JobOptions job;
  bool json = false;
  bool detailed_exit_codes = false;
};

int check_command(const CheckOptions& options) {
  CancelToken cancel;
  cancel_on_signals(cancel);
  Diagnostics diagnostics;
  Session session;
  Result<LoadedJob> job = load_job(options.job, session.clock, diagnostics);
  if (!job) {
    print_failure(job.error(), diagnostics);
    return exit_code(job.error().kind, options.detailed_exit_codes);
  }
  const sync::RunContext context = make_context(session, cancel, job->connections);
  const sync::CheckResult result = sync::check_job(job->spec, context, diagnostics);
  if (cancel.cancelled()) return exit_code(ErrorKind::kCancelled);
  fmt::print("{}", options.json ? sync::to_json(result, diagnostics) + "\n"
                                : sync::to_text(result, diagnostics));
  if (!diagnostics.has_errors()) return 0;
  return exit_code(diagnostics.to_error().kind, options.detailed_exit_codes);
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "Says everything that is wrong with a job before it runs; writes nothing");
  add_job_options(*command, options->job);
  command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--detailed-exit-codes", options->detailed_exit_codes,
                    "2 = configuration error");
  command->footer(
      "Exit code 0: the job can run, perhaps with warnings; 1: it cannot.\n"
      "Example:\n  otsstream check examples/person.json --connections local.json -p "
      "startTime=20171019161000 -p endTime=20171019162600");
  command->callback([options, &action] { action = [options] { return check_command(*options); }; });
}

}  // namespace otsstream::cli
