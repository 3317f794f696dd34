// otsstream: exports the incremental data of Tablestore tables, and brings a local Tablestore and a
// local MaxCompute along.

#include "base/log.h"
#include "cli/commands.h"

int main(int argc, char** argv) {
  using namespace otsstream;

  CLI::App app(
      "Exports the incremental data (Stream) of Tablestore tables to MaxCompute, from DataX and "
      "DataWorks job texts.",
      "otsstream");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  app.footer(
      "Examples:\n"
      "  otsstream demo\n"
      "  otsstream local --write-connections local.json\n"
      "  otsstream run examples/person.json --connections local.json -p startTime=20171019161000 "
      "-p endTime=20171019162600\n"
      "  otsstream local query \"select count(*) from person\"");
  std::string log_level = "warn";
  app.add_option("--log-level", log_level, "trace, debug, info, warn, error or off")
      ->capture_default_str();
  app.set_version_flag("--version", "otsstream " OTSSTREAM_VERSION);

  cli::Action action;
  cli::add_run(app, action);
  cli::add_check(app, action);
  cli::add_preview(app, action);
  cli::add_verify(app, action);
  cli::add_local(app, action);
  cli::add_demo(app, action);
  cli::add_status(app, action);
  cli::add_merge_sql(app, action);
  cli::add_params(app, action);

  constexpr int kWrongCommandLine = 255;  // job-engine.md 13.5
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : kWrongCommandLine;
  }
  if (!set_log_level(log_level)) {
    std::cerr << "error: unknown log level " << log_level
              << "; use trace, debug, info, warn, error or off\n";
    return kWrongCommandLine;
  }
  return action ? action() : kWrongCommandLine;
}
