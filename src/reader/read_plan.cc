#include "reader/read_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reader/start_position.h"
#include "reader/status_table.h"

namespace otsstream::reader {
namespace {

using tablestore::Client;
using tablestore::StreamShard;

constexpr int64_t kHourMs = 3'600'000;

void note(Diagnostics& diagnostics, Severity severity, std::string code, std::string message) {
  diagnostics.add(severity, make_error(ErrorKind::kConfig, std::move(code), std::move(message)));
}

// Makes one ReadPlan; each step needs what the steps before it found.
class Planner {
 public:
  Planner(Client& client, const Settings& settings, const Clock& clock, Diagnostics& diagnostics)
      : client_(client), status_(client, clock, settings.status_table), diagnostics_(diagnostics) {
    plan_.settings = settings;
    plan_.now_ms = clock.wall_ms();
  }

  Result<ReadPlan> make() {
    OTS_CHECK(look_at_table());
    OTS_CHECK(settle_window());
    OTS_TRY(plan_.status_table_exists, status_.check(plan_.expiration_hours, diagnostics_));
    OTS_CHECK(find_stream());
    OTS_CHECK(list_shards());
    if (plan_.status_table_exists) {
      OTS_TRY(start_, find_start(status_, plan_.stream_id, window().start_ms, listing_));
    } else {
      start_.why_not = "there is no status table yet";
    }
    plan_.continues = start_.complete;
    OTS_CHECK(resolve());
    OTS_CHECK(position());
    tell_start();
    return std::move(plan_);
  }

 private:
  const std::string& table() const { return plan_.settings.data_table; }
  const Window& window() const { return plan_.settings.window; }

  Status look_at_table() {
    auto described = client_.describe_table(table());
    if (!described) {
      Error error = std::move(described).error();
      if (error.code != "OTSObjectNotExist") return fail(std::move(error));
      Error missing =
          wrap_error(std::move(error), fmt::format("the data table {} does not exist", table()));
      missing.kind = ErrorKind::kNotFound;
      missing.remedy = "correct dataTable, or the instance of the connection";
      return fail(std::move(missing));
    }
    if (!described->stream || !described->stream->enable) {
      return fail(ErrorKind::kConfig, "Reader-StreamOff",
                  fmt::format("stream of data table is not enabled: {}", table()),
                  "enable the Stream of the table with UpdateTable; only changes made after that "
                  "can be exported");
    }
    plan_.primary_key = std::move(described->meta.primary_key);
    plan_.expiration_hours = described->stream->expiration_hours;
    described_stream_ = described->stream->stream_id;
    plan_.original_columns = std::move(described->stream->columns_to_get);
    return {};
  }

  Status settle_window() {
    const AllowedRange allowed = 
        allowed_range(plan_.now_ms, plan_.expiration_hours, plan_.settings.offsets);
    const Zone& zone = plan_.settings.zone;
    Status legal = check_allowed(window(), allowed, zone);
    if (legal || !plan_.settings.clamp_window) return legal;
    OTS_TRY(plan_.settings.window, clamp_to(window(), allowed));
    note(diagnostics_, Severity::kWarning, "Window-Clamped",
         fmt::format("{}; windowPolicy is clamp: the window is now {}", legal.error().message,
                     to_string(window(), zone)));
    return {};
  }

  Status find_stream() {
    OTS_TRY(auto list, client_.list_stream(table()));
    auto stream = std::find_if(
        list.streams.begin(), list.streams.end(),
        [&](const tablestore::StreamInfo& info) { return info.table_name == table(); });
    if (stream == list.streams.end()) {
      return fail(ErrorKind::kNotFound, "Reader-NoStream",
                  fmt::format("the service lists no Stream of table {}", table()),
                  "when the Stream was enabled a moment ago, try again");
    }
    plan_.stream_id = stream->stream_id;
    if (!described_stream_.empty() && described_stream_ != plan_.stream_id) {
      note(diagnostics_, Severity::kWarning, "Reader-StreamChanged",
           fmt::format("table {} has Stream {}, the list of Streams says {}, which is used",
                       table(), described_stream_, plan_.stream_id));
    }
    return {};
  }

  Status list_shards() {
    OTS_TRY(auto described, client_.describe_stream(plan_.stream_id));
    if (described.is_timeseries.value_or(false)) {
      return fail(ErrorKind::kUnsupported, "Reader-NotYet",
                  fmt::format("{} is a time-series table; this version does not export those yet",
                              table()));
    }
    listing_ = std::move(described.shards);
    return {};
  }

