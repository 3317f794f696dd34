#include "sync/attempt.h"

#include "base/kill_point.h"
#include "base/log.h"
#include "base/process.h"

namespace otsstream::sync {

namespace {

using Fence = reader::StatusTable::Fence;

// How long a run that stopped without a word keeps its window, when nobody can see that it is gone.
// Prolonged by keep_alive().
constexpr int64_t kLeaseMs = 60'000;

Error fence_held(const Plan& plan, const Fence& fence, int64_t now_ms) {
  const int64_t seconds_left = (fence.expires_ms - now_ms + 999) / 1000;
  return make_error(ErrorKind::kConflict, "Fence-Held",
                    "another run holds this window of table " + plan.read.settings.data_table +
                        " in status table " + plan.status_table + " (holder " + fence.owner +
                        ", state " + fence.state + ")",
                    "wait for it; when it is dead, its hold ends in " +
                        std::to_string(seconds_left) +
                        " s. Two jobs that export one table side by side need two status tables");
}

}  // namespace

std::string new_fence_owner(Random& random) {
  return process_identity() + "/" + random.uuid() + "/1";
}

// An owner text begins with process_identity(); behind it stand the attempt's id and the revision.
bool holder_is_gone(const Fence& fence, int64_t now_ms) {
  if (fence.expires_ms <= now_ms) return true;
  return process_is_gone(fence.owner);
}

Attempt::Attempt(const Plan& plan, reader::StatusTable& status, writer::Writer& writer,
                 const Clock& clock)
    : plan_(plan), status_(status), writer_(writer), clock_(clock) {}

Result<std::unique_ptr<Attempt>> Attempt::begin(const Plan& plan, reader::StatusTable& status,
                                                writer::Writer& writer, const Clock& clock,
                                                Random& random) {
  const std::string& stream_id = plan.read.stream_id;
  const int64_t end_ms = plan.read.settings.window.end_ms;

  KILL_POINT("sync.begin.before_fence");
  OTS_CHECK(status.ensure());
  OTS_TRY(std::optional<Fence> previous, status.fence(stream_id, end_ms));
  const int64_t now_ms = clock.wall_ms();
  std::optional<std::string> previous_owner;
  if (previous) {
    if (previous->state != "COMMITTED" && !holder_is_gone(*previous, now_ms))
      return fail(fence_held(plan, *previous, now_ms));
    previous_owner = previous->owner;
  }

  std::unique_ptr<Attempt> attempt(new Attempt(plan, status, writer, clock));
  attempt->version_ = std::to_string(now_ms) + "-" + random.uuid();
  attempt->fence_.owner = new_fence_owner(random);
  attempt->fence_.state = "RUNNING";
  attempt->fence_.expires_ms = now_ms + kLeaseMs;

  if (previous && previous->state == "PREPARED") {
    OTS_TRY(CommitRecord record, read_commit_record(previous->manifest));
    OTS_CHECK(check_same_job(record, plan));
    // Ours from here on, but still PREPARED: should we die too, the next run finds the same record.
    Fence taken = *previous;
    taken.owner = attempt->fence_.owner;
    taken.expires_ms = now_ms + kCommitLeaseMs;
    OTS_CHECK(status.take_fence(stream_id, end_ms, taken, previous_owner));
    OTS_LOG_INFO("an earlier run had prepared the commit of this window; finishing it");
    OTS_TRY(bool finished, resume_commit(status, writer, taken, record, clock));
    if (finished) {
      attempt->version_ = record.description.version;
      attempt->resumed_ = std::move(record);
      return attempt;
    }
    if (plan.read.blocked) {
      // The prepared commit can never be finished, and the window cannot be read again either.
      OTS_CHECK(status.release_fence(stream_id, end_ms, taken.owner));
      return fail(*plan.read.blocked);
    }
    previous_owner = taken.owner;
    attempt->fence_.owner = new_fence_owner(random);
    attempt->fence_.expires_ms = clock.wall_ms() + kLeaseMs;
  }

  if (plan.read.blocked) return fail(*plan.read.blocked);
  OTS_CHECK(status.take_fence(stream_id, end_ms, attempt->fence_, previous_owner));
  attempt->holds_fence_ = true;
  KILL_POINT("sync.begin.after_fence");
  OTS_TRY(attempt->guard_, reader::EndTimeGuard::begin(status, stream_id, end_ms));
  reader::Fence with_staging = attempt->fence_;
  OTS_TRY(with_staging.staging, writer.begin());
  attempt->staging_open_ = true;
  OTS_CHECK(attempt->write_fence(std::move(with_staging)));
  KILL_POINT("sync.begin.after_staging");
  return attempt;
}

Attempt::~Attempt() { abort(); }

Status Attempt::keep_alive() {
  const int64_t now_ms = clock_.wall_ms();
  if (fence_.expires_ms - now_ms > kLeaseMs * 2 / 3) return {};
  OTS_CHECK(guard_->check_description());
  Fence longer = fence_;
  longer.expires_ms = now_ms + kLeaseMs;
  return write_fence(std::move(longer));
}

Status Attempt::write_fence(Fence next) {
  const reader::Settings& settings = plan_.read.settings;
  return sync::write_fence(status_,
                           {version_,
                            settings.data_table,
                            plan_.read.stream_id,
                            settings.window.start_ms,
                            settings.window.end_ms,
                            {}},
                           fence_, std::move(next));
}

Status Attempt::commit(const std::vector<Manifest>& manifests) {
  std::vector<const writer::ChannelResult*> results;
  for (const Manifest& manifest : manifests) results.push_back(&manifest.channel);
  OTS_TRY(std::vector<writer::StagedPart> parts,
          writer_.prepare(results, [this] { return keep_alive(); }));
  KILL_POINT("sync.commit.after_prepare");
  landed_ = targets_of(parts);
  OTS_TRY(CommitRecord record, make_commit_record(plan_, manifests, std::move(parts), version_));
  OTS_CHECK(guard_->check());
  fence_.expires_ms = clock_.wall_ms() + kCommitLeaseMs;
  // From the first write on, the outcome belongs to the fence row: aborting here could take back
  // what is already decided.
  holds_fence_ = false;
  staging_open_ = false;
  return commit_attempt(status_, writer_, fence_, record, clock_);
}

void Attempt::abort() {
  if (staging_open_) writer_.abort();
  staging_open_ = false;
  if (!holds_fence_) return;
  holds_fence_ = false;
  if (Status released = status_.release_fence(plan_.read.stream_id,
                                              plan_.read.settings.window.end_ms, fence_.owner);
      !released)
    OTS_LOG_WARN(
        "the window's fence row could not be given back and stays until its lease ends: {}",
        released.error().headline());
}

}  // namespace otsstream::sync
