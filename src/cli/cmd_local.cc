// otsstream local: runs both servers until a signal comes. Its subcommands have files of their own.

#include <fmt/format.h>

#include <atomic>
#include <memory>

#include "base/file.h"
#include "cli/local_server.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "local/local_cloud.h"

namespace otsstream::cli {

namespace {

struct LocalOptions {
  int tablestore_port = kTablestorePort;
  int maxcompute_port = kMaxComputePort;
  std::vector<std::string> instances;
  std::vector<std::string> projects = {"local"};
  std::string keys;
  std::string directory;
  std::string data;
  bool sync = false;
  bool loose = false;
  uint64_t memory_cap = 0;
  std::string write_connections;
  double lag_seconds = 0;
};

Result<std::unique_ptr<local::LocalCloud>> start(const LocalOptions& options, Session& session) {
  constexpr double kLongestLag = 30 * 86400.0;
  if (!(options.lag_seconds >= 0 && options.lag_seconds <= kLongestLag)) {
    return fail(ErrorKind::kUsage, "Usage-Lag", "--lag must be between 0 and 2592000 seconds",
                "name the seconds that data time lies behind, for example 3600");
  }
  local::LocalCloudOptions cloud;
  cloud.tablestore_port = options.tablestore_port;
  cloud.maxcompute_port = options.maxcompute_port;
  cloud.projects = options.projects;
  cloud.maxcompute_directory = options.directory;
  if (!options.data.empty()) {
    cloud.tablestore_directory = options.data + "/tablestore";
    if (options.directory.empty()) cloud.maxcompute_directory = options.data + "/maxcompute";
  }
  cloud.tablestore_sync = options.sync;
  cloud.tablestore_loose = options.loose;
  cloud.tablestore_memory_cap = options.memory_cap;
  cloud.maxcompute_memory_cap = options.memory_cap;
  cloud.data_lag = Duration(static_cast<int64_t>(options.lag_seconds * 1e6));
  OTS_TRY(cloud.keys, local_keys(options.keys));
  if (!options.instances.empty())
    cloud.instances = options.instances;
  else if (auto named = cloud.keys.instances(); !named.empty())
    cloud.instances = std::move(named);
  return local::LocalCloud::start(std::move(cloud), session.clock, session.random);
}

int local_command(const LocalOptions& options) {
  CancelToken stop;
  cancel_on_signals(stop);
  Session session(1);
  Result<std::unique_ptr<local::LocalCloud>> cloud = start(options, session);
  if (!cloud) {
    print_error(cloud.error());
    return exit_code(cloud.error().kind);
  }
  if (!options.write_connections.empty()) {
    if (Status written =
            write_file_atomic(options.write_connections, (*cloud)->connections_json(), 0600);
        !written) {
      print_error(written.error());
      return exit_code(written.error().kind);
    }
  }
  // One line that scripts can wait for and read the addresses from.
  fmt::print("ready tablestore={} instance={} maxcompute={} project={}\n",
             (*cloud)->tablestore_endpoint(), fmt::join((*cloud)->options().instances, ","),
             (*cloud)->maxcompute_endpoint(), fmt::join(options.projects, ","));
  std::fflush(stdout);
  // A signal handler may not wake a condition variable; looking twice a second is cheap and ends in
  // time.
  while (!stop.cancelled()) {
    std::atomic<bool> woken = false;
    session.executor.post_after(milliseconds(500), [&] {
      woken = true;
      session.executor.notify();
    });
    if (Status waited = session.executor.run_until([&] { return woken.load(); }); !waited) break;
  }
  return 0;
}

}  // namespace

void add_local(CLI::App& app, Action& action) {
  auto options = std::make_shared<LocalOptions>();
  CLI::App* command = app.add_subcommand(
      "local", "Runs a local Tablestore and a local MaxCompute, on this machine only");
  command->add_option("--tablestore-port", options->tablestore_port, "0: the system chooses")
      ->capture_default_str();
  command->add_option("--maxcompute-port", options->maxcompute_port, "0: the system chooses")
      ->capture_default_str();
  command->add_option("--instance", options->instances,
                      "Tablestore instance; may be repeated [those of the keys file, or local]");
  command
      ->add_option("--project", options->projects,
                   "MaxCompute project; may be repeated, the first is the default")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--keys", options->keys, kKeysHelp);
  CLI::Option* data = command->add_option(
      "--data", options->data,
      "Keeps everything below this directory: tablestore/ and maxcompute/ [in memory]");
  command
      ->add_flag("--sync", options->sync,
                 "Answers no write to the Tablestore before it is on the disk")
      ->needs(data);
  command
      ->add_option("--memory-cap", options->memory_cap,
                   "What each Tablestore instance may keep in memory, rows and log, and what "
                   "MaxCompute may, its blocks, like 512MB [no bound]")
      ->transform(CLI::AsSizeValue(false))
      ->excludes(data);
  command->add_flag("--loose", options->loose,
                    "Turns off the service's limits on names, rows, calls and tables");
  command->add_option("--directory", options->directory,
                      "Keeps MaxCompute's tables here [maxcompute/ of --data, or in memory]");
  command
      ->add_option("--lag", options->lag_seconds,
                   "Data time lies so many seconds behind the wall clock")
      ->capture_default_str();
  command->add_option(
      "--write-connections", options->write_connections,
      "Writes a connections file (mode 600) with otsstream and odps_first for these servers, and "
      "odps_P for each further project P");
  command->footer("Example:\n  otsstream local --lag 3600 --write-connections local.json");
  command->callback([options, command, &action] {
    if (command->get_subcommands().empty()) action = [options] { return local_command(*options); };
  });

  add_local_query(*command, action);
  add_local_clock(*command, action);
  add_local_partitions(*command, action);
  add_local_faults(*command, action);
  add_local_streams(*command, action);
  add_local_data(*command, action);
  add_local_counters(*command, action);
  add_local_limits(*command, action);
}

}  // namespace otsstream::cli
