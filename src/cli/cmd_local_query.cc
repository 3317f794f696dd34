// otsstream local query SQL

#include <fmt/format.h>

#include <memory>

#include "cli/local_server.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "maxcompute/client/rest_client.h"

namespace otsstream::cli {

namespace {

struct QueryOptions {
  std::string sql;
  std::string endpoint = fmt::format("http://127.0.0.1:{}/api", kMaxComputePort);
  std::string project = "local";
  std::string keys;
  bool csv = false;
};

Result<std::string> run_query(const QueryOptions& options) {
  Session session(1);
  OTS_TRY(local::AccessKeys keys, local_keys(options.keys));
  const auto* key = keys.first_of({});
  if (!key)
    return fail(ErrorKind::kConfig, "Local-Keys", "the keys file names no key for MaxCompute",
                "MaxCompute takes the keys that stand outside \"instances\"");
  maxcompute::Connection connection;
  connection.endpoint = options.endpoint;
  connection.project = options.project;
  connection.access_id = key->first;
  connection.access_key = key->second.secret;
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
  // Only rows come as CSV, whose header is quoted; SHOW and DESC give lines, most statements
  // nothing.
  if (options.csv || !result->starts_with('"')) {
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

void add_local_query(CLI::App& local, Action& action) {
  auto query = std::make_shared<QueryOptions>();
  CLI::App* query_app =
      local.add_subcommand("query", "Runs SQL on a local MaxCompute that is running");
  query_app
      ->add_option("sql", query->sql, "One or more statements; what the last one gives is shown")
      ->required();
  query_app->add_option("--endpoint", query->endpoint, "As the ready line shows it")
      ->capture_default_str();
  query_app->add_option("--project", query->project)->capture_default_str();
  query_app->add_option("--keys", query->keys, kKeysHelp);
  query_app->add_flag("--csv", query->csv, "CSV instead of a table");
  query_app->footer(
      "Example:\n  otsstream local query \"select optype, count(*) from person group by optype\"");
  query_app->callback([query, &action] { action = [query] { return query_command(*query); }; });
}

}  // namespace otsstream::cli
