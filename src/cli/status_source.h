#pragma once
// What every `otsstream status` command works on: a status table, and perhaps the data table whose
// jobs are meant, named by a job text or by options.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time_zone.h"
#include "cli/session.h"
#include "reader/status_table.h"
#include "sync/status_edit.h"
#include "sync/status_report.h"

namespace otsstream::cli {

struct StatusOptions {
  std::string job;
  std::vector<std::string> params;
  std::string connections;
  std::string environment;
  std::string connection;
  std::string table;
  std::string status_table;
  std::string stream;
  std::string time_zone;
  bool all = false;
  bool json = false;
};
void add_source_options(CLI::App& app, StatusOptions& options);

struct StatusSource {
  Session session{1};
  std::unique_ptr<tablestore::Client> client;
  std::unique_ptr<reader::StatusTable> status;
  std::string status_table;
  std::string data_table;  // "" = not named
  Zone zone = Zone::china();
  // Absent when no data table is named, or it has no Stream; then the reason stands beside it.
  std::optional<sync::StreamFacts> stream;
  std::string no_stream_because;
  std::string stream_id;  // whose rows are meant; "" = those of all Streams

  int64_t now_ms() const;  // the service's
  // Windows that end at `from_ms` or later.
  Result<reader::Survey> read_windows(int64_t from_ms);
  Result<reader::WindowRows> read_window(const sync::WindowId& window);
  Result<sync::StatusReport> report(int64_t from_ms);
};
// Fails with kNotFound "Status-NoTable" when there is no status table, unless `may_be_missing`.
Result<std::unique_ptr<StatusSource>> open_source(const StatusOptions& options,
                                                  bool may_be_missing = false);

// --end and --stream as the window they name. Fails with kUsage "Usage-Window".
Result<sync::WindowId> window_of(const StatusSource& source, const std::string& end);

}  // namespace otsstream::cli
