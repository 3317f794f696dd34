#include "sync/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/span_text.h"
#include "config/param_reader.h"
#include "reader/retention.h"
#include "reader/start_position.h"
#include "sync/attempt.h"
#include "sync/job_setup.h"
#include "sync/partition_span.h"
#include "sync/registry.h"

namespace otsstream::sync {

namespace {

using tablestore::Client;

// A check answers soon: what does not work now is a finding.
constexpr int kRetries = 2;
constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kHourMs = 60 * kMinuteMs;
constexpr int64_t kSuspiciousClockMs = kMinuteMs;
constexpr int64_t kShortRetentionMs = kHourMs;

class Checker {
 public:
  Checker(const job::JobSpec& job, const RunContext& context, Diagnostics& diagnostics)
      : job_(job), context_(context), diagnostics_(diagnostics) {
    result_.job = job.source_name;
    result_.dialect = to_string(job.dialect);
    result_.now_ms = context.clock->wall_ms();
  }

  CheckResult check() {
    if (Status known = check_reader(job_); !known) {
      diagnostics_.add(Severity::kError, known.error());
      return std::move(result_);
    }
    JobSetup setup = set_up(job_, context_, diagnostics_);
    result_.settings = setup.source.settings;
    if (setup.source.settings && setup.source.connection) look_at_source(*setup.source.connection);
    if (setup.writer) {
      look_at_destination(*setup.writer);
      look_at_duration(*setup.writer);
    }
    return std::move(result_);
  }

 private:
  const reader::Settings& settings() const { return *result_.settings; }

  void warn(std::string code, std::string message, std::string remedy = {}) {
    diagnostics_.add(Severity::kWarning, make_error(ErrorKind::kConfig, std::move(code),
                                                    std::move(message), std::move(remedy)));
  }

  // The plan meets some of the errors that the calls before it have met: each is told once.
  void add_error(Error error) {
    for (const Diagnostic& item : diagnostics_.items())
      if (item.severity == Severity::kError && item.error.code == error.code) return;
    diagnostics_.add(Severity::kError, std::move(error));
  }

  template <class T>
  bool note_call(std::string operation, const Result<T>& answer) {
    CheckedCall call{std::move(operation), CheckedCall::Outcome::kAllowed};
    const bool is_answer = answer.has_value() || answer.error().kind == ErrorKind::kNotFound;
    if (!is_answer) {
      call.outcome = answer.error().kind == ErrorKind::kPermission ? CheckedCall::Outcome::kRefused
                                                                   : CheckedCall::Outcome::kFailed;
      add_error(answer.error());
    }
    result_.calls.push_back(std::move(call));
    return answer.has_value();
  }

  void look_at_source(const tablestore::Connection& connection) {
    result_.endpoint = connection.endpoint;
    result_.instance = connection.instance;
    Client client = make_client(connection, context_, std::min(kRetries, settings().max_retries),
                                context_.cancel);
    look_at_table(client);
    look_at_status_table(client);
    plan(client);
    if (result_.plan && !result_.plan->read.blocked) look_at_pages(client);
    look_at_clock(client);
    look_at_retention();
  }

  void look_at_table(Client& client) {
    const std::string& table = settings().data_table;
    auto described = client.describe_table(table);
    if (!note_call("DescribeTable " + table, described)) return;
    primary_key_ = described->meta.primary_key;
    result_.stream_on = described->stream && described->stream->enable;
    if (!result_.stream_on) return;  // the plan says so
    original_columns_ = described->stream->columns_to_get;
    result_.expiration_hours = described->stream->expiration_hours;
    result_.allowed =
        reader::allowed_range(result_.now_ms, result_.expiration_hours, settings().offsets);
    auto streams = client.list_stream(table);
    if (!note_call("ListStream " + table, streams)) return;
    for (const tablestore::StreamInfo& stream : streams->streams)
      if (stream.table_name == table) result_.stream_id = stream.stream_id;
    if (result_.stream_id.empty()) return;
    auto shards = client.describe_stream(result_.stream_id);
    if (!note_call("DescribeStream", shards) || shards->shards.empty()) return;
    note_call("GetShardIterator",
              client.get_shard_iterator(result_.stream_id, shards->shards.front().shard_id));
  }

  // The rows of the window's start, as the plan reads them, and the window's fence.
  void look_at_status_table(Client& client) {
    const std::string& name = settings().status_table;
    reader::StatusTable status(client, *context_.clock, name);
    auto exists = status.check();
    if (!note_call("DescribeTable " + name, exists)) return;
    if (!*exists) {
      diagnostics_.add(
          Severity::kNotice,
          make_error(ErrorKind::kConfig, "Check-StatusTable",
                     "the status table " + name + " does not exist yet; the first run creates it"));
      return;
    }
    if (result_.stream_id.empty()) return;
    const reader::Window& window = settings().window;
    note_call("GetRange " + name, status.checkpoints(result_.stream_id, window.start_ms));
    auto fence = status.fence(result_.stream_id, window.end_ms);
    if (note_call("GetRow " + name, fence) && *fence) tell_fence(**fence);
  }

