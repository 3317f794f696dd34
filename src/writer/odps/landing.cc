#include "writer/odps/landing.h"

#include "base/kill_point.h"
#include "maxcompute/client/rest_client.h"
#include "maxcompute/client/tunnel_call.h"
#include "writer/odps/staging_name.h"
#include "writer/odps/staging_sessions.h"
#include "writer/odps/target_table.h"

namespace otsstream::writer {

using maxcompute::PartitionSpec;
using maxcompute::UploadSession;

namespace {

// A session that is just being committed is asked again, for about half a minute.
constexpr int kSettlePolls = 30;
constexpr Duration kSettlePause = seconds(1);

std::set<int> places_of(const StagedPart& part) {
  return std::set<int>(part.places.begin(), part.places.end());
}

}  // namespace

Result<PartitionSpec> Landing::partition_of(const StagedPart& part) const {
  if (part.target.empty()) return target_.partition;
  return PartitionSpec::parse(part.target);
}

std::string Landing::describe(const StagedPart& part) const {
  auto partition = partition_of(part);
  return maxcompute::describe_target(target_.table, partition ? *partition : PartitionSpec());
}

Result<std::unique_ptr<UploadSession>> Landing::open(const StagedPart& part) {
  OTS_TRY(StagingName name, read_staging_name(part.staging));
  OTS_TRY(PartitionSpec partition, partition_of(part));
  OTS_TRY(std::string endpoint, rest_.tunnel_endpoint());
  return UploadSession::open(caller_, endpoint, {target_.table, std::move(partition)},
                             name.session_id);
}

Status Landing::check(const std::vector<StagedPart>& parts, const maxcompute::TableSchema& schema,
                      const KeepAlive& keep_alive) {
  for (const StagedPart& part : parts) {
    if (keep_alive) OTS_CHECK(keep_alive());
    auto session = open(part);
    if (!session) return fail(explain_session_error(session.error(), describe(part)));
    OTS_CHECK(check_same_columns(schema, (*session)->schema()));
    if (Status whole = (*session)->check_open(places_of(part)); !whole)
      return fail(explain_session_error(whole.error(), describe(part)));
  }
  return {};
}

Status Landing::commit_part(const StagedPart& part) {
  OTS_TRY(StagingName name, read_staging_name(part.staging));
  OTS_TRY(std::unique_ptr<UploadSession> session, open(part));
  // Only while the session says that nothing of it has landed yet, and is whole: then the rows that
  // go are the old ones, and the new ones can follow.
  if (name.empty_first && session->status() == "normal") {
    OTS_CHECK(session->check_open(places_of(part)));
    KILL_POINT("odps.commit.before_empty");
    OTS_TRY(PartitionSpec partition, partition_of(part));
    OTS_CHECK(rest_.truncate(target_.table, partition));
    KILL_POINT("odps.commit.after_empty");
  }
  KILL_POINT("odps.commit.before_post");
  OTS_CHECK(session->commit(places_of(part)));
  KILL_POINT("odps.commit.after_post");
  return {};
}

Status Landing::commit(const std::vector<StagedPart>& parts, const KeepAlive& keep_alive) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) KILL_POINT("odps.commit.between_parts");
    if (keep_alive) OTS_CHECK(keep_alive());
    Status done = commit_part(parts[i]);
    if (done) continue;
    if (parts.size() == 1) return done;
    Error error = done.error();
    return fail(wrap_error(error, "the commit of " + describe(parts[i]) + " failed; " +
                                      std::to_string(i) + " of " + std::to_string(parts.size()) +
                                      " partitions are visible, the next run of the job goes on "
                                      "with the others"));
  }
  return {};
}

Result<Landing::PartState> Landing::state_of(const StagedPart& part) {
  // With overwrite a second run replaces what a first one may have committed; without, it could
  // double the rows.
  const PartState forgotten = target_.overwrite ? PartState::kLost : PartState::kUnknown;
  auto session = open(part);
  if (!session) {
    // A session whose table was altered can never be committed any more, and may not be asked.
    if (session.error().kind == ErrorKind::kNotFound || session.error().code == "TableModified")
      return forgotten;
    if (session.error().code == "OdpsWriter-Staging") return fail(session.error());
    return fail(wrap_error(session.error(), "cannot ask what became of the staging " +
                                                part.staging + " of " + describe(part)));
  }
  for (int polls = 0;; ++polls) {
    const std::string& status = (*session)->status();
    if (status == "closed") return PartState::kCommitted;
    if (status == "normal") return PartState::kOpen;
    if (status == "canceled") return PartState::kLost;
    if (status != "committing" && status != "closing") return forgotten;
    if (polls == kSettlePolls) {
      return fail(ErrorKind::kTimeout, "OdpsWriter-Committing",
                  "the service is still committing the upload session " + part.staging + " of " +
                      describe(part),
                  "run the job again in a few minutes");
    }
    OTS_CHECK(caller_->pause(kSettlePause));
    OTS_CHECK((*session)->reload());
  }
}

Result<Settled> Landing::settle(const std::vector<StagedPart>& parts) {
  size_t committed = 0;
  bool unknown = false;
  for (const StagedPart& part : parts) {
    OTS_TRY(PartState state, state_of(part));
    if (state == PartState::kCommitted) ++committed;
    if (state == PartState::kUnknown) unknown = true;
  }
  if (committed == parts.size()) return Settled::kCommitted;
  if (unknown) return Settled::kUnknown;
  return committed == 0 || target_.overwrite ? Settled::kNotCommitted : Settled::kPartly;
}

}  // namespace otsstream::writer
