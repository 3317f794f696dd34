// otsstream status: what a status table tells about the jobs of a table (docs/status.md). Reads
// only; delete and set stand in cmd_status_edit.cc.

#include "cli/cmd_status.h"

#include <fmt/format.h>

#include <limits>

#include "base/span_text.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/time_text.h"
#include "sync/shard_tree.h"
#include "sync/status_json.h"

namespace otsstream::cli {

namespace {

// Older windows cannot be continued: a Stream holds a week at most. Only when nothing younger is
// finished they are asked for, to tell since when nothing was.
constexpr int64_t kRecentMs = int64_t{8} * 24 * 3600 * 1000;
constexpr size_t kShownWindows = 5;

struct ReadOptions : StatusOptions {
  std::string end;
  std::string since;
};

std::string state_text(const sync::WindowStatus& window) {
  if (window.fence && window.fence->is_held) return window.fence->fence.state;
  if (window.fence && window.fence->fence.state == "PREPARED") return "PREPARED, holder gone";
  return window.is_finished() ? "Finished" : "NotFinished";
}

std::string count_text(const sync::WindowStatus& window) {
  const auto shards = window.shard_count();
  return fmt::format("{}/{}", window.rows.checkpoints.size(),
                     shards ? std::to_string(*shards) : "?");
}

std::string windows_table(const std::vector<sync::WindowStatus>& windows, size_t count,
                          const Zone& zone) {
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < windows.size() && i < count; ++i) {
    const sync::WindowStatus& window = windows[i];
    const auto& description = window.rows.description;
    rows.push_back({description ? description->table : "?", window.rows.stream_id,
                    std::to_string(window.rows.end_ms),
                    description ? format_local(description->start_ms, zone) : "?",
                    format_local(window.rows.end_ms, zone), format_iso_utc(window.rows.end_ms),
                    count_text(window), state_text(window),
                    description ? description->version : "?"});
  }
  return format_table({"TableName", "JobStreamId", "Timestamp", "StartTime " + zone.name(),
                       "EndTime " + zone.name(), "EndTime UTC", "Checkpoints", "Status", "Version"},
                      rows);
}

void print_notes(const sync::StatusReport& report) {
  if (report.unknown > 0)
    fmt::print("{} rows of the status table are of no known kind\n", report.unknown);
  for (const sync::WindowStatus& window : report.windows)
    for (const std::string& text : window.rows.damaged)
      fmt::print("damaged, window end {}: {}\n", sync::moment_text(window.rows.end_ms, report.zone),
                 text);
}

std::string retention_text(const sync::Retention& retention, const Zone& zone) {
  if (retention.left_ms <= 0)
    return fmt::format(
        "LOSING DATA since {} ago; what came after {} and is older than {} h is gone",
        span_text(-retention.left_ms),
        sync::moment_text(retention.lost_from_ms - retention.expiration_hours * 3'600'000LL, zone),
        retention.expiration_hours);
  return fmt::format("loses data in {}, at {}; the next run must begin before {}",
                     span_text(retention.left_ms), sync::moment_text(retention.lost_from_ms, zone),
                     sync::moment_text(retention.start_until_ms, zone));
}

void print_overview(const sync::StatusReport& report) {
  const Zone& zone = report.zone;
  fmt::print("status table  {}\n", report.status_table);
  if (!report.data_table.empty()) fmt::print("data table    {}\n", report.data_table);
  if (report.stream) {
    fmt::print("Stream        {}, holds {} h, {} shards\n", report.stream->stream_id,
               report.stream->expiration_hours, report.stream->listing.size());
  } else {
    fmt::print("Stream        none: {}\n", report.no_stream_because);
  }
  fmt::print("now           {}\n", sync::moment_text(report.now_ms, zone));
  if (report.last_finished) {
    const sync::WindowStatus& last = report.windows[*report.last_finished];
    fmt::print("last window   ends at {}, {} checkpoints\n",
               sync::moment_text(last.rows.end_ms, zone), count_text(last));
    fmt::print("lag           {}\n", span_text(*report.lag_ms));
    fmt::print("retention     {}\n", retention_text(*report.retention, zone));
  } else if (report.stream) {
    fmt::print("last window   none is finished: the next run finds its positions by time\n");
  }
  for (const sync::WindowStatus& window : report.windows)
    if (window.fence && window.fence->fence.state != "COMMITTED")
      fmt::print("fence         window end {}: {}\n", sync::moment_text(window.rows.end_ms, zone),
                 sync::describe(*window.fence, zone));
  if (!report.shards.empty()) fmt::print("\n{}", sync::draw_shards(report.shards));
  if (!report.windows.empty())
    fmt::print("\n{}", windows_table(report.windows, kShownWindows, zone));
  if (report.windows.size() > kShownWindows)
    fmt::print("and {} older windows; `otsstream status list` shows them\n",
               report.windows.size() - kShownWindows);
  print_notes(report);
}

Result<int> overview(const ReadOptions& options) {
  OTS_TRY(auto source, open_source(options));
  OTS_TRY(sync::StatusReport report, source->report(source->now_ms() - kRecentMs));
  if (source->stream && !report.last_finished) {
    OTS_TRY(report, source->report(0));
  }
  if (options.json)
    fmt::print("{}", sync::to_json(report));
  else
    print_overview(report);
  const bool is_losing = report.retention && report.retention->left_ms <= 0;
  return report.stream && (!report.last_finished || is_losing) ? kStatusNotFinished : kStatusDone;
}

Result<int> list(const ReadOptions& options) {
  OTS_TRY(auto source, open_source(options));
  int64_t from_ms = 0;
  if (!options.since.empty()) {
    OTS_TRY(from_ms, parse_moment(options.since, source->zone));
  }
  if (options.all) source->stream_id.clear();
  OTS_TRY(sync::StatusReport report, source->report(from_ms));
  if (options.json) {
    fmt::print("{}", sync::windows_json(report));
    return kStatusDone;
  }
  fmt::print("{}{} windows\n",
             windows_table(report.windows, std::numeric_limits<size_t>::max(), report.zone),
             report.windows.size());
  print_notes(report);
  return kStatusDone;
}

void print_window(const sync::WindowStatus& window, const Zone& zone) {
  const reader::WindowRows& rows = window.rows;
  fmt::print("JobDescription\n");
  if (rows.description) {
    fmt::print("  Version      {}\n  TableName    {}\n", rows.description->version,
               rows.description->table);
    fmt::print("  JobStreamId  {}\n", rows.description->stream_id);
    fmt::print("  StartTime    {} = {}\n", rows.description->start_ms,
               sync::moment_text(rows.description->start_ms, zone));
    fmt::print("  EndTime      {} = {}\n", rows.description->end_ms,
               sync::moment_text(rows.description->end_ms, zone));
    for (const std::string& shard : rows.description->shard_ids)
      fmt::print("  ShardId      {}\n", shard);
  } else {
    fmt::print("  none; window end {}\n", sync::moment_text(rows.end_ms, zone));
  }
  if (rows.shard_count)
    fmt::print("  ShardCount   {} (a row of a very old version)\n", *rows.shard_count);
  if (window.fence) fmt::print("  Fence        {}\n", sync::describe(*window.fence, zone));
  fmt::print("\n");
  std::vector<std::vector<std::string>> cells;
  for (const reader::CheckpointRow& row : rows.checkpoints)
    cells.push_back({row.shard_id, std::to_string(row.send_record_count), row.checkpoint,
                     std::to_string(row.skip_count), row.version});
  fmt::print(
      "{}",
      format_table({"ShardId", "SendRecordCount", "Checkpoint", "SkipCount", "Version"}, cells));
  const auto shards = window.shard_count();
  fmt::print(
      "\nJobSummary\n  ShardsCount       {}\n  CheckPointsCount  {}\n  JobStatus         {}\n",
      shards ? std::to_string(*shards) : "unknown", rows.checkpoints.size(),
      window.is_finished() ? "Finished" : "NotFinished: " + window.why_not);
  for (const std::string& text : rows.damaged) fmt::print("  damaged           {}\n", text);
}

Result<int> describe(const ReadOptions& options) {
  OTS_TRY(auto source, open_source(options));
  std::string end = options.end;
  if (end.empty()) {
    OTS_TRY(reader::Survey survey, source->read_windows(0));
    if (!survey.windows.empty() && !source->stream_id.empty())
      end = std::to_string(survey.windows.back().end_ms);
  }
  if (end.empty())
    return fail(ErrorKind::kNotFound, "Status-NoWindow", "there is no window to describe",
                "`otsstream status list` shows those of the table; name one with --end");
  OTS_TRY(const sync::WindowId id, window_of(*source, end));
  OTS_TRY(reader::WindowRows rows, source->read_window(id));
  OTS_CHECK(check_not_empty(rows));
  const sync::WindowStatus window = sync::judge_window(std::move(rows), source->now_ms());
  if (options.json)
    fmt::print("{}", sync::window_json(window, source->zone));
  else
    print_window(window, source->zone);
  return window.is_finished() ? kStatusDone : kStatusNotFinished;
}

}  // namespace

