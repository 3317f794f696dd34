#include "sync/commit.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/kill_point.h"
#include "base/log.h"

namespace otsstream::sync {

namespace {

// Shard-time rows are hints; more than so many of one run would only fill the fence row. The newest
// are kept.
constexpr size_t kMaxShardTimes = 4096;

constexpr const char* kFormat = "otsstream-commit/2";
// One part, whose staging and places stood in the record itself.
constexpr const char* kFirstFormat = "otsstream-commit/1";

// "odps:S1", "odps:S1 (pt=1) and 4 more"
std::string name_of(const std::vector<writer::StagedPart>& parts) {
  if (parts.empty()) return "nothing";
  std::string name = parts.front().staging;
  if (!parts.front().target.empty()) name += " (" + parts.front().target + ")";
  if (parts.size() > 1) name += " and " + std::to_string(parts.size() - 1) + " more";
  return name;
}

Error manifest_error(const std::string& what) {
  return make_error(ErrorKind::kInternal, "Sync-Manifest",
                    "the units' manifests do not fit the plan: " + what,
                    "run the job again; nothing was committed");
}

// Writes everything that follows the destination's commit. Every write replaces, so doing it twice
// is harmless.
Status publish(reader::StatusTable& status, const CommitRecord& record) {
  const reader::JobDescription& job = record.description;
  // A row of a shard that this run does not list would make the next run's check fail (9.1): it
  // goes first.
  std::set<std::string> listed(job.shard_ids.begin(), job.shard_ids.end());
  OTS_TRY(std::vector<reader::CheckpointRow> present,
          status.checkpoints(job.stream_id, job.end_ms));
  const bool foreign =
      std::any_of(present.begin(), present.end(),
                  [&](const reader::CheckpointRow& row) { return !listed.contains(row.shard_id); });
  if (foreign) OTS_CHECK(status.clear(job.stream_id, job.end_ms));
  OTS_CHECK(status.put_checkpoints(job.stream_id, job.end_ms, record.checkpoints));
  OTS_CHECK(status.put_shard_times(job.stream_id, record.shard_times));
  KILL_POINT("sync.commit.after_checkpoints");
  OTS_CHECK(status.put_job_description(job));
  KILL_POINT("sync.commit.after_description");
  return {};
}

// An owner text is "host/pid/start/attempt/revision"; each write raises the revision.
std::string next_owner(const std::string& owner) {
  const size_t slash = owner.rfind('/');
  int revision = 0;
  const char* begin = owner.data() + slash + 1;
  std::from_chars(begin, owner.data() + owner.size(), revision);
  return owner.substr(0, slash + 1) + std::to_string(revision + 1);
}

// Prolongs the lease of `held`, which must outlive what is returned.
writer::KeepAlive keeper(reader::StatusTable& status, const CommitRecord& record,
                         reader::Fence& held, const Clock& clock) {
  return [&]() -> Status {
    const int64_t now_ms = clock.wall_ms();
    if (held.expires_ms - now_ms > kCommitLeaseMs * 2 / 3) return {};
    reader::Fence longer = held;
    longer.expires_ms = now_ms + kCommitLeaseMs;
    return write_fence(status, record.description, held, std::move(longer));
  };
}

// The destination will never take the commit: what it was prepared for is gone or was altered. A
// disturbed service, lost rights and a lost fence say nothing of that kind.
bool is_refused_for_good(const Error& error) {
  if (error.retry != RetryClass::kNever || error.code.starts_with("Fence-")) return false;
  return error.code == writer::kStagingGone || error.kind == ErrorKind::kNotFound ||
         error.kind == ErrorKind::kConflict || error.kind == ErrorKind::kConfig ||
         error.kind == ErrorKind::kService || error.kind == ErrorKind::kCorrupt;
}

// Everything behind the destination's commit.
Status finish(reader::StatusTable& status, writer::Writer& writer, reader::Fence held,
              const CommitRecord& record, const Clock& clock) {
  OTS_CHECK(publish(status, record));
  if (Status after = writer.after_commit(keeper(status, record, held, clock)); !after) {
    // Nobody is at work any more: whoever repairs the job need not wait for our lease.
    reader::Fence free = held;
    free.expires_ms = clock.wall_ms();
    if (Status freed = write_fence(status, record.description, held, std::move(free)); !freed)
      OTS_LOG_WARN("the window's fence row stays until its lease ends: {}",
                   freed.error().headline());
    return after;
  }
  reader::Fence committed = held;
  committed.state = "COMMITTED";
  committed.manifest.clear();
  OTS_CHECK(write_fence(status, record.description, held, std::move(committed)));
  KILL_POINT("sync.commit.after_committed");
  return {};
}

void write_checkpoint(JsonOut& out, const reader::CheckpointRow& row) {
  out.begin_object();
  out.member("shard", row.shard_id);
  out.member("checkpoint", row.checkpoint);
  out.member("skipCount", row.skip_count);
  out.member("sendRecordCount", row.send_record_count);
  out.end_object();
}

Result<std::string> text_of(const JsonNode& object, std::string_view name) {
  OTS_TRY(const JsonNode* node, object.require(name));
  return node->as_string();
}

Result<int64_t> number_of(const JsonNode& object, std::string_view name) {
  OTS_TRY(const JsonNode* node, object.require(name));
  return node->as_int64();
}

}  // namespace

std::vector<std::string> targets_of(const std::vector<writer::StagedPart>& parts) {
  std::vector<std::string> targets;
  for (const writer::StagedPart& part : parts)
    if (!part.target.empty()) targets.push_back(part.target);
  return targets;
}

std::string to_json(const CommitRecord& record) {
  JsonOut out;
  out.begin_object();
  out.member("format", kFormat);
  out.key("destination").value(record.destination);
  write_parts(out, record.parts);
  const reader::JobDescription& job = record.description;
  out.member("version", job.version);
  out.member("table", job.table);
  out.member("streamId", job.stream_id);
  out.member("start", job.start_ms);
  out.member("end", job.end_ms);
  out.key("checkpoints").begin_array();
  for (const reader::CheckpointRow& row : record.checkpoints) write_checkpoint(out, row);
  out.end_array();
  out.key("shardTimes").begin_array();
  for (const reader::StatusTable::ShardTime& hint : record.shard_times) {
    out.begin_object();
    out.member("shard", hint.shard_id)
        .member("time", hint.time_ms)
        .member("iterator", hint.iterator);
    out.end_object();
  }
  out.end_array();
  out.member("records", record.records);
  out.member("rows", record.rows);
  out.member("dirty", record.dirty);
  out.end_object();
  return std::move(out).take();
}

Result<CommitRecord> read_commit_record(std::string_view json) {
  OTS_TRY(std::shared_ptr<JsonDocument> document,
          parse_json(std::string(json), "commit record", JsonOptions{.strict = true}));
  const JsonNode& root = document->root();
  OTS_TRY(std::string format, text_of(root, "format"));
  const bool first_format = format == kFirstFormat;
  if (!first_format && format != kFormat) {
    return fail(ErrorKind::kUnsupported, "Sync-CommitFormat",
                "the prepared commit has the unknown format " + format,
                "finish it with the program version that prepared it");
  }
  CommitRecord record;
  OTS_TRY(record.destination, text_of(root, "destination"));
  if (first_format) {
    writer::StagedPart part;
    OTS_TRY(part.staging, text_of(root, "staging"));
    OTS_TRY(const JsonNode* places, root.require("places"));
    for (const JsonNode* item : places->items()) {
      OTS_TRY(int64_t place, item->as_int64());
      part.places.push_back(static_cast<int>(place));
    }
    record.parts.push_back(std::move(part));
  } else {
    OTS_TRY(const JsonNode* parts, root.require("parts"));
    OTS_TRY(record.parts, read_parts(*parts));
  }
  reader::JobDescription& job = record.description;
  OTS_TRY(job.version, text_of(root, "version"));
  OTS_TRY(job.table, text_of(root, "table"));
  OTS_TRY(job.stream_id, text_of(root, "streamId"));
  OTS_TRY(job.start_ms, number_of(root, "start"));
  OTS_TRY(job.end_ms, number_of(root, "end"));
  OTS_TRY(const JsonNode* checkpoints, root.require("checkpoints"));
  for (const JsonNode* item : checkpoints->items()) {
    reader::CheckpointRow row;
    row.version = job.version;
    OTS_TRY(row.shard_id, text_of(*item, "shard"));
    OTS_TRY(row.checkpoint, text_of(*item, "checkpoint"));
    OTS_TRY(row.skip_count, number_of(*item, "skipCount"));
    OTS_TRY(row.send_record_count, number_of(*item, "sendRecordCount"));
    job.shard_ids.push_back(row.shard_id);
    record.checkpoints.push_back(std::move(row));
  }
  OTS_TRY(const JsonNode* shard_times, root.require("shardTimes"));
  for (const JsonNode* item : shard_times->items()) {
    reader::StatusTable::ShardTime hint;
    OTS_TRY(hint.shard_id, text_of(*item, "shard"));
    OTS_TRY(hint.time_ms, number_of(*item, "time"));
    OTS_TRY(hint.iterator, text_of(*item, "iterator"));
    record.shard_times.push_back(std::move(hint));
  }
  OTS_TRY(record.records, number_of(root, "records"));
  OTS_TRY(record.rows, number_of(root, "rows"));
  OTS_TRY(record.dirty, number_of(root, "dirty"));
  return record;
}

Result<CommitRecord> make_commit_record(const Plan& plan, const std::vector<Manifest>& manifests,
                                        std::vector<writer::StagedPart> parts,
                                        std::string version) {
  if (manifests.size() != plan.units.size())
    return fail(manifest_error(std::to_string(manifests.size()) + " of " +
                               std::to_string(plan.units.size()) + " units"));

  CommitRecord record;
  record.parts = std::move(parts);
  record.destination = plan.destination_json;
  std::map<std::string, const reader::ShardResult*> results;
  for (size_t i = 0; i < manifests.size(); ++i) {
    const Unit& unit = plan.units[i];
    const Manifest& manifest = manifests[i];
    if (manifest.unit != unit.number || manifest.shards.size() != unit.shards.size())
      return fail(manifest_error("unit " + std::to_string(unit.number)));
    for (size_t k = 0; k < unit.shards.size(); ++k) {
      if (manifest.shards[k].shard_id != unit.shards[k].shard.shard_id)
        return fail(manifest_error("shard " + unit.shards[k].shard.shard_id));
      results[manifest.shards[k].shard_id] = &manifest.shards[k];
      record.records += manifest.shards[k].records;
      record.rows += manifest.shards[k].rows;
      for (const auto& hint : manifest.shards[k].time_checkpoints)
        record.shard_times.push_back({manifest.shards[k].shard_id, hint.time_ms, hint.iterator});
    }
    for (const writer::StagedPart& part : manifest.channel.parts) {
      for (int place : part.places) {
        if (unit.places > 0 &&
            (place < unit.first_place || place >= unit.first_place + unit.places))
          return fail(manifest_error("unit " + std::to_string(unit.number) +
                                     " used the foreign block " + std::to_string(place)));
      }
    }
    record.dirty += manifest.channel.dirty;
  }
  if (record.shard_times.size() > kMaxShardTimes) {
    std::stable_sort(record.shard_times.begin(), record.shard_times.end(),
                     [](const auto& a, const auto& b) { return a.time_ms > b.time_ms; });
    record.shard_times.resize(kMaxShardTimes);
  }

  const reader::Settings& settings = plan.read.settings;
  reader::JobDescription& job = record.description;
  job = {version,
         settings.data_table,
         plan.read.stream_id,
         settings.window.start_ms,
         settings.window.end_ms,
         {}};
  for (const reader::ShardPlan& shard : plan.read.shards) {
    reader::CheckpointRow row{shard.shard.shard_id, version, "", 0, 0};
    switch (shard.action) {
      case reader::ShardAction::kSkip:
        row.checkpoint = reader::kTrimHorizon;
        break;
      case reader::ShardAction::kClosed:
        row.checkpoint = reader::kShardEnd;
        break;
      case reader::ShardAction::kRead: {
        const auto found = results.find(shard.shard.shard_id);
        if (found == results.end())
          return fail(manifest_error("no result of shard " + shard.shard.shard_id));
        row.checkpoint = found->second->checkpoint;
        row.send_record_count = found->second->records;
        if (row.checkpoint.empty())
          return fail(
              manifest_error("shard " + shard.shard.shard_id + " ended without a position"));
        break;
      }
    }
    job.shard_ids.push_back(row.shard_id);
    record.checkpoints.push_back(std::move(row));
  }

  // The plan asked the service where each parent ends, the transfer saw it. A child that was read
  // needs parents read to their ends; a child that was skipped needs one that did not end.
  std::map<std::string, const reader::CheckpointRow*> rows;
  for (const reader::CheckpointRow& row : record.checkpoints) rows[row.shard_id] = &row;
  for (const reader::ShardPlan& shard : plan.read.shards) {
    const std::string& id = shard.shard.shard_id;
    int ended = 0;
    std::string not_ended;
    for (const std::string& parent : {shard.shard.parent_id, shard.shard.parent_sibling_id}) {
      const auto found = parent.empty() ? rows.end() : rows.find(parent);
      if (found == rows.end()) continue;
      if (found->second->checkpoint == reader::kShardEnd) {
        ++ended;
      } else {
        not_ended = parent;
      }
    }
    if (shard.action == reader::ShardAction::kRead && !not_ended.empty()) {
      return fail(manifest_error("shard " + id + " was read, but its parent " + not_ended +
                                 " did not end in the window"));
    }
    if (shard.action == reader::ShardAction::kSkip && ended > 0 && not_ended.empty()) {
      return fail(
          manifest_error("shard " + id + " was skipped, but its parents ended within the window"));
    }
  }
  return record;
}

Status check_same_job(const CommitRecord& record, const Plan& plan) {
  const reader::JobDescription& job = record.description;
  const reader::Settings& settings = plan.read.settings;
  const bool same = job.table == settings.data_table && job.start_ms == settings.window.start_ms &&
                    job.end_ms == settings.window.end_ms &&
                    record.destination == plan.destination_json;
  if (same) return {};
  return fail(
      ErrorKind::kConflict, "Sync-OtherCommit",
      "an earlier run with the same window end died while it committed table " + job.table +
          ", window " + reader::to_string({job.start_ms, job.end_ms}, settings.zone) + ", to " +
          record.destination + "; this job goes to " + plan.destination_json,
      "run that job again with its own times and business date: it only finishes the commit. "
      "Then run this one");
}

Status write_fence(reader::StatusTable& status, const reader::JobDescription& job,
                   reader::Fence& held, reader::Fence next) {
  next.owner = next_owner(held.owner);
  OTS_CHECK(status.update_fence(job.stream_id, job.end_ms, next, held.owner));
  held = std::move(next);
  return {};
}

Status commit_attempt(reader::StatusTable& status, writer::Writer& writer,
                      reader::StatusTable::Fence fence, const CommitRecord& record,
                      const Clock& clock) {
  KILL_POINT("sync.commit.before_prepared");
  reader::Fence prepared = fence;
  prepared.state = "PREPARED";
  prepared.manifest = to_json(record);
  OTS_CHECK(write_fence(status, record.description, fence, std::move(prepared)));
  KILL_POINT("sync.commit.after_prepared");
  OTS_CHECK(writer.commit(record.parts, keeper(status, record, fence, clock)));
  KILL_POINT("sync.commit.after_destination");
  return finish(status, writer, std::move(fence), record, clock);
}

Result<bool> resume_commit(reader::StatusTable& status, writer::Writer& writer,
                           reader::StatusTable::Fence& fence, const CommitRecord& record,
                           const Clock& clock) {
  const auto unsettled = [](writer::Settled settled) {
    return settled == writer::Settled::kNotCommitted || settled == writer::Settled::kPartly;
  };
  OTS_TRY(writer::Settled settled, writer.settle(record.parts));
  if (unsettled(settled)) {
    Status committed = writer.commit(record.parts, keeper(status, record, fence, clock));
    if (committed) {
      settled = writer::Settled::kCommitted;
    } else {
      OTS_LOG_WARN("the prepared commit of an earlier run could not be finished: {}",
                   committed.error().headline());
      // While the service may still take it (or took it, and nobody heard), the record stays.
      if (!is_refused_for_good(committed.error())) return fail(std::move(committed).error());
      OTS_TRY(settled, writer.settle(record.parts));
      if (settled == writer::Settled::kNotCommitted) return false;
    }
  }
  if (settled == writer::Settled::kPartly) {
    return fail(ErrorKind::kConflict, "Sync-HalfCommitted",
                "an earlier run committed some partitions of " + writer.describe() +
                    " and ended; the others cannot be committed any more",
                "the log names the reason; take the rows of this window out of the destination's "
                "partitions, delete the fence row of the window in the status table and run again");
  }
  if (settled == writer::Settled::kUnknown) {
    return fail(ErrorKind::kConflict, "Sync-UnknownOutcome",
                "an earlier run prepared its commit to " + writer.describe() +
                    " and ended; the destination no longer knows the outcome of " +
                    name_of(record.parts),
                "look whether the window's rows are in the destination; then delete the fence row "
                "of the window in the status table and run again");
  }
  KILL_POINT("sync.commit.after_destination");
  OTS_CHECK(finish(status, writer, fence, record, clock));
  return true;
}

}  // namespace otsstream::sync