  // Which shards are read at all: needs to know where parents end (5.2).
  Status resolve() {
    std::vector<std::string> closed;
    for (const auto& [shard, row] : start_.rows) {
      if (row.checkpoint == kShardEnd) closed.push_back(shard);
    }
    std::vector<PositionQuestion> questions;
    for (std::string& parent : parents_of(listing_)) {
      if (std::find(closed.begin(), closed.end(), parent) != closed.end()) continue;
      questions.push_back({std::move(parent), window().end_ms * 1000});
    }
    OTS_TRY(auto answers, ask_positions(client_, plan_.stream_id, questions));
    std::map<std::string, ParentEnd> ends;
    for (size_t i = 0; i < questions.size(); ++i) {
      ends[questions[i].shard_id] =
          answers[i].empty() ? ParentEnd::kWithinWindow : ParentEnd::kBehindWindow;
    }
    OTS_TRY(auto nodes, resolve_graph(listing_, closed, ends));
    for (GraphNode& node : nodes) {
      ShardPlan& shard = plan_.shards.emplace_back();
      shard.shard = std::move(node.shard);
      shard.action = node.action;
      shard.generation = node.generation;
      shard.drop_before_start = !start_.complete;
    }
    return {};
  }

  // First positions of the shards that are read (6.1, 9.1 to 9.3).
  Status position() {
    std::vector<PositionQuestion> questions;
    std::vector<ShardPlan*> asked;
    for (ShardPlan& shard : plan_.shards) {
      if (shard.action == ShardAction::kClosed) shard.source = StartSource::kCheckpoint;
      if (shard.action != ShardAction::kRead) continue;
      OTS_TRY(bool known, from_status_table(shard));
      if (known) continue;
      // A shard without a position in a continued run appeared after the run before: its oldest
      // entry is where it begins, no search needed.
      const bool seek = plan_.settings.seek && !start_.complete;
      const std::optional<int64_t> time = seek ? seek_time_us(window().start_ms) : std::nullopt;
      shard.source = time ? StartSource::kSeek : StartSource::kOldest;
      questions.push_back({shard.shard.shard_id, time});
      asked.push_back(&shard);
    }
    OTS_TRY(auto answers, ask_positions(client_, plan_.stream_id, std::move(questions)));
    for (size_t i = 0; i < asked.size(); ++i) {
      asked[i]->iterator = std::move(answers[i]);
      // Closed, and everything in it is older than the window.
      if (asked[i]->iterator.empty()) asked[i]->action = ShardAction::kClosed;
    }
    return {};
  }

  Result<bool> from_status_table(ShardPlan& shard) {
    const std::string& id = shard.shard.shard_id;
    if (start_.complete) {
      auto row = start_.rows.find(id);
      if (row == start_.rows.end() || row->second.checkpoint == kTrimHorizon) return false;
      shard.source = StartSource::kCheckpoint;
      shard.iterator = row->second.checkpoint;
      shard.skip_count = row->second.skip_count;
      return true;
    }
    if (plan_.settings.seek || !plan_.status_table_exists) return false;
    const int64_t after_ms = plan_.now_ms - (plan_.expiration_hours - 1) * kHourMs;
    OTS_TRY(auto nearest, status_.nearest(plan_.stream_id, id, after_ms, window().start_ms - 1));
    if (!nearest) return false;
    shard.source = StartSource::kNearest;
    shard.iterator = std::move(*nearest);
    return true;
  }

  void tell_start() {
    if (start_.complete) {
      note(diagnostics_, Severity::kNotice, "Reader-Continues",
           fmt::format("continues where the run that ended at {} stopped",
                       format_iso_utc(window().start_ms)));
      return;
    }
    note(
        diagnostics_, Severity::kNotice, "Reader-NoCheckpoints",
        fmt::format("no complete checkpoints at the window's start ({}); positions are found by {}",
                    start_.why_not,
                    plan_.settings.seek ? "time" : "earlier hints or from the oldest entry"));
    const bool from_oldest =
        std::any_of(plan_.shards.begin(), plan_.shards.end(),
                    [](const ShardPlan& shard) { return shard.source == StartSource::kOldest; });
    if (from_oldest && !plan_.settings.seek) {
      note(diagnostics_, Severity::kWarning, "Reader-FromOldest",
           "enableSeekIterator is false: the whole retained log is read and dropped up to the "
           "window's start");
    }
  }

  Client& client_;
  StatusTable status_;
  Diagnostics& diagnostics_;
  ReadPlan plan_;
  std::string described_stream_;
  std::vector<StreamShard> listing_;
  StartCheckpoints start_;
};

}  // namespace

std::string_view to_string(StartSource source) {
  switch (source) {
    case StartSource::kCheckpoint:
      return "checkpoint";
    case StartSource::kNearest:
      return "nearest";
    case StartSource::kSeek:
      return "seek";
    case StartSource::kOldest:
      return "oldest";
    case StartSource::kNone:
      return "none";
  }
  return "none";
}

Result<ReadPlan> make_read_plan(Client& client, const Settings& settings, const Clock& clock,
                                Diagnostics& diagnostics) {
  return Planner(client, settings, clock, diagnostics).make();
}

}  // namespace otsstream::reader
