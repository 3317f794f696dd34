#include "reader/read_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reader/shape_params.h"
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
    asked_window_ = settings.window;
    plan_.now_ms = clock.wall_ms();
  }

  Result<ReadPlan> make() {
    OTS_CHECK(look_at_table());
    Status planned = plan_reading();
    if (planned) return std::move(plan_);
    if (planned.error().kind != ErrorKind::kCancelled && commit_waits()) {
      plan_.settings.window = asked_window_;
      plan_.shards.clear();
      plan_.gaps.clear();
      plan_.blocked = std::move(planned).error();
      return std::move(plan_);
    }
    if (planned.error().code == "Window-TooEarly") return fail(with_gaps(planned.error()));
    return fail(std::move(planned).error());
  }

 private:
  const std::string& table() const { return plan_.settings.data_table; }
  const Window& window() const { return plan_.settings.window; }

  bool is_timeseries() const { return plan_.settings.shape.mode == ShapeMode::kTimeseries; }

  // A time-series table is not described as others are: its Stream tells what is to be known.
  Status look_at_timeseries_table() {
    OTS_CHECK(find_stream());
    OTS_TRY(auto stream, client_.describe_stream(plan_.stream_id, true));
    if (!stream.is_timeseries.value_or(false)) {
      return fail(ErrorKind::kConfig, "Reader-NotTimeseries",
                  fmt::format("{} is no time-series table, but isTimeseriesTable is true", table()),
                  "remove isTimeseriesTable");
    }
    plan_.expiration_hours = stream.expiration_hours;
    listing_ = std::move(stream.shards);
    return {};
  }

  Status look_at_table() {
    if (is_timeseries()) return look_at_timeseries_table();
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

  Status plan_reading() {
    OTS_CHECK(settle_window());
    OTS_CHECK(find_shards());
    OTS_CHECK(look_for_gone_shards());
    OTS_CHECK(resolve());
    OTS_CHECK(position());
    note_gaps();
    tell_start();
    return {};
  }

  // Where the run before ended, and what is listed now.
  Status find_shards() {
    OTS_TRY(plan_.status_table_exists, status_.check(plan_.expiration_hours, diagnostics_));
    OTS_CHECK(find_stream());
    OTS_CHECK(list_shards());
    if (plan_.status_table_exists) {
      OTS_TRY(start_, find_start(status_, plan_.stream_id, window().start_ms, listing_));
    } else {
      start_.why_not = "there is no status table yet";
    }
    plan_.continues = start_.complete;
    return {};
  }

  Status settle_window() {
    const AllowedRange allowed =
        allowed_range(plan_.now_ms, plan_.expiration_hours, plan_.settings.offsets);
    const Zone& zone = plan_.settings.zone;
    Status legal = check_allowed(window(), allowed, zone);
    if (legal) return {};
    if (goes_on_over_gaps() && legal.error().code == "Window-TooEarly") {
      // The start stays what it is: the chain of windows goes on, the gap is named.
      note(diagnostics_, Severity::kWarning, "Reader-StartsTooEarly",
           fmt::format("{}; onGap is continue: what is left is exported", legal.error().message));
      const int64_t start_ms = std::max(window().start_ms, allowed.earliest_start_ms);
      legal = check_allowed({start_ms, window().end_ms}, allowed, zone);
      if (legal) return {};
    }
    if (!plan_.settings.clamp_window || commit_waits()) return legal;
    const int64_t asked_start_ms = window().start_ms;
    OTS_TRY(plan_.settings.window, clamp_to(window(), allowed));
    if (goes_on_over_gaps()) plan_.settings.window.start_ms = asked_start_ms;
    note(diagnostics_, Severity::kWarning, "Window-Clamped",
         fmt::format("{}; windowPolicy is clamp: the window is now {}", legal.error().message,
                     to_string(window(), zone)));
    return {};
  }

  bool goes_on_over_gaps() const { return plan_.settings.on_gap == OnGap::kContinue; }

  // Whether an earlier run of this window prepared its commit and did not finish it. Nothing that
  // fails on the way counts: then the first error is the one to tell.
  bool commit_waits() {
    if (!find_stream()) return false;
    const auto fence = status_.fence(plan_.stream_id, asked_window_.end_ms);
    return fence && *fence && (*fence)->state == "PREPARED";
  }

  int64_t horizon() const { return horizon_ms(server_now_ms(client_), plan_.expiration_hours); }

  // The refusal of a window that starts too early, and what of the chain is lost with it.
  Error with_gaps(Error error) {
    if (!find_shards() || !start_.complete || !resolve() || !position()) return error;
    const auto gaps = find_gaps(client_, plan_, horizon());
    if (!gaps || gaps->empty()) return error;
    error.message += "; gone already: " + list_of(*gaps, plan_.settings.zone);
    error.remedy += "; or set onGap to continue to export what is left of it";
    return error;
  }

  // 9.1, check 5.
  Status look_for_gone_shards() {
    if (start_.gone.empty()) return {};
    // A shard goes when all of it has expired. That it went early means that the retention was cut.
    const int64_t horizon_now = horizon();
    std::vector<Gap> gaps;
    for (const std::string& shard : start_.gone) {
      auto gap = gap_since(shard, window().start_ms, horizon_now, window());
      gaps.push_back(gap.value_or(Gap{shard, window().start_ms, window().end_ms}));
    }
    const std::string message =
        "Shard does not exist now: the run before stopped in it, and what it left there has "
        "expired: " +
        list_of(gaps, plan_.settings.zone);
    if (!goes_on_over_gaps()) {
      return fail(ErrorKind::kDataLost, "Reader-ShardGone", message,
                  "run once with a later start, or set onGap to continue; the changes in between "
                  "can no longer be exported");
    }
    note(diagnostics_, Severity::kWarning, "Reader-ShardGone", message);
    plan_.gaps = std::move(gaps);
    return {};
  }

  // Shards without a checkpoint begin at the oldest entry that is left; those with one show when
  // they are read whether their position is still held.
  void note_gaps() {
    if (!goes_on_over_gaps()) return;
    const int64_t horizon_now = horizon();
    std::vector<Gap> gaps;
    for (const ShardPlan& shard : plan_.shards) {
      const bool carried = shard.source == StartSource::kCheckpoint ||
                           shard.source == StartSource::kNearest ||
                           shard.action == ShardAction::kSkip;
      if (carried) continue;
      if (auto gap = gap_since(shard.shard.shard_id, window().start_ms, horizon_now, window()))
        gaps.push_back(std::move(*gap));
    }
    if (gaps.empty()) return;
    note(
        diagnostics_, Severity::kWarning, std::string(kDataGone),
        "the Stream no longer holds changes of this window: " + list_of(gaps, plan_.settings.zone));
    plan_.gaps.insert(plan_.gaps.end(), gaps.begin(), gaps.end());
  }

  Status find_stream() {
    if (!plan_.stream_id.empty()) return {};
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
    if (!listing_.empty()) return {};
    OTS_TRY(auto described, client_.describe_stream(plan_.stream_id, is_timeseries()));
    if (described.is_timeseries.value_or(false) && !is_timeseries()) {
      return fail(ErrorKind::kConfig, "Reader-Timeseries",
                  fmt::format("{} is a time-series table", table()),
                  fmt::format("set mode to {} and isTimeseriesTable to true", kRowMode));
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
    std::vector<ShardPlan*> unknown;
    for (ShardPlan& shard : plan_.shards) {
      if (shard.action == ShardAction::kClosed) shard.source = StartSource::kCheckpoint;
      if (shard.action == ShardAction::kRead && !from_checkpoint(shard)) unknown.push_back(&shard);
    }
    OTS_CHECK(from_hints(unknown));

    // A shard without a position in a continued run appeared after the run before: its oldest
    // entry is where it begins, no search needed.
    const bool seek = plan_.settings.seek && !start_.complete;
    const std::optional<int64_t> time = seek ? seek_time_us(window().start_ms) : std::nullopt;
    std::vector<PositionQuestion> questions;
    for (ShardPlan* shard : unknown) {
      shard->source = time ? StartSource::kSeek : StartSource::kOldest;
      questions.push_back({shard->shard.shard_id, time});
    }
    OTS_TRY(auto answers, ask_positions(client_, plan_.stream_id, std::move(questions)));
    for (size_t i = 0; i < unknown.size(); ++i) {
      unknown[i]->iterator = std::move(answers[i]);
      // Closed, and everything in it is older than the window.
      if (unknown[i]->iterator.empty()) unknown[i]->action = ShardAction::kClosed;
    }
    return {};
  }

  // False: the row says that the shard is to be read from its beginning, or there is none.
  bool from_checkpoint(ShardPlan& shard) {
    const auto row = start_.rows.find(shard.shard.shard_id);
    if (row == start_.rows.end()) return false;
    shard.skip_count = row->second.skip_count;
    if (row->second.checkpoint == kTrimHorizon) return false;
    shard.source = StartSource::kCheckpoint;
    shard.iterator = row->second.checkpoint;
    return true;
  }

  // 9.2: with seek off. Takes the shards that it finds a hint for out of `unknown`.
  Status from_hints(std::vector<ShardPlan*>& unknown) {
    if (start_.complete || plan_.settings.seek || !plan_.status_table_exists) return {};
    std::vector<std::string> ids;
    for (const ShardPlan* shard : unknown) ids.push_back(shard->shard.shard_id);
    const int64_t after_ms = plan_.now_ms - (plan_.expiration_hours - 1) * kHourMs;
    OTS_TRY(auto hints,
            status_.nearest(plan_.stream_id, std::move(ids), after_ms, window().start_ms - 1));
    std::erase_if(unknown, [&](ShardPlan* shard) {
      const auto hint = hints.find(shard->shard.shard_id);
      if (hint == hints.end()) return false;
      shard->source = StartSource::kNearest;
      shard->iterator = hint->second;
      return true;
    });
    return {};
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
  Window asked_window_;
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