  void tell_fence(const reader::Fence& fence) {
    if (fence.state == "COMMITTED") {
      is_exported_ = true;
    } else if (!holder_is_gone(fence, result_.now_ms)) {
      warn("Check-Held", "a run of this window is under way (" + fence.owner + ")",
           "wait for it: two runs of one window exclude each other");
    } else if (fence.state == "PREPARED") {
      warn("Check-Prepared",
           "an earlier run of this window has prepared its commit and did not finish it",
           "the next run finishes that commit and reads nothing");
    }
  }

  void plan(Client& client) {
    Diagnostics of_plan;
    auto plan = make_source_plan(client, settings(), *context_.clock, of_plan);
    for (const Diagnostic& item : of_plan.items()) diagnostics_.add(item.severity, item.error);
    if (plan) {
      result_.plan = std::move(*plan);
      result_.settings = result_.plan->read.settings;  // the window may have been cut
      if (const auto& blocked = result_.plan->read.blocked)
        warn(blocked->code, blocked->message, blocked->remedy);
      return;
    }
    add_error(plan.error());
    // What the plan did not come to.
    if (result_.allowed && !settings().clamp_window) {
      if (Status legal = check_allowed(settings().window, *result_.allowed, settings().zone);
          !legal && settings().on_gap == reader::OnGap::kFail)
        add_error(legal.error());
    }
    if (primary_key_.empty()) return;
    std::vector<std::string> warnings;
    const reader::ShapeTable table{primary_key_, original_columns_, result_.stream_id};
    if (Status fits = check_shape(settings().shape, table, warnings); !fits)
      add_error(fits.error());
  }

  void look_at_pages(Client& client) {
    const Plan& plan = *result_.plan;
    const int64_t horizon =
        reader::horizon_ms(reader::server_now_ms(client), plan.read.expiration_hours);
    if (auto gaps = reader::find_gaps(client, plan.read, horizon); gaps && !gaps->empty()) {
      Error gone = reader::data_gone(*gaps, settings().zone);
      if (settings().on_gap == reader::OnGap::kFail) {
        add_error(std::move(gone));
      } else {
        warn(gone.code, gone.message);
      }
    }
    auto sample = take_sample(client, plan);
    if (!note_call("GetStreamRecord", sample)) return;
    result_.sample = std::move(*sample);
    tell_unseen_columns(*result_.sample);
  }

  // Attribute columns have no schema: whether a name is right shows in the records only.
  void tell_unseen_columns(const Sample& sample) {
    if (sample.records_seen == 0) return;
    const reader::ShapeOptions& shape = settings().shape;
    const bool is_rows = shape.mode == reader::ShapeMode::kRows;
    std::vector<std::string> known(sample.attributes_seen.begin(), sample.attributes_seen.end());
    std::string unseen;
    for (const std::string& name : is_rows ? shape.row_columns : shape.column_filter) {
      const bool is_key = std::any_of(primary_key_.begin(), primary_key_.end(),
                                      [&](const auto& key) { return key.name == name; });
      if (is_key || sample.attributes_seen.contains(name)) continue;
      const std::string nearest = nearest_name(name, known);
      unseen += (unseen.empty() ? "" : ", ") + name;
      if (!nearest.empty()) unseen += " (did you mean " + nearest + "?)";
    }
    if (!unseen.empty()) {
      warn("Check-NotSeen",
           fmt::format("not seen in {} records: {}; {}", sample.records_seen, unseen,
                       is_rows ? "as long as no change writes them, these columns stay NULL"
                               : "as long as no change names them, columnFilter finds nothing"),
           "column names are case-sensitive; correct them if they are misspelt");
    }
    if (is_rows || sample.rows_seen == 0) return;
    std::string empty;
    for (const std::string& name : sample.empty_columns)
      empty += (empty.empty() ? "" : ", ") + name;
    if (!empty.empty())
      warn("Check-EmptyColumn",
           fmt::format("without a value in {} rows: {}", sample.rows_seen, empty));
  }

  void look_at_clock(const Client& client) {
    const bool answered = std::any_of(
        result_.calls.begin(), result_.calls.end(),
        [](const CheckedCall& call) { return call.outcome == CheckedCall::Outcome::kAllowed; });
    const int64_t difference_ms = client.caller().clock_difference_ms();
    if (!answered && difference_ms == 0) return;
    result_.clock_difference_ms = difference_ms;
    if (std::abs(difference_ms) <= kSuspiciousClockMs) return;
    warn("Check-Clock",
         fmt::format("this machine's clock is {} {} the server's",
                     whole_seconds_text(std::abs(difference_ms)),
                     difference_ms > 0 ? "behind" : "ahead of"),
         "set it: windows are judged by it, and more than 15 minutes of difference are refused");
  }

