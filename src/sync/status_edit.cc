#include "sync/status_edit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/time_zone.h"
#include "reader/retention.h"
#include "reader/start_position.h"
#include "sync/attempt.h"

namespace otsstream::sync {

namespace {

using reader::CheckpointRow;
using tablestore::StreamShard;

// Longer than any window's rows take to write. A process that dies is seen to be gone earlier.
constexpr int64_t kHoldMs = 600'000;

tl::unexpected<Error> bad_position(ErrorKind kind, std::string message, std::string remedy) {
  return fail(kind, "Status-Position", std::move(message), std::move(remedy));
}

bool has_children(const std::vector<StreamShard>& listing, const std::string& shard_id) {
  return std::any_of(listing.begin(), listing.end(), [&](const StreamShard& shard) {
    return shard.parent_id == shard_id || shard.parent_sibling_id == shard_id;
  });
}

// Whether the service still reads on from `iterator`.
Status try_iterator(tablestore::Client& client, const std::string& iterator) {
  auto page = await<tablestore::StreamPage>(client.caller().executor(), [&](auto done) {
    client.get_stream_record_async(iterator, 1, std::move(done));
  });
  if (page) return {};
  if (reader::is_trimmed(page.error()))
    return bad_position(ErrorKind::kDataLost, "the service no longer holds that iterator",
                        "choose a time within the retention, or TRIM_HORIZON");
  if (page.error().kind != ErrorKind::kService && page.error().kind != ErrorKind::kNotFound)
    return fail(std::move(page).error());
  return bad_position(ErrorKind::kConfig,
                      "the service does not take that iterator: " + page.error().message,
                      "copy it whole, as `otsstream status describe --json` prints it");
}

// What the Checkpoint column of each shard is to hold.
Result<std::vector<std::string>> checkpoints_of(tablestore::Client& client,
                                                const std::string& stream_id,
                                                const HandPosition& position,
                                                const std::vector<std::string>& shard_ids,
                                                const std::vector<StreamShard>& listing) {
  std::vector<std::string> texts(shard_ids.size());
  switch (position.kind) {
    case HandPosition::Kind::kTrimHorizon:
      std::fill(texts.begin(), texts.end(), reader::kTrimHorizon);
      return texts;
    case HandPosition::Kind::kShardEnd:
      for (const std::string& shard : shard_ids) {
        if (has_children(listing, shard)) continue;
        return bad_position(ErrorKind::kConfig,
                            fmt::format("shard {} has no children: it may still be open, and "
                                        "what comes would never be read",
                                        shard),
                            "SHARD_END is for shards that were split or merged");
      }
      std::fill(texts.begin(), texts.end(), reader::kShardEnd);
      return texts;
    case HandPosition::Kind::kIterator:
      if (texts.size() != 1)
        return bad_position(ErrorKind::kConfig, "an iterator belongs to one shard",
                            "name the shard with --shard");
      if (position.iterator.empty())
        return bad_position(ErrorKind::kConfig, "the iterator is empty", "give its text");
      if (position.iterator == reader::kTrimHorizon || position.iterator == reader::kShardEnd)
        return bad_position(ErrorKind::kConfig, position.iterator + " is no iterator",
                            "use --trim-horizon or --shard-end");
      OTS_CHECK(try_iterator(client, position.iterator));
      texts[0] = position.iterator;
      return texts;
    case HandPosition::Kind::kTime:
      break;
  }
  std::vector<reader::PositionQuestion> questions;
  for (const std::string& shard : shard_ids) questions.push_back({shard, position.time_ms * 1000});
  OTS_TRY(texts, reader::ask_positions(client, stream_id, std::move(questions)));
  // Closed, and everything in it is older.
  for (std::string& text : texts)
    if (text.empty()) text = reader::kShardEnd;
  return texts;
}

Status check_times(const HandCheckpoint& wish, int32_t expiration_hours, int64_t now_ms,
                   std::vector<std::string>& warnings) {
  if (wish.window.end_ms > now_ms)
    return fail(
        ErrorKind::kConfig, "Status-Future",
        fmt::format("the window's end {} lies in the future", format_iso_utc(wish.window.end_ms)),
        "a checkpoint stands for a window that was exported");
  const int64_t horizon = reader::horizon_ms(now_ms, expiration_hours);
  if (wish.position.kind == HandPosition::Kind::kTime) {
    if (wish.position.time_ms > now_ms)
      return bad_position(
          ErrorKind::kConfig,
          fmt::format("the time {} lies in the future", format_iso_utc(wish.position.time_ms)),
          "choose a time up to now");
    if (wish.position.time_ms < horizon)
      return bad_position(
          ErrorKind::kDataLost,
          fmt::format("the Stream holds changes since {} only", format_iso_utc(horizon)),
          "choose a later time, or TRIM_HORIZON for the oldest change there is");
    if (wish.position.time_ms > wish.window.end_ms)
      warnings.push_back(fmt::format(
          "the position {} lies behind the window's end: what lies between is never exported",
          format_iso_utc(wish.position.time_ms)));
  }
  const auto allowed = reader::allowed_range(now_ms, expiration_hours);
  if (wish.window.end_ms < allowed.earliest_start_ms)
    warnings.push_back(
        fmt::format("a run that starts at the window's end is refused: it may begin at {} or later",
                    format_iso_utc(allowed.earliest_start_ms)));
  return {};
}

Status check_shard(const HandCheckpoint& wish, const reader::WindowRows& present,
                   const std::vector<StreamShard>& listing) {
  const bool listed = std::any_of(listing.begin(), listing.end(), [&](const StreamShard& shard) {
    return shard.shard_id == *wish.shard_id;
  });
  if (!listed)
    return fail(ErrorKind::kNotFound, "Status-Shard",
                fmt::format("the Stream lists no shard {}", *wish.shard_id),
                "`otsstream status` draws the shards");
  if (std::string missing = reader::why_not_finished(present); !missing.empty())
    return fail(ErrorKind::kConflict, "Status-Unfinished",
                fmt::format("no finished window ends at {}: {}", format_iso_utc(wish.window.end_ms),
                            missing),
                "leave out --shard: all shards of the window are set then");
  const bool known =
      std::any_of(present.checkpoints.begin(), present.checkpoints.end(),
                  [&](const CheckpointRow& row) { return row.shard_id == *wish.shard_id; });
  if (!known)
    return fail(ErrorKind::kConflict, "Status-Shard",
                fmt::format("shard {} is none of the job that ended at {}", *wish.shard_id,
                            format_iso_utc(wish.window.end_ms)),
                "the next run reads it from its beginning anyway");
  return {};
}

}  // namespace

Result<std::unique_ptr<WindowHold>> WindowHold::take(reader::StatusTable& status, WindowId window,
                                                     const Clock& clock, Random& random,
                                                     bool give_up_commit) {
  OTS_TRY(std::optional<reader::Fence> previous, status.fence(window.stream_id, window.end_ms));
  const int64_t now_ms = clock.wall_ms();
  std::optional<std::string> previous_owner;
  if (previous) {
    if (previous->state != "COMMITTED" && !holder_is_gone(*previous, now_ms))
      return fail(ErrorKind::kConflict, "Fence-Held",
                  fmt::format("a run holds the window that ends at {} ({}, {}, lease until {})",
                              format_iso_utc(window.end_ms), previous->owner, previous->state,
                              format_iso_utc(previous->expires_ms)),
                  "wait until it has ended, or stop it first");
    if (previous->state == "PREPARED" && !give_up_commit)
      return fail(ErrorKind::kConflict, "Status-Prepared",
                  fmt::format("a prepared commit waits in the window that ends at {}",
                              format_iso_utc(window.end_ms)),
                  "run its job again, which finishes it; or say --give-up-commit: then nobody "
                  "knows whether the destination has its rows");
    previous_owner = previous->owner;
  }
  reader::Fence fence;
  fence.owner = new_fence_owner(random);
  fence.state = "RUNNING";
  fence.expires_ms = now_ms + kHoldMs;
  OTS_CHECK(status.take_fence(window.stream_id, window.end_ms, fence, previous_owner));
  return std::unique_ptr<WindowHold>(
      new WindowHold(status, std::move(window), std::move(fence.owner)));
}

WindowHold::~WindowHold() {
  if (Status released = status_.release_fence(window_.stream_id, window_.end_ms, owner_); !released)
    OTS_LOG_WARN(
        "the window's fence row could not be given back and stays until its lease ends: {}",
        released.error().headline());
}

Result<size_t> WindowHold::clear() {
  using reader::times_range;
  size_t deleted = 0;
  std::vector<tablestore::PrimaryKey> first, then;
  for (std::string_view type : {reader::kJobDescriptionType, reader::kCheckpointType}) {
    OTS_TRY(auto rows, status_.read_rows(
                           times_range(window_.stream_id, type, window_.end_ms, window_.end_ms)));
    for (tablestore::Row& row : rows) {
      const auto kind = reader::read_status_key(row.primary_key).kind;
      auto& keys = kind == reader::StatusKind::kCheckpoint ? then : first;
      keys.push_back(std::move(row.primary_key));
    }
  }
  deleted = first.size() + then.size();
  OTS_CHECK(status_.delete_rows(first));
  OTS_CHECK(status_.delete_rows(then));
  return deleted;
}

Result<CheckpointChange> plan_change(tablestore::Client& client, const HandCheckpoint& wish,
                                     const reader::WindowRows& present,
                                     const std::vector<StreamShard>& listing,
                                     int32_t expiration_hours, int64_t now_ms, Random& random) {
  CheckpointChange change;
  change.window = wish.window;
  OTS_CHECK(check_times(wish, expiration_hours, now_ms, change.warnings));
  std::vector<std::string> shard_ids;
  if (wish.shard_id) {
    OTS_CHECK(check_shard(wish, present, listing));
    shard_ids.push_back(*wish.shard_id);
  } else {
    for (const StreamShard& shard : listing)
      if (std::find(shard_ids.begin(), shard_ids.end(), shard.shard_id) == shard_ids.end())
        shard_ids.push_back(shard.shard_id);
  }
  if (shard_ids.empty())
    return fail(ErrorKind::kNotFound, "Status-Shard", "the Stream lists no shards",
                "when it was enabled a moment ago, try again");
  OTS_TRY(auto texts,
          checkpoints_of(client, wish.window.stream_id, wish.position, shard_ids, listing));

  std::string version;
  if (wish.shard_id) {
    // Rows of one version, as many as the description lists: the other shards' rows stay (9.1).
    for (const CheckpointRow& row : present.checkpoints)
      if (row.shard_id == *wish.shard_id) version = row.version;
  } else {
    version = fmt::format("{}-{}", now_ms, random.uuid());  // 8.5
    change.replaces_window = true;
    int64_t start_ms = wish.window.end_ms;
    if (present.description) start_ms = std::min(start_ms, present.description->start_ms);
    change.description = reader::JobDescription{version,  wish.table,         wish.window.stream_id,
                                                start_ms, wish.window.end_ms, shard_ids};
  }
  for (size_t i = 0; i < shard_ids.size(); ++i)
    change.checkpoints.push_back({shard_ids[i], version, std::move(texts[i]), 0, 0});
  return change;
}

Status apply_change(reader::StatusTable& status, WindowHold& hold, const CheckpointChange& change) {
  if (change.replaces_window) OTS_CHECK(hold.clear());
  OTS_CHECK(
      status.put_checkpoints(change.window.stream_id, change.window.end_ms, change.checkpoints));
  if (change.description) return status.put_job_description(*change.description);
  return {};
}

}  // namespace otsstream::sync
