// otsstream run JOB

#include <fmt/format.h>

#include <memory>

#include "base/env.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time_zone.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "job/connections.h"
#include "job/job_spec.h"
#include "sync/job_runner.h"

namespace otsstream::cli {

namespace {

struct RunOptions {
  std::string job;
  std::vector<std::string> params;
  std::string connections;
  std::string environment;
  std::string bizdate;
  std::string cyctime;
  std::string time_zone;
  std::string report;
  std::string log_level;
  bool quiet = false;
  bool detailed_exit_codes = false;
  // DataX's launcher options, accepted so that existing calls keep working.
  std::string jvm, mode, jobid;
};

constexpr int64_t kDayMs = 24 * 3600 * 1000;

// The built-in variables: yesterday and now in the job's zone, unless given.
Result<job::Variables> collect_variables(const RunOptions& options, const Zone& zone,
                                         int64_t now_ms) {
  job::Variables variables;
  const std::string today = format_date8(now_ms, zone);
  OTS_TRY(int64_t midnight, parse_date8(today, zone));
  variables[std::string(job::kBizdateVariable)] = format_date8(midnight - kDayMs / 2, zone);
  variables[std::string(job::kCyctimeVariable)] = format_time14(now_ms, zone);
  if (!options.bizdate.empty()) {
    OTS_CHECK(parse_date8(options.bizdate, zone));
    variables[std::string(job::kBizdateVariable)] = options.bizdate;
  }
  if (!options.cyctime.empty()) {
    OTS_CHECK(parse_time14(options.cyctime, zone));
    variables[std::string(job::kCyctimeVariable)] = options.cyctime;
  }
  for (const std::string& param : options.params)
    OTS_CHECK(job::parse_param_option(param, variables));
  return variables;
}

void print_diagnostics(const Diagnostics& diagnostics) {
  for (const Diagnostic& item : diagnostics.items())
    if (item.severity == Severity::kWarning)
      fmt::print(stderr, "warning: {}\n", item.error.headline());
    else if (item.severity == Severity::kNotice)
      OTS_LOG_INFO("{}", item.error.headline());
}

Result<job::Connections> load_connections(const RunOptions& options) {
  std::string path = options.connections;
  if (path.empty()) path = read_env("OTSSTREAM_CONNECTIONS").value_or("");
  if (path.empty()) return job::Connections();
  return job::Connections::load(path, options.environment);
}

Result<sync::Report> run(const RunOptions& options, CancelToken& cancel, ProgressDisplay& display,
                         Diagnostics& diagnostics) {
  // Before anything runs: a finished job whose report cannot be written would look like a failed
  // one.
  if (!options.report.empty()) OTS_CHECK(check_writable(options.report));
  OTS_TRY(std::string text, read_file(options.job));
  OTS_TRY(job::JobText job_text, job::parse_job(std::move(text), options.job));

  Session session;
  std::optional<std::string> zone_name = job::declared_time_zone(job_text);
  if (!options.time_zone.empty()) zone_name = options.time_zone;
  OTS_TRY(Zone zone, Zone::parse(zone_name.value_or("GMT+8")));
  OTS_TRY(job::Variables variables, collect_variables(options, zone, session.clock.wall_ms()));

  OTS_TRY(job::JobSpec job, job::bind_job(std::move(job_text), variables, diagnostics));
  if (!options.time_zone.empty()) job.settings.time_zone = options.time_zone;
  OTS_TRY(job::Connections connections, load_connections(options));

  sync::RunContext context;
  context.executor = &session.executor;
  context.transport = &session.transport;
  context.clock = &session.clock;
  context.random = &session.random;
  context.cancel = &cancel;
  context.connections = &connections;
  context.out = stdout;
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
  Result<sync::Report> report = sync::run_job(job, context, diagnostics);
  display.finish();
  print_diagnostics(diagnostics);
  return report;
}

// All mistakes of a job text, a line each; any other failure as it is.
void print_failure(const Error& failure, const Diagnostics& diagnostics) {
  const size_t count = diagnostics.count(Severity::kError);
  if (count < 2 || failure.message != diagnostics.to_error().message) return print_error(failure);
  for (const Diagnostic& item : diagnostics.items())
    if (item.severity == Severity::kError) print_error(item.error);
  fmt::print(stderr, "{} errors; nothing was read or written\n", count);
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
  command->add_option("job", options->job, "The job file")->required();
  command
      ->add_option("-p,--params,--param", options->params,
                   "A variable, name=value; also DataX's \"-Dname=value ...\". Repeatable")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--connections", options->connections,
                      "Named access data, a file that only you may read [$OTSSTREAM_CONNECTIONS]");
  command->add_option("--environment", options->environment,
                      "Section of the connections to use, for example dev");
  command->add_option("--bizdate", options->bizdate,
                      "Business date, yyyymmdd [yesterday in the job's zone]");
  command->add_option("--cyctime", options->cyctime, "Schedule time, yyyymmddhhmiss [now]");
  command->add_option("--timezone", options->time_zone,
                      "Zone of the job's times, in place of the job's setting; a timeZone of the "
                      "reader itself wins "
                      "[GMT+8]");
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
