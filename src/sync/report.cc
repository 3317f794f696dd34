#include "sync/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/span_text.h"
#include "base/time_zone.h"
#include "config/json_out.h"
#include "reader/status_rows.h"
#include "sync/recorded_run.h"

namespace otsstream::sync {

namespace {

double seconds_of(int64_t us) { return static_cast<double>(us) / 1e6; }

std::string per_second(double bytes, int64_t us) {
  return size_text(bytes / std::max(1.0, seconds_of(us))) + "/s";
}

std::string line(std::string_view label, std::string_view value) {
  return fmt::format("{:<26}: {:>19}\n", label, value);
}

struct ShardTotals {
  int64_t records = 0;
  int read = 0, skipped = 0, closed = 0;
};

ShardTotals totals_of(const Report& report) {
  ShardTotals totals;
  for (const Manifest& manifest : report.manifests)
    for (const reader::ShardResult& shard : manifest.shards) totals.records += shard.records;
  for (const reader::ShardPlan& shard : report.plan.read.shards) {
    if (shard.action == reader::ShardAction::kRead) ++totals.read;
    if (shard.action == reader::ShardAction::kSkip) ++totals.skipped;
    if (shard.action == reader::ShardAction::kClosed) ++totals.closed;
  }
  return totals;
}

std::string dirty_line(const Report& report) {
  if (report.dirty == 0) return "Dirty records             :                   0\n";
  return line("Dirty records", std::to_string(report.dirty)) +
         "First reason: " + report.first_dirty_reason + "\n";
}

std::string certificate_text(const Certificate& certificate, const Zone& zone) {
  std::string out =
      line("Certificate", fmt::format("{} rows, checksum {}{}", certificate.rows,
                                      checksum_text(certificate.checksum),
                                      certificate.complete() ? "" : ", NOT COMPLETE"));
  if (certificate.first) {
    out += line("First … last record",
                fmt::format("{} … {}", format_local(certificate.first->timestamp / 1000, zone),
                            format_local(certificate.last->timestamp / 1000, zone)));
  }
  if (certificate.parents_closed + certificate.parents_expired > 0) {
    out += line("Parents closed/expired",
                fmt::format("{}/{}", certificate.parents_closed, certificate.parents_expired));
  }
  return out + line("Retention margin", span_text(certificate.margin_ms));
}

std::string landed_lines(const std::vector<std::string>& landed) {
  constexpr size_t kShown = 20;
  std::string out =
      line("Partitions written", fmt::format("{}, each at once, one by one", landed.size()));
  for (size_t i = 0; i < std::min(landed.size(), kShown); ++i) out += "  " + landed[i] + "\n";
  if (landed.size() > kShown) out += fmt::format("  and {} more\n", landed.size() - kShown);
  return out;
}

void write_shards(JsonOut& out, const Report& report) {
  out.key("shards").begin_array();
  for (const Manifest& manifest : report.manifests) {
    const Unit& unit = report.plan.units[manifest.unit];
    for (size_t k = 0; k < manifest.shards.size(); ++k) {
      const reader::ShardResult& shard = manifest.shards[k];
      out.begin_object();
      out.member("shard", shard.shard_id);
      out.member("unit", manifest.unit);
      out.member("startSource", reader::to_string(unit.shards[k].source));
      out.member("startPosition", unit.shards[k].iterator);
      out.member("end", reader::to_string(shard.end));
      out.member("endPosition", shard.checkpoint);
      out.member("records", shard.records)
          .member("rows", shard.rows)
          .member("dropped", shard.dropped);
      out.member("bytes", shard.bytes).member("requests", shard.requests);
      out.member("checksum", checksum_text(shard.checksum));
      write_sequence(out, "first", shard.first);
      write_sequence(out, "last", shard.last);
      out.end_object();
    }
  }
  for (const reader::ShardPlan& shard : report.plan.read.shards) {
    if (shard.action == reader::ShardAction::kRead) continue;
    out.begin_object();
    out.member("shard", shard.shard.shard_id);
    out.member("end", shard.action == reader::ShardAction::kSkip ? "skipped" : "closed before");
    out.member("endPosition", shard.action == reader::ShardAction::kSkip ? reader::kTrimHorizon
                                                                         : reader::kShardEnd);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

std::vector<reader::Gap> gaps_of(const Report& report) {
  std::vector<reader::Gap> gaps = report.plan.read.gaps;
  for (const Manifest& manifest : report.manifests)
    for (const reader::ShardResult& shard : manifest.shards)
      gaps.insert(gaps.end(), shard.gaps.begin(), shard.gaps.end());
  return reader::merged(gaps);
}

Certificate certificate_of(const Report& report) {
  return make_certificate(report.plan, report.manifests, report.read_until_ms,
                          gaps_of(report).size());
}

std::string size_text(double bytes) {
  static constexpr const char* kUnits[] = {"KB", "MB", "GB", "TB"};
  if (bytes < 1024) return fmt::format("{:.0f}B", bytes);
  int unit = -1;
  while (bytes >= 1024 && unit < 3) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.2f}{}", bytes, kUnits[unit]);
}

std::string progress_line(const Snapshot& s) {
  return fmt::format(
      "Total {} records, {} bytes | Speed {}/s, {} records/s | Error {} records, {} bytes |  All "
      "Task WaitWriterTime {:.3f}s |  "
      "All Task WaitReaderTime {:.3f}s | Percentage {:.2f}%",
      s.rows, s.row_bytes, size_text(s.bytes_per_second), static_cast<int64_t>(s.rows_per_second),
      s.dirty, 0, seconds_of(s.wait_writer_us), seconds_of(s.wait_reader_us), s.share * 100);
}

std::string to_text(const Report& report) {
  const reader::Settings& settings = report.plan.read.settings;
  const ShardTotals totals = totals_of(report);
  std::string out;
  out += line("Window", to_string(settings.window, settings.zone));
  out += line("Stream", report.plan.read.stream_id);
  out += line("Destination", report.plan.destination);
  if (report.resumed)
    out += "The commit that an earlier run had prepared was finished; nothing was read again.\n";
  out += line("Shards read/skipped/closed",
              fmt::format("{}/{}/{}", totals.read, totals.skipped, totals.closed));
  if (report.dry_run)
    return out + "Dry run: everything was checked, nothing was read or written.\n";
  out += line("Job start time", format_local(report.started_ms, settings.zone));
  out += line("Job end time", format_local(report.finished_ms, settings.zone));
  out += line("Total time", fmt::format("{}s", (report.finished_ms - report.started_ms) / 1000));
  out += line("Average throughput",
              per_second(static_cast<double>(report.totals.row_bytes), report.transfer_us));
  out += line(
      "Record write rate",
      fmt::format("{}rec/s", static_cast<int64_t>(static_cast<double>(report.totals.rows) /
                                                  std::max(1.0, seconds_of(report.transfer_us)))));
  out += line("Stream records read", std::to_string(totals.records));
  out += line("Records read", std::to_string(report.totals.rows));
  out += line("Failed records", std::to_string(report.dirty));
  out += line("Retries", std::to_string(report.totals.retries));
  if (!report.landed.empty()) out += landed_lines(report.landed);
  if (const auto gaps = gaps_of(report); !gaps.empty())
    out += "Not held by the Stream any more: " + reader::list_of(gaps, settings.zone) + "\n";
  if (!report.resumed) out += certificate_text(certificate_of(report), settings.zone);
  out += dirty_line(report);
  return out;
}

std::string to_json(const Report& report) {
  const reader::ReadPlan& read = report.plan.read;
  JsonOut out(JsonStyle::kPretty);
  out.begin_object();
  out.member("format", kReportFormat);
  out.member("job", report.job);
  out.member("dataTable", read.settings.data_table);
  out.member("statusTable", report.plan.status_table);
  out.member("streamId", read.stream_id);
  out.key("destination").raw(report.plan.destination_json);
  write_window(out, read.settings);
  out.member("continued", read.continues);
  out.member("resumed", report.resumed).member("dryRun", report.dry_run);
  out.member("version", report.version);
  out.member("startedMs", report.started_ms).member("finishedMs", report.finished_ms);
  out.member("transferSeconds", seconds_of(report.transfer_us));
  out.member("streamRecords", totals_of(report).records);
  out.member("rowsRead", report.totals.rows);
  out.member("rowBytes", report.totals.row_bytes);
  out.member("readBytes", report.totals.read_bytes);
  out.member("dirtyRecords", report.dirty);
  out.member("firstDirtyReason", report.first_dirty_reason);
  out.member("retries", report.totals.retries);
  out.member("waitWriterSeconds", seconds_of(report.totals.wait_writer_us));
  out.member("waitReaderSeconds", seconds_of(report.totals.wait_reader_us));
  out.member("peakBudgetBytes", report.peak_budget_bytes);
  out.member("checksum", fmt::format("{:08x}", report.checksum));
  out.member("channels", report.plan.channels);
  if (!report.reader_text.empty()) out.key("reader").raw(report.reader_text);
  if (!report.resumed && !report.dry_run) write_json(out, certificate_of(report));
  write_shards(out, report);
  write_ids(out, "skipped", report.plan, reader::ShardAction::kSkip);
  write_ids(out, "closed", report.plan, reader::ShardAction::kClosed);
  write_units(out, report.plan);
  out.member("refreshedPositions", report.refreshed_positions);
  if (!report.landed.empty()) {
    out.key("landed").begin_array();
    for (const std::string& target : report.landed) out.value(target);
    out.end_array();
  }
  out.key("gaps").begin_array();
  for (const reader::Gap& gap : gaps_of(report)) {
    out.begin_object().member("shard", gap.shard_id);
    out.member("fromMs", gap.from_ms).member("toMs", gap.to_ms);
    out.member("fromLocal", format_local(gap.from_ms, read.settings.zone));
    out.member("toLocal", format_local(gap.to_ms, read.settings.zone));
    out.end_object();
  }
  out.end_array();
  out.key("manifests").begin_array();
  for (const Manifest& manifest : report.manifests) write_json(out, manifest);
  out.end_array();
  out.key("warnings").begin_array();
  for (const std::string& warning : report.warnings) out.value(warning);
  out.end_array();
  out.end_object();
  return std::move(out).take();
}

}  // namespace otsstream::sync
