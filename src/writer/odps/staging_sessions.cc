#include "writer/odps/staging_sessions.h"

#include <utility>

#include "base/kill_point.h"
#include "base/log.h"
#include "maxcompute/client/service_error.h"
#include "maxcompute/client/tunnel_call.h"
#include "writer/odps/staging_name.h"
#include "writer/odps/target_table.h"
#include "writer/writer.h"

namespace otsstream::writer {

using maxcompute::UploadSession;

Result<std::shared_ptr<StagedPartition>> StagingSessions::of(
    const maxcompute::PartitionSpec& partition) {
  std::lock_guard lock(mutex_);
  const auto known = by_spec_.find(partition.unquoted());
  if (known != by_spec_.end()) return known->second;
  if (by_spec_.size() >= kMaxPartitions) {
    return fail(ErrorKind::kResource, "OdpsWriter-Partitions",
                "the rows go to more than " + std::to_string(kMaxPartitions) + " partitions of " +
                    common_->recipe.schema.table,
                "partition by a column with fewer values, or choose a shorter time window");
  }
  auto staged = std::make_shared<StagedPartition>(common_, partition);
  by_spec_.emplace(partition.unquoted(), staged);
  return staged;
}

void StagedPartition::with_session(Ready ready) {
  Session session;
  {
    std::lock_guard lock(mutex_);
    if (!session_) {
      waiting_.push_back(std::move(ready));
      if (std::exchange(opening_, true)) return;
    }
    session = session_;
  }
  if (session) return ready(std::move(session));
  open(common_->recipe.overwrite && !common_->overwrite_refused.load());
}

void StagedPartition::open(bool overwrite) {
  const SessionRecipe& recipe = common_->recipe;
  UploadSession::create_async(recipe.caller, recipe.tunnel_endpoint,
                              {recipe.schema.table, partition_, overwrite, recipe.create_partitions,
                               recipe.content_encoding},
                              [self = shared_from_this(), overwrite](Result<Session> session) {
                                self->opened(overwrite, std::move(session));
                              });
}

void StagedPartition::opened(bool overwrite, Result<Session> session) {
  const SessionRecipe& recipe = common_->recipe;
  if (!session && overwrite && maxcompute::is_overwrite_refused(session.error())) {
    if (!common_->overwrite_refused.exchange(true)) OTS_LOG_WARN("{}", session.error().headline());
    return open(false);
  }
  if (session) {
    KILL_POINT("odps.session.after_create");
    if (Status same = check_same_columns(recipe.schema, (*session)->schema()); !same)
      session = fail(same.error());
  }
  // What was never open cannot have been lost.
  if (!session && !maxcompute::is_session_gone(session.error()))
    session = fail(explain_session_error(session.error(), describe()));
  std::vector<Ready> waiting;
  {
    std::lock_guard lock(mutex_);
    opening_ = false;
    waiting.swap(waiting_);
    if (session) {
      session_ = *session;
      empty_first_ = recipe.overwrite && !overwrite;
    }
  }
  for (const Ready& ready : waiting) ready(session);
}

std::string StagedPartition::describe() const {
  return maxcompute::describe_target(common_->recipe.schema.table, partition_);
}

std::string StagedPartition::name() const {
  std::lock_guard lock(mutex_);
  return session_ ? to_string(StagingName{session_->id(), empty_first_}) : std::string();
}

Error explain_session_error(Error error, const std::string& target) {
  if (error.code == "MaxCompute-SessionState" || maxcompute::is_session_gone(error)) {
    const std::string why = error.message;
    Error gone =
        wrap_error(std::move(error), "the upload session of " + target +
                                         " was lost, nothing of it had become visible: " + why);
    gone.code = kStagingGone;
    gone.remedy = "sessions live for 24 hours; run the job again, with a shorter window if need be";
    return gone;
  }
  if (error.kind == ErrorKind::kNotFound) {
    Error dropped = wrap_error(std::move(error), target +
                                                     " is not there any more: it was dropped "
                                                     "while the job ran; nothing was landed");
    dropped.remedy = "create it again, then run the job again";
    return dropped;
  }
  return error;
}

}  // namespace otsstream::writer
