// otsstream verify REPORT

#include <fmt/format.h>

#include <memory>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/job_options.h"
#include "cli/terminal.h"
#include "sync/verify.h"

namespace otsstream::cli {

namespace {

struct VerifyCommandOptions {
  std::string report;
  std::string connections;
  std::string environment;
  sync::VerifyOptions verify;
  bool json = false;
  bool quiet = false;
};

// As cmp and diff have it: the same, different, trouble.
constexpr int kDiffers = 1;
constexpr int kCannotTell = 2;

int exit_code_of(sync::Verdict verdict) {
  switch (verdict) {
    case sync::Verdict::kVerified:
      return 0;
    case sync::Verdict::kDiffers:
      return kDiffers;
    case sync::Verdict::kUnknown:
      break;
  }
  return kCannotTell;
}

int verify_command(const VerifyCommandOptions& options) {
  CancelToken cancel;
  cancel_on_signals(cancel);
  Diagnostics diagnostics;
  Session session;
  auto result = [&]() -> Result<sync::Verification> {
    OTS_TRY(std::string text, read_file(options.report));
    OTS_TRY(sync::RecordedRun run, sync::read_report(std::move(text), options.report));
    OTS_TRY(job::Connections connections,
            load_connections(options.connections, options.environment));
    return sync::verify_run(run, options.verify, make_context(session, cancel, connections),
                            diagnostics);
  }();
  if (!result) {
    print_failure(result.error(), diagnostics);
    return result.error().kind == ErrorKind::kCancelled ? exit_code(ErrorKind::kCancelled)
                                                        : kCannotTell;
  }
  if (options.json) {
    fmt::print("{}\n", sync::to_json(*result));
  } else if (!options.quiet || result->verdict != sync::Verdict::kVerified) {
    fmt::print("{}", sync::to_text(*result));
  }
  return exit_code_of(result->verdict);
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  auto options = std::make_shared<VerifyCommandOptions>();
  CLI::App* command = app.add_subcommand(
      "verify", "Reads the window of a report again and says whether it gives the same rows");
  command->add_option("report", options->report, "What `otsstream run --report` has written")
      ->required();
  command->add_option("--connections", options->connections,
                      "Named access data, a file that only you may read [$OTSSTREAM_CONNECTIONS]");
  command->add_option("--environment", options->environment,
                      "Section of the connections to use, for example dev");
  command->add_option("--datasource", options->verify.datasource,
                      "Connection to read with [that of the report]");
  command->add_flag("--json", options->json, "As JSON");
  command->add_flag("--quiet", options->quiet, "Prints nothing when the report is verified");
  command->footer(
      "Exit code 0: verified; 1: differs; 2: cannot be verified (any more).\n"
      "Example:\n  otsstream run examples/person.json --connections local.json --report "
      "report.json ...\n  otsstream verify report.json --connections local.json");
  command->callback(
      [options, &action] { action = [options] { return verify_command(*options); }; });
}

}  // namespace otsstream::cli
