#include "sync/status_json.h"

#include "config/json_out.h"

namespace otsstream::sync {

namespace {

void write_moment(JsonOut& out, const std::string& name, int64_t ms, const Zone& zone) {
  out.member(name + "Ms", ms);
  out.member(name + "Local", format_local(ms, zone));
  out.member(name + "Utc", format_iso_utc(ms));
}

void write_checkpoint(JsonOut& out, const reader::CheckpointRow& row) {
  out.member("checkpoint", row.checkpoint);
  out.member("skipCount", row.skip_count);
  out.member("sendRecordCount", row.send_record_count);
  out.member("version", row.version);
}

void write_fence(JsonOut& out, const FenceStatus& status, const Zone& zone) {
  out.begin_object();
  out.member("state", status.fence.state);
  out.member("owner", status.fence.owner);
  out.member("host", status.host);
  out.member("process", status.process);
  out.member("isHeld", status.is_held);
  write_moment(out, "lease", status.fence.expires_ms, zone);
  out.member("staging", status.fence.staging);
  if (!status.damaged.empty()) out.member("damaged", status.damaged);
  if (status.prepared) {
    out.key("prepared").begin_object();
    out.member("records", status.prepared->records);
    out.member("rows", status.prepared->rows);
    out.member("dirty", status.prepared->dirty);
    out.member("destination", status.prepared->destination);
    out.end_object();
  }
  out.end_object();
}

// Members of one window, inside an open object.
void write_window(JsonOut& out, const WindowStatus& window, const Zone& zone, bool in_full) {
  const reader::WindowRows& rows = window.rows;
  out.member("streamId", rows.stream_id);
  out.key("table");
  rows.description ? out.value(rows.description->table) : out.null();
  if (rows.description) write_moment(out, "start", rows.description->start_ms, zone);
  write_moment(out, "end", rows.end_ms, zone);
  out.member("version", rows.description ? std::optional(rows.description->version) : std::nullopt);
  out.member("isFinished", window.is_finished());
  out.key("whyNot");
  window.is_finished() ? out.null() : out.value(window.why_not);
  out.member("isLegacy", !rows.description && rows.shard_count.has_value());
  out.member("shards", window.shard_count());
  out.member("checkpoints", rows.checkpoints.size());
  out.key("fence");
  if (window.fence) {
    write_fence(out, *window.fence, zone);
  } else {
    out.null();
  }
  out.key("damaged").begin_array();
  for (const std::string& text : rows.damaged) out.value(text);
  out.end_array();
  if (!in_full) return;
  out.key("shardIds").begin_array();
  if (rows.description)
    for (const std::string& shard : rows.description->shard_ids) out.value(shard);
  out.end_array();
  out.key("rows").begin_array();
  for (const reader::CheckpointRow& row : rows.checkpoints) {
    out.begin_object().member("shard", row.shard_id);
    write_checkpoint(out, row);
    out.end_object();
  }
  out.end_array();
}

void write_windows(JsonOut& out, const StatusReport& report) {
  out.key("windows").begin_array();
  for (const WindowStatus& window : report.windows) {
    out.begin_object();
    write_window(out, window, report.zone, false);
    out.end_object();
  }
  out.end_array();
}

void write_shards(JsonOut& out, const StatusReport& report) {
  out.key("shards").begin_array();
  for (const ShardStatus& status : report.shards) {
    out.begin_object();
    out.member("shard", status.shard.shard_id);
    out.member("parent", status.shard.parent_id);
    out.member("parentSibling", status.shard.parent_sibling_id);
    out.member("isListed", status.is_listed);
    out.member("mark", to_string(status.mark));
    if (status.row) write_checkpoint(out, *status.row);
    out.end_object();
  }
  out.end_array();
}

JsonOut begin(std::string_view format, const Zone& zone) {
  JsonOut out(JsonStyle::kPretty);
  out.begin_object().member("format", format);
  out.member("zone", zone.name());
  return out;
}

}  // namespace

std::string to_json(const StatusReport& report) {
  JsonOut out = begin("otsstream-status/1", report.zone);
  out.member("statusTable", report.status_table);
  out.member("dataTable", report.data_table);
  write_moment(out, "now", report.now_ms, report.zone);
  out.key("stream");
  if (report.stream) {
    out.begin_object();
    out.member("streamId", report.stream->stream_id);
    out.member("expirationHours", report.stream->expiration_hours);
    out.end_object();
  } else {
    out.null();
    out.member("noStreamBecause", report.no_stream_because);
  }
  out.member("lagMs", report.lag_ms);
  out.key("retention");
  if (report.retention) {
    out.begin_object();
    out.member("leftMs", report.retention->left_ms);
    write_moment(out, "lostFrom", report.retention->lost_from_ms, report.zone);
    write_moment(out, "startUntil", report.retention->start_until_ms, report.zone);
    out.end_object();
  } else {
    out.null();
  }
  out.key("lastFinishedEndMs");
  report.last_finished ? out.value(report.windows[*report.last_finished].rows.end_ms) : out.null();
  out.member("shardTimeRows", report.hints);
  out.member("unknownRows", report.unknown);
  write_shards(out, report);
  write_windows(out, report);
  return std::move(out.end_object()).take() + "\n";
}

std::string windows_json(const StatusReport& report) {
  JsonOut out = begin("otsstream-status-windows/1", report.zone);
  out.member("statusTable", report.status_table);
  out.member("unknownRows", report.unknown);
  write_windows(out, report);
  return std::move(out.end_object()).take() + "\n";
}

std::string window_json(const WindowStatus& window, const Zone& zone) {
  JsonOut out = begin("otsstream-status-window/1", zone);
  write_window(out, window, zone, true);
  return std::move(out.end_object()).take() + "\n";
}

}  // namespace otsstream::sync
