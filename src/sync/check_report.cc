// What check tells people and programs.

#include <fmt/format.h>

#include <cmath>

#include "base/span_text.h"
#include "base/time_zone.h"
#include "sync/check.h"
#include "sync/report.h"

namespace otsstream::sync {

namespace {

std::string line(std::string_view label, std::string_view text) {
  return fmt::format("{:<12} {}\n", label, text);
}

std::string span_of(int64_t from_ms, int64_t to_ms, const Zone& zone) {
  return reader::to_string({from_ms, to_ms}, zone);
}

// The way of an answer takes its time too: less than a second says nothing.
std::string clock_text(int64_t difference_ms) {
  const int64_t off_ms = std::abs(difference_ms);
  if (off_ms < 1000) return "within a second of the server's";
  return fmt::format("{} {} the server's", whole_seconds_text(off_ms),
                     difference_ms > 0 ? "behind" : "ahead of");
}

std::string calls_text(const CheckResult& result, CheckedCall::Outcome outcome) {
  std::string text;
  for (const CheckedCall& call : result.calls)
    if (call.outcome == outcome) text += (text.empty() ? "" : ", ") + call.operation;
  return text;
}

std::string shards_text(const Plan& plan) {
  int skipped = 0, closed = 0;
  for (const reader::ShardPlan& shard : plan.read.shards) {
    if (shard.action == reader::ShardAction::kSkip) ++skipped;
    if (shard.action == reader::ShardAction::kClosed) ++closed;
  }
  return fmt::format("{} to read, {} skipped, {} closed before; {}", shards_to_read(plan), skipped,
                     closed,
                     plan.read.continues ? "continues from the checkpoints of the window before"
                                         : "no complete checkpoints at its start");
}

std::string rounded(double count) {
  // Two digits say what an estimate can.
  const double step = count < 100 ? 1 : std::pow(10, std::floor(std::log10(count)) - 1);
  return fmt::format("{:.0f}", std::round(count / step) * step);
}

std::string volume_text(const Sample& s) {
  if (s.shards_to_read == 0) return "nothing: no shard has to be read";
  if (s.is_whole) {
    return fmt::format(
        "{:.0f} records, {:.0f} rows, {}, {:.0f} read capacity units (all of it was "
        "looked at)",
        s.records, s.rows, size_text(s.bytes), std::ceil(s.read_units));
  }
  return fmt::format(
      "about {} records, {} rows, {}, {} read capacity units (estimate from {} pages "
      "of {} of {} shards)",
      rounded(s.records), rounded(s.rows), size_text(s.bytes), rounded(s.read_units), s.pages,
      s.shards, s.shards_to_read);
}

std::string columns_text(const Plan& plan) {
  std::string text;
  for (const reader::OutputColumn& column : plan.columns)
    text += (text.empty() ? "" : ", ") + column.name;
  return text;
}

std::vector<std::string> findings(const CheckResult& result, const Diagnostics& diagnostics,
                                  Severity severity) {
  std::vector<std::string> texts;
  for (const Diagnostic& item : diagnostics.items())
    if (item.severity == severity) texts.push_back(item.error.headline());
  if (severity == Severity::kWarning && result.plan)
    texts.insert(texts.end(), result.plan->warnings.begin(), result.plan->warnings.end());
  return texts;
}

std::string counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void write_texts(JsonOut& out, std::string_view name, const std::vector<std::string>& texts) {
  out.key(name).begin_array();
  for (const std::string& text : texts) out.value(text);
  out.end_array();
}

void write_source(JsonOut& out, const CheckResult& result) {
  const reader::Settings& settings = *result.settings;
  out.member("dataTable", settings.data_table).member("statusTable", settings.status_table);
  out.member("endpoint", result.endpoint).member("instance", result.instance);
  write_window(out, settings);
  if (result.allowed) {
    out.key("allowed").begin_object();
    out.member("earliestStartMs", result.allowed->earliest_start_ms)
        .member("latestEndMs", result.allowed->latest_end_ms);
    out.member("earliestStartLocal",
               format_local(result.allowed->earliest_start_ms, settings.zone));
    out.member("latestEndLocal", format_local(result.allowed->latest_end_ms, settings.zone));
    out.end_object();
  }
  out.member("clockDifferenceMs", result.clock_difference_ms);
  out.key("stream").begin_object().member("on", result.stream_on);
  if (result.stream_on) {
    out.member("id", result.stream_id).member("expirationHours", result.expiration_hours);
    out.member("retentionLeftMs", retention_left_ms(result));
  }
  out.end_object();
}

void write_sample(JsonOut& out, const Sample& sample) {
  out.key("volume").begin_object();
  out.member("isEstimate", !sample.is_whole);
  out.member("records", std::round(sample.records)).member("rows", std::round(sample.rows));
  out.member("bytes", std::round(sample.bytes));
  out.member("readCapacityUnits", std::ceil(sample.read_units));
  out.member("pagesRead", sample.pages).member("shardsRead", sample.shards);
  out.member("shards", sample.shards_to_read);
  out.end_object();
}

}  // namespace

std::string to_text(const CheckResult& result, const Diagnostics& diagnostics) {
  std::string out = line("job", fmt::format("{} ({})", result.job, result.dialect));
  if (result.settings) {
    const reader::Settings& settings = *result.settings;
    const Zone& zone = settings.zone;
    out += line("window", reader::to_string(settings.window, zone));
    if (result.allowed)
      out += line("  legal",
                  span_of(result.allowed->earliest_start_ms, result.allowed->latest_end_ms, zone));
    if (result.clock_difference_ms) out += line("clock", clock_text(*result.clock_difference_ms));
    if (!result.endpoint.empty())
      out += line("table", fmt::format("{} of instance {} at {}", settings.data_table,
                                       result.instance, result.endpoint));
    if (result.stream_on) {
      out += line("stream", fmt::format("on, {}, changes are kept for {} h", result.stream_id,
                                        result.expiration_hours));
      const int64_t left_ms = retention_left_ms(result);
      out += line("retention",
                  left_ms >= 0
                      ? "the window's first changes are kept for another " + span_text(left_ms)
                      : "the window's first changes expired " + span_text(-left_ms) + " ago");
    }
  }
  if (result.plan) {
    out += line("shards", shards_text(*result.plan));
    out += line("columns", columns_text(*result.plan));
  }
  if (!result.destination.empty()) out += line("destination", result.destination);
  if (result.sample) out += line("to expect", volume_text(*result.sample));
  using Outcome = CheckedCall::Outcome;
  if (std::string text = calls_text(result, Outcome::kAllowed); !text.empty())
    out += line("allowed", text);
  if (std::string text = calls_text(result, Outcome::kRefused); !text.empty())
    out += line("refused", text);
  if (std::string text = calls_text(result, Outcome::kFailed); !text.empty())
    out += line("failed", text);
  if (!result.calls.empty())
    out += line("not tried", "what writes: CreateTable, PutRow, BatchWriteRow, upload sessions");
  out += "\n";
  const auto errors = findings(result, diagnostics, Severity::kError);
  const auto warnings = findings(result, diagnostics, Severity::kWarning);
  for (const std::string& text : findings(result, diagnostics, Severity::kNotice))
    out += "notice: " + text + "\n";
  for (const std::string& text : warnings) out += "warning: " + text + "\n";
  for (const std::string& text : errors) out += "error: " + text + "\n";
  const std::string also = warnings.empty() ? "" : ", " + counted(warnings.size(), "warning");
  out += errors.empty() ? "the job can run" + also
                        : "the job cannot run: " + counted(errors.size(), "error") + also;
  return out + "; nothing was written\n";
}

std::string to_json(const CheckResult& result, const Diagnostics& diagnostics) {
  JsonOut out(JsonStyle::kPretty);
  out.begin_object();
  out.member("format", "otsstream-check/1");
  out.member("job", result.job);
  out.member("canRun", !diagnostics.has_errors());
  if (result.settings) write_source(out, result);
  if (result.plan) {
    out.key("shards").begin_object().member("toRead", shards_to_read(*result.plan));
    out.member("listed", result.plan->read.shards.size());
    out.member("continues", result.plan->read.continues).end_object();
    out.key("columns").begin_array();
    for (const reader::OutputColumn& column : result.plan->columns) out.value(column.name);
    out.end_array();
  }
  if (!result.destination_json.empty()) out.key("destination").raw(result.destination_json);
  if (result.sample) write_sample(out, *result.sample);
  out.key("calls").begin_array();
  for (const CheckedCall& call : result.calls) {
    static constexpr const char* kWords[] = {"allowed", "refused", "failed"};
    out.begin_object().member("operation", call.operation);
    out.member("outcome", kWords[static_cast<int>(call.outcome)]).end_object();
  }
  out.end_array();
  write_texts(out, "errors", findings(result, diagnostics, Severity::kError));
  write_texts(out, "warnings", findings(result, diagnostics, Severity::kWarning));
  write_texts(out, "notices", findings(result, diagnostics, Severity::kNotice));
  out.end_object();
  return std::move(out).take();
}

}  // namespace otsstream::sync
