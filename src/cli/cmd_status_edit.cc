// otsstream status delete, export, set: the rows of a window taken away, written out, or set by
// hand (docs/status.md).

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/file.h"
#include "cli/cmd_status.h"
#include "cli/time_text.h"
#include "config/json_out.h"
#include "sync/status_import.h"
#include "sync/status_lines.h"

namespace otsstream::cli {

namespace {

struct EditOptions : StatusOptions {
  std::string end;
  bool yes = false;
  bool give_up_commit = false;
  // set
  std::string shard;
  std::string iterator;
  std::string time;
  std::string rows;
  bool trim_horizon = false;
  bool shard_end = false;
};

// Asks on the terminal. Nobody there to answer, and no --yes: a wrong command line.
Result<bool> agreed(const EditOptions& options, const std::string& question) {
  if (options.yes) return true;
  if (isatty(STDIN_FILENO) != 1)
    return fail(ErrorKind::kUsage, "Usage-Yes", "nobody can be asked: " + question,
                "say --yes when it is to be done");
  fmt::print(stderr, "{} [y/N] ", question);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

int tell(const EditOptions& options, const std::string& text, const sync::WindowId& window,
         size_t rows) {
  if (!options.json) {
    fmt::print("{}\n", text);
    return kStatusDone;
  }
  JsonOut out;
  out.begin_object().member("streamId", window.stream_id).member("endMs", window.end_ms);
  out.member("rows", rows).end_object();
  fmt::print("{}\n", out.text());
  return kStatusDone;
}

Result<int> not_done() {
  fmt::print(stderr, "nothing was changed\n");
  return kStatusNotFinished;
}

std::string content_text(const reader::WindowRows& rows) {
  return fmt::format("{}{}{} checkpoints{}", rows.description ? "the description, " : "",
                     rows.shard_count ? "the shard count, " : "", rows.checkpoints.size(),
                     rows.fence ? ", the fence row (" + rows.fence->state + ")" : "");
}

Result<int> remove(const EditOptions& options) {
  OTS_TRY(auto source, open_source(options));
  OTS_TRY(const sync::WindowId id, window_of(*source, options.end));
  OTS_TRY(const reader::WindowRows present, source->read_window(id));
  OTS_CHECK(check_not_empty(present));
  const std::string window = sync::moment_text(id.end_ms, source->zone);
  OTS_TRY(const bool agrees,
          agreed(options, fmt::format("delete of the window that ends at {}: {}?", window,
                                      content_text(present))));
  if (!agrees) return not_done();
  size_t deleted = 0;
  {
    OTS_TRY(auto hold, sync::WindowHold::take(*source->status, id, source->session.clock,
                                              source->session.random, options.give_up_commit));
    OTS_TRY(deleted, hold->clear());
  }
  return tell(options,
              fmt::format("deleted {} rows and the fence of the window that ends at {}; a run that "
                          "starts there finds its positions by time",
                          deleted, window),
              id, deleted);
}

Result<int> export_rows(const EditOptions& options) {
  OTS_TRY(auto source, open_source(options));
  std::vector<tablestore::Row> rows;
  if (options.all || (source->stream_id.empty() && source->data_table.empty())) {
    OTS_TRY(rows, source->status->read_rows(reader::all_rows_range()));
  } else if (options.end.empty()) {
    if (source->stream_id.empty()) OTS_CHECK(window_of(*source, "0"));
    OTS_TRY(rows, source->status->read_rows(reader::stream_range(source->stream_id)));
  } else {
    OTS_TRY(const sync::WindowId id, window_of(*source, options.end));
    OTS_TRY(rows, sync::rows_of_window(*source->status, id));
    if (rows.empty()) {
      OTS_TRY(const reader::WindowRows none, source->read_window(id));
      OTS_CHECK(check_not_empty(none));
    }
  }
  fmt::print("{}", sync::to_json_lines(rows));
  return kStatusDone;
}

Result<int> import_rows(const EditOptions& options) {
  OTS_TRY(std::string text, read_file(options.rows));
  OTS_TRY(auto rows, sync::read_json_lines(text, options.rows));
  OTS_TRY(auto source, open_source(options, true));
  OTS_TRY(sync::RowImport import, sync::plan_import(std::move(rows)));
  for (const auto& window : import.windows)
    if (!source->stream_id.empty() && window.id.stream_id != source->stream_id)
      return fail(ErrorKind::kConfig, "Status-OtherStream",
                  fmt::format("{} holds rows of Stream {}, the table has {}", options.rows,
                              window.id.stream_id, source->stream_id),
                  "positions of one Stream mean nothing in another; name the Stream of the rows "
                  "with --stream when they are to be kept");
  OTS_TRY(const bool agrees,
          agreed(options,
                 fmt::format("write {} rows of {} windows to {}, in place of what stands "
                             "in those windows?",
                             import.row_count(), import.windows.size(), source->status_table)));
  if (!agrees) return not_done();
  OTS_CHECK(source->status->ensure());
  OTS_CHECK(sync::apply_import(*source->status, import, source->session.clock,
                               source->session.random, options.give_up_commit));
  if (import.fences > 0)
    fmt::print(stderr, "{} fence rows were left out: they belong to runs that are over\n",
               import.fences);
  return tell(options,
              fmt::format("wrote {} rows of {} windows", import.row_count(), import.windows.size()),
              import.windows.empty() ? sync::WindowId{} : import.windows.back().id,
              import.row_count());
}

Result<sync::HandPosition> position_of(const EditOptions& options, const Zone& zone) {
  using Kind = sync::HandPosition::Kind;
  const int given = int{options.trim_horizon} + int{options.shard_end} +
                    int{!options.iterator.empty()} + int{!options.time.empty()};
  if (given != 1)
    return fail(ErrorKind::kUsage, "Usage-Position", "one position is to be named",
                "say --trim-horizon, --time TIME, --iterator TEXT or --shard-end");
  if (options.trim_horizon) return sync::HandPosition{Kind::kTrimHorizon, {}, 0};
  if (options.shard_end) return sync::HandPosition{Kind::kShardEnd, {}, 0};
  if (!options.iterator.empty()) return sync::HandPosition{Kind::kIterator, options.iterator, 0};
  OTS_TRY(const int64_t time_ms, parse_moment(options.time, zone));
  return sync::HandPosition{Kind::kTime, {}, time_ms};
}

Result<int> set_checkpoints(const EditOptions& options) {
  if (options.end.empty())
    return fail(ErrorKind::kUsage, "Usage-Window", "no window is named",
                "say --end TIME, or --rows FILE to write exported rows");
  OTS_TRY(auto source, open_source(options, true));
  OTS_TRY(const sync::WindowId id, window_of(*source, options.end));
  OTS_TRY(sync::HandPosition position, position_of(options, source->zone));
  if (!source->stream || source->data_table.empty())
    return fail(ErrorKind::kUsage, "Usage-Source",
                "a checkpoint needs the data table and its Stream" +
                    (source->stream ? std::string() : ": " + source->no_stream_because),
                "name the table with a job or with --table");
  OTS_CHECK(source->status->ensure());
  OTS_TRY(const reader::WindowRows present, source->read_window(id));

  sync::HandCheckpoint wish{id, source->data_table, std::nullopt, std::move(position)};
  if (!options.shard.empty()) wish.shard_id = options.shard;
  OTS_TRY(const sync::CheckpointChange change,
          sync::plan_change(*source->client, wish, present, source->stream->listing,
                            source->stream->expiration_hours, source->now_ms(),
                            source->session.random));
  for (const std::string& warning : change.warnings) fmt::print(stderr, "warning: {}\n", warning);
  const std::string window = sync::moment_text(id.end_ms, source->zone);
  OTS_TRY(const bool agrees,
          agreed(options, fmt::format("set {} checkpoints of the window that ends at {}{}?",
                                      change.checkpoints.size(), window,
                                      change.replaces_window && !present.checkpoints.empty()
                                          ? ", in place of " + content_text(present)
                                          : "")));
  if (!agrees) return not_done();
  {
    OTS_TRY(auto hold, sync::WindowHold::take(*source->status, id, source->session.clock,
                                              source->session.random, options.give_up_commit));
    OTS_CHECK(sync::apply_change(*source->status, *hold, change));
  }
  return tell(options,
              fmt::format("set {} checkpoints; a run that starts at {} continues from them",
                          change.checkpoints.size(), window),
              id, change.checkpoints.size());
}

void add_edit_options(CLI::App& app, EditOptions& options) {
  add_source_options(app, options);
  app.add_flag("--yes", options.yes, "Does not ask");
  app.add_flag("--give-up-commit", options.give_up_commit,
               "Also when a prepared commit of a dead run waits in the window");
}

}  // namespace

void add_status_edit(CLI::App& status, Action& action) {
  auto gone = std::make_shared<EditOptions>();
  CLI::App* delete_app = status.add_subcommand(
      "delete", "Deletes the rows of a window, unless a run holds it; asks first");
  add_edit_options(*delete_app, *gone);
  delete_app->add_option("--end", gone->end, "The window's end: ms, 14 digits, or UTC")->required();
  delete_app->footer(
      "Example:\n  otsstream status delete examples/person.json --connections local.json --end "
      "20171019162600 --yes");
  delete_app->callback(
      [gone, &action] { action = [gone] { return run_status([&] { return remove(*gone); }); }; });

  auto out = std::make_shared<EditOptions>();
  CLI::App* export_app =
      status.add_subcommand("export", "Prints rows as JSON lines, which `set --rows` takes back");
  add_source_options(*export_app, *out);
  export_app->add_option("--end", out->end, "Of this window only: ms, 14 digits, or UTC");
  export_app->add_flag("--all", out->all, "Every row of the status table");
  export_app->footer(
      "Example:\n  otsstream status export examples/person.json --connections local.json > "
      "rows.jsonl");
  export_app->callback(
      [out, &action] { action = [out] { return run_status([&] { return export_rows(*out); }); }; });

  auto set = std::make_shared<EditOptions>();
  CLI::App* set_app = status.add_subcommand(
      "set",
      "Sets checkpoints by hand, such that DataX and this program continue there; asks first");
  add_edit_options(*set_app, *set);
  set_app->add_option("--end", set->end,
                      "The end of the window that the checkpoints stand for, which is the start of "
                      "the next run: ms, 14 digits, or UTC");
  set_app->add_option("--shard", set->shard,
                      "Only this shard of a finished window [all shards, as a finished window]");
  set_app->add_flag("--trim-horizon", set->trim_horizon, "Position: the oldest change there is");
  set_app->add_option("--time", set->time, "Position: the first change at this time or later");
  set_app->add_option("--iterator", set->iterator, "Position: this iterator; with --shard");
  set_app->add_flag("--shard-end", set->shard_end, "Position: behind a split or merged shard");
  set_app->add_option("--rows", set->rows, "Instead: writes the rows of an export again");
  set_app->footer(
      "Examples:\n"
      "  otsstream status set examples/person.json --connections local.json --end 20171019162600 "
      "--time 20171019162600\n"
      "  otsstream status set examples/person.json --connections local.json --end 20171019162600 "
      "--shard SHARD --trim-horizon\n"
      "  otsstream status set examples/person.json --connections local.json --rows rows.jsonl");
  set_app->callback([set, &action] {
    action = [set] {
      return run_status(
          [&] { return set->rows.empty() ? set_checkpoints(*set) : import_rows(*set); });
    };
  });
}

}  // namespace otsstream::cli
