#include "cli/job_options.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/time_zone.h"
#include "base/wall_time.h"
#include "cli/terminal.h"

namespace otsstream::cli {

namespace {

// The built-in variables: yesterday and now in the job's zone, unless given.
Result<job::Variables> collect_variables(const JobOptions& options, const Zone& zone,
                                         int64_t now_ms) {
  job::Variables variables;
  const std::string today = format_date8(now_ms, zone);
  OTS_TRY(int64_t midnight, parse_date8(today, zone));
  variables[std::string(job::kBizdateVariable)] = format_date8(midnight - kMsPerDay / 2, zone);
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

}  // namespace

void add_job_options(CLI::App& command, JobOptions& options) {
  command.add_option("job", options.job, "The job file")->required();
  command
      .add_option("-p,--params,--param", options.params,
                  "A variable, name=value; also DataX's \"-Dname=value ...\". Repeatable")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--connections", options.connections,
                     "Named access data, a file that only you may read [$OTSSTREAM_CONNECTIONS]");
  command.add_option("--environment", options.environment,
                     "Section of the connections to use, for example dev");
  command.add_option("--bizdate", options.bizdate,
                     "Business date, yyyymmdd [yesterday in the job's zone]");
  command.add_option("--cyctime", options.cyctime, "Schedule time, yyyymmddhhmiss [now]");
  command.add_option("--timezone", options.time_zone,
                     "Zone of the job's times, in place of the job's setting; a timeZone of the "
                     "reader itself wins "
                     "[GMT+8]");
}

Result<LoadedJob> load_job(const JobOptions& options, const Clock& clock,
                           Diagnostics& diagnostics) {
  OTS_TRY(std::string text, read_file(options.job));
  OTS_TRY(job::JobText job_text, job::parse_job(std::move(text), options.job));
  std::optional<std::string> zone_name = job::declared_time_zone(job_text);
  if (!options.time_zone.empty()) zone_name = options.time_zone;
  OTS_TRY(Zone zone, Zone::parse(zone_name.value_or("GMT+8")));
  OTS_TRY(job::Variables variables, collect_variables(options, zone, clock.wall_ms()));

  LoadedJob loaded;
  OTS_TRY(loaded.spec, job::bind_job(std::move(job_text), variables, diagnostics));
  if (!options.time_zone.empty()) loaded.spec.settings.time_zone = options.time_zone;
  OTS_TRY(loaded.connections, load_connections(options.connections, options.environment));
  return loaded;
}

sync::RunContext make_context(Session& session, const CancelToken& cancel,
                              const job::Connections& connections) {
  sync::RunContext context;
  context.executor = &session.executor;
  context.transport = &session.transport;
  context.clock = &session.clock;
  context.random = &session.random;
  context.cancel = &cancel;
  context.connections = &connections;
  context.out = stdout;
  return context;
}

void print_diagnostics(const Diagnostics& diagnostics) {
  for (const Diagnostic& item : diagnostics.items())
    if (item.severity == Severity::kWarning)
      fmt::print(stderr, "warning: {}\n", item.error.headline());
    else if (item.severity == Severity::kNotice)
      OTS_LOG_INFO("{}", item.error.headline());
}

void print_failure(const Error& failure, const Diagnostics& diagnostics) {
  const size_t count = diagnostics.count(Severity::kError);
  if (count < 2 || failure.message != diagnostics.to_error().message) return print_error(failure);
  for (const Diagnostic& item : diagnostics.items())
    if (item.severity == Severity::kError) print_error(item.error);
  fmt::print(stderr, "{} errors; nothing was read or written\n", count);
}

}  // namespace otsstream::cli