  void look_at_retention() {
    if (!result_.plan) return;
    const int64_t left_ms = retention_left_ms(result_);
    if (left_ms >= kShortRetentionMs || left_ms < 0) return;
    warn("Check-RetentionShort",
         "the first changes of the window leave the retention in " + span_text(left_ms),
         "run the job before that, or have a longer expiration set for the Stream");
  }

  // What the job's own speed limit makes of the volume, against what the destination waits for.
  void look_at_duration(const writer::Writer& writer) {
    const std::optional<Duration> life = writer.staging_life();
    if (!life || !result_.sample) return;
    const Sample& sample = *result_.sample;
    double seconds_needed = 0;
    if (job_.settings.bytes_per_second > 0)
      seconds_needed = sample.bytes / job_.settings.bytes_per_second;
    if (job_.settings.records_per_second > 0)
      seconds_needed = std::max(seconds_needed, sample.rows / job_.settings.records_per_second);
    const double life_seconds = std::chrono::duration<double>(*life).count();
    if (seconds_needed <= life_seconds) return;
    warn(
        "Check-StagingLife",
        fmt::format("at the job's speed limit its window takes about {}, but the destination keeps "
                    "what is not committed for {} only",
                    span_text(static_cast<int64_t>(seconds_needed) * 1000),
                    span_text(static_cast<int64_t>(life_seconds) * 1000)),
        "raise setting.speed, or choose shorter windows");
  }

  void look_at_destination(writer::Writer& writer) {
    std::vector<writer::InputColumn> input;
    if (result_.plan)
      for (const reader::OutputColumn& column : result_.plan->columns)
        input.push_back({column.name, column.type});
    std::vector<std::string> warnings;
    Result<bool> fits = true;
    if (Status checked = writer.check(input, warnings); !checked) fits = fail(checked.error());
    result_.destination = writer.describe();
    result_.destination_json = writer.plan_json();
    // What it says of a table that is not there or does not fit is not about permissions.
    const bool is_about_calls = fits || fits.error().kind == ErrorKind::kPermission ||
                                fits.error().kind == ErrorKind::kService ||
                                fits.error().kind == ErrorKind::kNetwork ||
                                fits.error().kind == ErrorKind::kTimeout;
    if (is_about_calls) {
      note_call("look at " + result_.destination, fits);
    } else {
      add_error(fits.error());
    }
    if (!fits) return;
    // Without the reader's columns every column of the table would seem to stay NULL.
    if (result_.plan)
      for (std::string& warning : warnings) result_.plan->warnings.push_back(std::move(warning));
    look_at_overwrite();
  }

  // The destination as the plan has it (docs/formats/plan.md).
  void look_at_overwrite() {
    auto document = parse_json(result_.destination_json, "destination");
    if (!document || !result_.settings) return;
    const JsonNode& root = (*document)->root();
    const JsonNode* overwrite = root.find("overwrite");
    const bool overwrites = overwrite != nullptr && overwrite->text() == "true";
    if (!overwrites) {
      if (is_exported_ && overwrite != nullptr)
        warn("Check-AlreadyExported",
             "this window was exported before; `truncate` is false, so its rows are added again",
             "set truncate to true with a partition of its own for each window, or do not run it "
             "again");
      return;
    }
    const JsonNode* partition = root.find("partition");
    const reader::Window& window = settings().window;
    const int64_t length_ms = window.end_ms - window.start_ms;
    if (partition == nullptr) {
      warn("Check-CoarsePartition",
           fmt::format("`truncate` replaces the whole of {}, but the window is only {}: each run "
                       "removes what the others wrote",
                       result_.destination, span_text(length_ms)),
           "write into a partitioned table, or set truncate to false");
      return;
    }
    const auto span = partition_span(partition->text());
    if (!span || length_ms >= span->ms) return;
    warn("Check-CoarsePartition",
         fmt::format("`truncate` replaces the whole partition {}, which is {}, but the window is "
                     "only {}: the runs of its other windows remove each other's rows",
                     partition->text(), span->word, span_text(length_ms)),
         "give each window a partition of its own, or set truncate to false");
  }

  const job::JobSpec& job_;
  const RunContext& context_;
  Diagnostics& diagnostics_;
  CheckResult result_;
  std::vector<tablestore::KeySchema> primary_key_;
  std::vector<std::string> original_columns_;
  bool is_exported_ = false;
};

}  // namespace

CheckResult check_job(const job::JobSpec& job, const RunContext& context,
                      Diagnostics& diagnostics) {
  return Checker(job, context, diagnostics).check();
}

std::string whole_seconds_text(int64_t ms) { return span_text(ms + 500); }

int64_t retention_left_ms(const CheckResult& result) {
  return result.settings->window.start_ms + result.expiration_hours * kHourMs - result.now_ms -
         result.clock_difference_ms.value_or(0);
}

}  // namespace otsstream::sync
