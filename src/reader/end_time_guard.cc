#include "reader/end_time_guard.h"

#include <fmt/format.h>

#include "base/time_zone.h"

namespace otsstream::reader {

Result<EndTimeGuard> EndTimeGuard::begin(StatusTable& status, std::string stream_id,
                                         int64_t end_ms) {
  EndTimeGuard guard(status, std::move(stream_id), end_ms);
  OTS_TRY(guard.description_, guard.description_version());
  OTS_TRY(guard.checkpoints_, guard.checkpoint_versions());
  return guard;
}

Status EndTimeGuard::check_description() const {
  OTS_TRY(const std::string now, description_version());
  if (now == description_) return {};
  return fail(foreign(now.empty() ? "its job description was deleted"
                                  : "version " + now + " wrote its job description"));
}

Status EndTimeGuard::check() const {
  OTS_CHECK(check_description());
  OTS_TRY(const auto now, checkpoint_versions());
  for (const auto& [shard, version] : now) {
    const auto before = checkpoints_.find(shard);
    if (before != checkpoints_.end() && before->second == version) continue;
    return fail(foreign(fmt::format("version {} wrote a checkpoint of shard {}", version, shard)));
  }
  return {};
}

// A damaged description proves nothing about who wrote it; that it was there counts.
Result<std::string> EndTimeGuard::description_version() const {
  auto description = status_->job_description(stream_id_, end_ms_);
  if (description) return *description ? (*description)->version : std::string();
  if (is_damaged_row(description.error())) return "(damaged)";
  return fail(std::move(description).error());
}

Result<std::map<std::string, std::string>> EndTimeGuard::checkpoint_versions() const {
  OTS_TRY(const auto rows, status_->checkpoints(stream_id_, end_ms_));
  std::map<std::string, std::string> versions;
  for (const CheckpointRow& row : rows) versions[row.shard_id] = row.version;
  return versions;
}

Error EndTimeGuard::foreign(const std::string& what) const {
  return make_error(
      ErrorKind::kConflict, "Status-Foreign",
      fmt::format("another program exports the same Stream with the same window end ({}): {} "
                  "since this run began",
                  format_iso_utc(end_ms_), what),
      "nothing was committed by this run. Stop the other job (DataX?), or give each job its own "
      "statusTable; then run the window again");
}

}  // namespace otsstream::reader
