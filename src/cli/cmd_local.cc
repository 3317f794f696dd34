// otsstream local [query SQL]

#include <fmt/format.h>

#include <atomic>
#include <memory>

#include "base/env.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "config/json_text.h"
#include "local/local_cloud.h"
#include "maxcompute/client/rest_client.h"

namespace otsstream::cli {

namespace {

constexpr int kTablestorePort = 8087;
constexpr int kMaxComputePort = 8088;

struct LocalOptions {
  int tablestore_port = kTablestorePort;
  int maxcompute_port = kMaxComputePort;
  std::string instance = "local";
  std::string project = "local";
  std::string keys;
  std::string directory;
  std::string write_connections;
  double lag_seconds = 0;
};

struct QueryOptions {
  std::string sql;
  std::string endpoint = fmt::format("http://127.0.0.1:{}/api", kMaxComputePort);
  std::string project = "local";
  std::string keys;
  bool csv = false;
};

// {"access id": "access key", ...} in a private file; without one, the key pair that the
// documentation names for the laptop.
Result<std::map<std::string, Secret>> load_keys(const std::string& path) {
  std::map<std::string, Secret> keys;
  if (path.empty()) {
    keys.emplace("local", Secret("local"));
    return keys;
  }
  OTS_CHECK(check_private_file(path));
  OTS_TRY(std::string text, read_file(path));
  OTS_TRY(std::shared_ptr<JsonDocument> document, parse_json(std::move(text), path));
  for (const JsonNode* member : document->root().members()) {
    OTS_TRY(std::string key, member->as_string());
    keys.emplace(member->key(), Secret(std::move(key)));
  }
  if (keys.empty()) {
    return fail(ErrorKind::kConfig, "Local-Keys", path + " names no access key",
                "write {\"<access id>\": \"<access key>\"}");
  }
  return keys;
}

Result<std::unique_ptr<local::LocalCloud>> start(const LocalOptions& options, Session& session) {
  constexpr double kLongestLag = 30 * 86400.0;
  if (!(options.lag_seconds >= 0 && options.lag_seconds <= kLongestLag)) {
    return fail(ErrorKind::kUsage, "Usage-Lag", "--lag must be between 0 and 2592000 seconds",
                "name the seconds that data time lies behind, for example 3600");
  }
  local::LocalCloudOptions cloud;
  cloud.tablestore_port = options.tablestore_port;
  cloud.maxcompute_port = options.maxcompute_port;
  cloud.instance = options.instance;
  cloud.project = options.project;
  cloud.maxcompute_directory = options.directory;
  cloud.data_lag = Duration(static_cast<int64_t>(options.lag_seconds * 1e6));
  OTS_TRY(cloud.access_keys, load_keys(options.keys));
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
             (*cloud)->tablestore_endpoint(), options.instance, (*cloud)->maxcompute_endpoint(),
             options.project);
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

Result<std::string> run_query(const QueryOptions& options) {
  Session session(1);
  OTS_TRY(auto keys, load_keys(options.keys));
  maxcompute::Connection connection;
  connection.endpoint = options.endpoint;
  connection.project = options.project;
  connection.access_id = keys.begin()->first;
  connection.access_key = keys.begin()->second;
  maxcompute::ClientOptions client_options;
  client_options.retry.max_retries = 2;
  auto caller = std::make_shared<maxcompute::HttpCaller>(
      connection, client_options, session.transport, session.executor, session.random);
  maxcompute::RestClient client(caller);
  return client.run_sql(options.sql, "query");
}

// RFC 4180 text with quoted fields -> rows.
std::vector<std::vector<std::string>> parse_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"')
        field += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        field += text[++i];
      else
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',' || c == '\n') {
      row.push_back(std::move(field));
      field.clear();
      if (c == '\n') rows.push_back(std::move(row)), row.clear();
    } else if (c != '\r') {
      field += c;
    }
  }
  if (!field.empty() || !row.empty()) {
    row.push_back(std::move(field));
    rows.push_back(std::move(row));
  }
  return rows;
}

int query_command(const QueryOptions& options) {
  Result<std::string> result = run_query(options);
  if (!result) {
    print_error(result.error());
    return exit_code(result.error().kind);
  }
  if (options.csv) {
    fmt::print("{}", *result);
    return 0;
  }
  std::vector<std::vector<std::string>> rows = parse_csv(*result);
  if (rows.empty()) return 0;
  const std::vector<std::string> header = rows.front();
  rows.erase(rows.begin());
  fmt::print("{}{} rows\n", format_table(header, rows), rows.size());
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
  command->add_option("--instance", options->instance, "Tablestore instance")
      ->capture_default_str();
  command->add_option("--project", options->project, "MaxCompute project")->capture_default_str();
  command->add_option(
      "--keys", options->keys,
      "Private JSON file {\"<access id>\": \"<access key>\"} [id local, key local]");
  command->add_option("--directory", options->directory,
                      "Keeps MaxCompute's tables here [in memory]");
  command
      ->add_option("--lag", options->lag_seconds,
                   "Data time lies so many seconds behind the wall clock")
      ->capture_default_str();
  command->add_option(
      "--write-connections", options->write_connections,
      "Writes a connections file (mode 600) with otsstream and odps_first for these servers");
  command->footer("Example:\n  otsstream local --lag 3600 --write-connections local.json");
  command->callback([options, command, &action] {
    if (command->get_subcommands().empty()) action = [options] { return local_command(*options); };
  });

  auto query = std::make_shared<QueryOptions>();
  CLI::App* query_app =
      command->add_subcommand("query", "Runs a SELECT on a local MaxCompute that is running");
  query_app->add_option("sql", query->sql, "The statement")->required();
  query_app->add_option("--endpoint", query->endpoint, "As the ready line shows it")
      ->capture_default_str();
  query_app->add_option("--project", query->project)->capture_default_str();
  query_app->add_option("--keys", query->keys, "As above");
  query_app->add_flag("--csv", query->csv, "CSV instead of a table");
  query_app->footer(
      "Example:\n  otsstream local query \"select optype, count(*) from person group by optype\"");
  query_app->callback([query, &action] { action = [query] { return query_command(*query); }; });
}

}  // namespace otsstream::cli
