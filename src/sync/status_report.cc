#include "sync/status_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sync/attempt.h"

namespace otsstream::sync {

namespace {

constexpr int64_t kHourMs = 3'600'000;

// An owner text is "host:boot:namespace/pid/start/attempt/revision" (docs/formats/fence-row.md).
void read_owner(const std::string& owner, FenceStatus& status) {
  const size_t slash = owner.find('/');
  if (slash == std::string::npos) return;
  const size_t next = owner.find('/', slash + 1);
  if (next == std::string::npos) return;
  status.host = owner.substr(0, std::min(owner.find(':'), slash));
  status.process = owner.substr(slash + 1, next - slash - 1);
}

ShardMark mark_of(const reader::CheckpointRow& row) {
  if (row.checkpoint == reader::kShardEnd) return ShardMark::kClosed;
  if (row.checkpoint == reader::kTrimHorizon) return ShardMark::kFromStart;
  return row.send_record_count > 0 ? ShardMark::kRead : ShardMark::kIdle;
}

Retention retention_of(int64_t end_ms, int32_t expiration_hours, int64_t now_ms) {
  Retention retention;
  retention.expiration_hours = expiration_hours;
  retention.lost_from_ms = end_ms + expiration_hours * kHourMs;
  retention.left_ms = retention.lost_from_ms - now_ms;
  retention.start_until_ms = retention.lost_from_ms - reader::SafetyOffsets().before_ms;
  return retention;
}

}  // namespace

FenceStatus judge_fence(const reader::Fence& fence, int64_t now_ms) {
  FenceStatus status;
  status.fence = fence;
  read_owner(fence.owner, status);
  status.is_held = fence.state != "COMMITTED" && !holder_is_gone(fence, now_ms);
  if (fence.manifest.empty()) return status;
  auto record = read_commit_record(fence.manifest);
  if (record)
    status.prepared = std::move(*record);
  else
    status.damaged = record.error().message;
  return status;
}

std::string describe(const FenceStatus& status, const Zone& zone) {
  const reader::Fence& fence = status.fence;
  const std::string who = status.host.empty()
                              ? fence.owner
                              : fmt::format("host {}, process {}", status.host, status.process);
  if (fence.state == "COMMITTED") return "committed by " + who;
  const std::string hold =
      status.is_held ? "lease until " + moment_text(fence.expires_ms, zone) : "its holder is gone";
  if (fence.state != "PREPARED") return fmt::format("{} by {}, {}", fence.state, who, hold);
  std::string commit = "its record cannot be read: " + status.damaged;
  if (status.prepared)
    commit = fmt::format("{} records, {} rows", status.prepared->records, status.prepared->rows);
  return fmt::format("PREPARED commit ({}) by {}, {}{}", commit, who, hold,
                     status.is_held ? "" : "; run the job again to finish it");
}

std::optional<int64_t> WindowStatus::shard_count() const {
  if (rows.description) return static_cast<int64_t>(rows.description->shard_ids.size());
  return rows.shard_count;
}

WindowStatus judge_window(reader::WindowRows rows, int64_t now_ms) {
  WindowStatus window;
  window.why_not = reader::why_not_finished(rows);
  if (rows.fence) window.fence = judge_fence(*rows.fence, now_ms);
  window.rows = std::move(rows);
  return window;
}

std::string_view to_string(ShardMark mark) {
  switch (mark) {
    case ShardMark::kRead:
      return "read";
    case ShardMark::kIdle:
      return "idle";
    case ShardMark::kClosed:
      return "closed";
    case ShardMark::kFromStart:
      return "not begun";
    case ShardMark::kNoCheckpoint:
      return "no checkpoint";
  }
  return "no checkpoint";
}

std::vector<ShardStatus> shard_statuses(const std::vector<tablestore::StreamShard>& listing,
                                        const reader::WindowRows* window) {
  std::map<std::string_view, const reader::CheckpointRow*> rows;
  if (window)
    for (const reader::CheckpointRow& row : window->checkpoints) rows[row.shard_id] = &row;

  std::vector<ShardStatus> statuses;
  std::set<std::string_view> listed;
  for (const tablestore::StreamShard& shard : listing) {
    if (!listed.insert(shard.shard_id).second) continue;
    ShardStatus& status = statuses.emplace_back();
    status.shard = shard;
    const auto row = rows.find(shard.shard_id);
    if (row == rows.end()) continue;
    status.row = *row->second;
    status.mark = mark_of(*status.row);
  }
  for (const auto& [shard_id, row] : rows) {
    if (listed.contains(shard_id)) continue;
    ShardStatus& status = statuses.emplace_back();
    status.shard.shard_id = shard_id;
    status.is_listed = false;
    status.row = *row;
    status.mark = mark_of(*row);
  }
  return statuses;
}

StatusReport make_report(ReportNeeds needs, reader::Survey survey) {
  StatusReport report;
  report.status_table = std::move(needs.status_table);
  report.data_table = std::move(needs.data_table);
  report.stream = std::move(needs.stream);
  report.no_stream_because = std::move(needs.no_stream_because);
  report.now_ms = needs.now_ms;
  report.zone = std::move(needs.zone);
  report.hints = survey.hints;
  report.unknown = survey.unknown;
  for (reader::WindowRows& rows : survey.windows)
    report.windows.push_back(judge_window(std::move(rows), report.now_ms));
  std::stable_sort(report.windows.begin(), report.windows.end(),
                   [](const auto& a, const auto& b) { return a.rows.end_ms > b.rows.end_ms; });
  if (!report.stream) return report;

  for (size_t i = 0; i < report.windows.size() && !report.last_finished; ++i) {
    const WindowStatus& window = report.windows[i];
    if (window.is_finished() && window.rows.stream_id == report.stream->stream_id)
      report.last_finished = i;
  }
  const reader::WindowRows* last = nullptr;
  if (report.last_finished) {
    last = &report.windows[*report.last_finished].rows;
    report.lag_ms = report.now_ms - last->end_ms;
    report.retention = retention_of(last->end_ms, report.stream->expiration_hours, report.now_ms);
  }
  report.shards = shard_statuses(report.stream->listing, last);
  return report;
}

std::string moment_text(int64_t ms, const Zone& zone) {
  return fmt::format("{} {} ({})", format_local(ms, zone), zone.name(), format_iso_utc(ms));
}

}  // namespace otsstream::sync