int run_status(const std::function<Result<int>()>& command) {
  Result<int> code = command();
  if (code) return *code;
  print_error(code.error());
  return code.error().kind == ErrorKind::kUsage ? exit_code(ErrorKind::kUsage) : kStatusError;
}

Status check_not_empty(const reader::WindowRows& rows) {
  if (rows.description || rows.shard_count || rows.fence || !rows.checkpoints.empty() ||
      !rows.damaged.empty())
    return {};
  return fail(ErrorKind::kNotFound, "Status-NoWindow",
              fmt::format("no window of Stream {} ends at {} ({} ms)", rows.stream_id,
                          format_iso_utc(rows.end_ms), rows.end_ms),
              "`otsstream status list` shows the windows there are");
}

void add_status(CLI::App& app, Action& action) {
  auto options = std::make_shared<ReadOptions>();
  CLI::App* status = app.add_subcommand(
      "status", "Shows how far the jobs of a table are, and when data will be lost");
  add_source_options(*status, *options);
  status->footer(
      "Exit code: 0; 1 when no window is finished, or data is being lost; 2 after an error.\n"
      "Examples:\n"
      "  otsstream status examples/person.json --connections local.json\n"
      "  otsstream status --connections local.json --connection otsstream --table person --json\n"
      "  otsstream status list examples/person.json --connections local.json\n"
      "  otsstream status describe examples/person.json --connections local.json --end "
      "20171019162600");
  status->callback([options, status, &action] {
    if (status->get_subcommands().empty())
      action = [options] { return run_status([&] { return overview(*options); }); };
  });

  auto list_options = std::make_shared<ReadOptions>();
  CLI::App* list_app = status->add_subcommand("list", "Lists the windows, the newest first");
  add_source_options(*list_app, *list_options);
  list_app->add_flag("--all", list_options->all,
                     "Those of all Streams in the status table [the data table's]");
  list_app->add_option("--since", list_options->since,
                       "Only windows that end then or later: ms, 14 digits, or UTC like "
                       "2017-10-19T08:26:00Z");
  list_app->footer(
      "Example:\n  otsstream status list --connections local.json --connection otsstream --all");
  list_app->callback([list_options, &action] {
    action = [list_options] { return run_status([&] { return list(*list_options); }); };
  });

  auto describe_options = std::make_shared<ReadOptions>();
  CLI::App* describe_app = status->add_subcommand(
      "describe", "Shows the description, the checkpoints and the fence of a window");
  add_source_options(*describe_app, *describe_options);
  describe_app->add_option("--end", describe_options->end,
                           "The window's end: ms, 14 digits, or UTC [the newest]");
  describe_app->footer(
      "Exit code: 0 when the window is finished, 1 when it is not, 2 after an error.\n"
      "Example:\n  otsstream status describe examples/person.json --connections local.json --end "
      "20171019162600");
  describe_app->callback([describe_options, &action] {
    action = [describe_options] { return run_status([&] { return describe(*describe_options); }); };
  });

  add_status_edit(*status, action);
}

}  // namespace otsstream::cli
