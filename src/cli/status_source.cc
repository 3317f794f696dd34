#include "cli/status_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cli/job_options.h"
#include "cli/time_text.h"
#include "reader/params.h"
#include "reader/retention.h"

namespace otsstream::cli {

namespace {

// What the codeless page of DataWorks fills in.
constexpr const char* kUsualStatusTable = "TableStoreStreamReaderStatusTable";
constexpr int64_t kLatestMs = std::numeric_limits<int64_t>::max();

struct Named {
  job::TablestoreAccess access;
  std::string data_table;
  std::string status_table;
  Zone zone = Zone::china();
};

// A job's window, and whatever else its variables are for, is of no interest here: only what the
// needed values say is complained about.
Result<Named> by_job(const StatusOptions& options, const Clock& clock) {
  JobOptions job_options;
  job_options.job = options.job;
  job_options.params = options.params;
  job_options.connections = options.connections;
  job_options.environment = options.environment;
  job_options.time_zone = options.time_zone;
  Diagnostics of_text;
  OTS_TRY(LoadedJob job, load_job(job_options, clock, of_text));
  Diagnostics diagnostics;
  const JsonNode& block = *job.spec.reader;
  OTS_TRY(reader::SourceTables tables,
          reader::read_source_tables(block, job.spec.settings.time_zone, diagnostics));
  Named named{{}, std::move(tables.data_table), std::move(tables.status_table), tables.zone};
  OTS_TRY(named.access, job::tablestore_access(job.spec, block, job.connections, diagnostics));
  return named;
}

Result<Named> by_options(const StatusOptions& options) {
  if (options.connection.empty())
    return fail(ErrorKind::kUsage, "Usage-Source", "neither a job nor a connection is named",
                "give a job text, or --connection NAME with --table TABLE");
  OTS_TRY(job::Connections connections, load_connections(options.connections, options.environment));
  Named named;
  OTS_TRY(named.access, connections.tablestore(options.connection));
  named.status_table = kUsualStatusTable;
  return named;
}

// The Stream whose rows are meant, as the service shows it. That there is none is no error: its
// rows may be what is asked for.
Status find_stream(StatusSource& source, const std::string& wanted) {
  source.stream_id = wanted;
  if (wanted.empty() && source.data_table.empty()) {
    source.no_stream_because = "no data table is named";
    return {};
  }
  if (wanted.empty()) {
    auto list = source.client->list_stream(source.data_table);
    if (!list && list.error().code != "OTSObjectNotExist") return fail(std::move(list).error());
    if (list)
      for (const tablestore::StreamInfo& info : list->streams)
        if (info.table_name == source.data_table && source.stream_id.empty())
          source.stream_id = info.stream_id;
    if (source.stream_id.empty()) {
      source.no_stream_because =
          fmt::format("table {} has no Stream, or does not exist", source.data_table);
      return {};
    }
  }
  auto described = source.client->describe_stream(source.stream_id, true);
  if (!described && described.error().kind != ErrorKind::kService &&
      described.error().kind != ErrorKind::kNotFound)
    return fail(std::move(described).error());
  if (!described) {
    source.no_stream_because = fmt::format("Stream {} cannot be described: {}", source.stream_id,
                                           described.error().message);
    return {};
  }
  source.stream = {source.stream_id, described->expiration_hours, std::move(described->shards)};
  return {};
}

}  // namespace

void add_source_options(CLI::App& app, StatusOptions& options) {
  app.add_option("job", options.job, "The job text; or name the tables with the options below");
  app.add_option("-p,--params,--param", options.params,
                 "Variable of the job text, name=value; only those that its tables or access "
                 "data use are needed")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--connections", options.connections, "Connections file [OTSSTREAM_CONNECTIONS]");
  app.add_option("--environment", options.environment,
                 "Section of the connections to use, for example dev");
  app.add_option("--connection", options.connection, "Connection, in place of a job's datasource");
  app.add_option("--table", options.table, "Data table, in place of the job's");
  app.add_option("--status-table", options.status_table,
                 fmt::format("Status table, in place of the job's [{}]", kUsualStatusTable));
  app.add_option("--stream", options.stream, "Stream id [the data table's present one]");
  app.add_option("--timezone", options.time_zone, "Zone of times [the job's, or GMT+8]");
  app.add_flag("--json", options.json, "The answer as JSON, for programs");
}

Result<std::unique_ptr<StatusSource>> open_source(const StatusOptions& options,
                                                  bool may_be_missing) {
  if (!options.job.empty() && !options.connection.empty())
    return fail(ErrorKind::kUsage, "Usage-Source", "a job and a connection are named",
                "give one of them");
  auto source = std::make_unique<StatusSource>();
  OTS_TRY(Named named,
          options.job.empty() ? by_options(options) : by_job(options, source->session.clock));
  source->data_table = options.table.empty() ? named.data_table : options.table;
  source->status_table = options.status_table.empty() ? named.status_table : options.status_table;
  source->zone = named.zone;
  if (!options.time_zone.empty()) {
    OTS_TRY(source->zone, Zone::parse(options.time_zone));
  }
  tablestore::CallerOptions caller;
  caller.retry.max_retries = 5;  // somebody waits before a screen
  source->client = std::make_unique<tablestore::Client>(tablestore::Caller::create(
      {named.access.endpoint, named.access.instance, named.access.access_id,
       named.access.access_key, named.access.security_token},
      source->session.transport, source->session.executor, source->session.random, caller));
  source->status = std::make_unique<reader::StatusTable>(*source->client, source->session.clock,
                                                         source->status_table);
  OTS_TRY(const bool exists, source->status->check());
  if (!exists && !may_be_missing)
    return fail(ErrorKind::kNotFound, "Status-NoTable",
                fmt::format("there is no status table {}", source->status_table),
                "it is created by the first run; or name another with --status-table");
  OTS_CHECK(find_stream(*source, options.stream));
  return source;
}

int64_t StatusSource::now_ms() const { return reader::server_now_ms(*client); }

Result<reader::Survey> StatusSource::read_windows(int64_t from_ms) {
  std::vector<tablestore::Row> rows;
  if (stream_id.empty()) {
    OTS_TRY(rows, status->read_rows(reader::all_rows_range()));
  } else {
    for (std::string_view type :
         {reader::kCheckpointType, reader::kJobDescriptionType, reader::kFenceType}) {
      OTS_TRY(auto some,
              status->read_rows(reader::times_range(stream_id, type, from_ms, kLatestMs)));
      std::move(some.begin(), some.end(), std::back_inserter(rows));
    }
  }
  reader::Survey survey = reader::survey(rows);
  std::erase_if(survey.windows,
                [&](const reader::WindowRows& window) { return window.end_ms < from_ms; });
  return survey;
}

Result<reader::WindowRows> StatusSource::read_window(const sync::WindowId& window) {
  std::vector<tablestore::Row> rows;
  for (std::string_view type :
       {reader::kCheckpointType, reader::kJobDescriptionType, reader::kFenceType}) {
    OTS_TRY(auto some, status->read_rows(reader::times_range(window.stream_id, type, window.end_ms,
                                                             window.end_ms)));
    std::move(some.begin(), some.end(), std::back_inserter(rows));
  }
  reader::Survey survey = reader::survey(rows);
  if (!survey.windows.empty()) return std::move(survey.windows.front());
  reader::WindowRows none;
  none.stream_id = window.stream_id;
  none.end_ms = window.end_ms;
  return none;
}

Result<sync::StatusReport> StatusSource::report(int64_t from_ms) {
  OTS_TRY(reader::Survey survey, read_windows(from_ms));
  return sync::make_report({status_table, data_table, stream, no_stream_because, now_ms(), zone},
                           std::move(survey));
}

Result<sync::WindowId> window_of(const StatusSource& source, const std::string& end) {
  if (source.stream_id.empty())
    return fail(ErrorKind::kUsage, "Usage-Window",
                "which Stream is meant is not known: " + source.no_stream_because,
                "name its id with --stream; `otsstream status list` shows them");
  OTS_TRY(const int64_t end_ms, parse_moment(end, source.zone));
  return sync::WindowId{source.stream_id, end_ms};
}

}  // namespace otsstream::cli
