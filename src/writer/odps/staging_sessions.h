#pragma once
// The upload sessions of one attempt: one per partition that rows come for, opened when its first
// block is ready. A job with one target has one.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "maxcompute/client/upload_session.h"

namespace otsstream::writer {

// How the sessions of a job are opened.
struct SessionRecipe {
  std::shared_ptr<maxcompute::HttpCaller> caller;
  std::string tunnel_endpoint;
  maxcompute::TableSchema schema;  // as the plan saw it
  bool overwrite = false;
  bool create_partitions = false;
  std::string content_encoding;  // of the blocks; "" = raw
};

// What the partitions of an attempt share.
struct SessionsInCommon {
  const SessionRecipe recipe;
  std::atomic<bool> overwrite_refused{false};
};

// One partition of the staging. Thread-safe.
class StagedPartition : public std::enable_shared_from_this<StagedPartition> {
 public:
  using Session = std::shared_ptr<maxcompute::UploadSession>;
  using Ready = std::function<void(Result<Session>)>;
  StagedPartition(std::shared_ptr<SessionsInCommon> common, maxcompute::PartitionSpec partition)
      : common_(std::move(common)), partition_(std::move(partition)) {}

  // Opens the session at the first call. `ready` is called once: at once when the session is open,
  // else on the executor.
  void with_session(Ready ready);
  const maxcompute::PartitionSpec& partition() const { return partition_; }
  // "table person, partition pt=1"
  std::string describe() const;
  // For the fence row (staging_name.h); "" while no session is open.
  std::string name() const;

 private:
  void open(bool overwrite);
  void opened(bool overwrite, Result<Session> session);

  const std::shared_ptr<SessionsInCommon> common_;
  const maxcompute::PartitionSpec partition_;
  mutable std::mutex mutex_;  // guards what follows
  Session session_;
  bool opening_ = false;
  bool empty_first_ = false;  // the session adds: what is there must go before its commit
  std::vector<Ready> waiting_;
};

// Thread-safe.
class StagingSessions {
 public:
  // What the fence row, in which a prepared commit names every partition, is meant to carry.
  static constexpr size_t kMaxPartitions = 10'000;

  explicit StagingSessions(SessionRecipe recipe)
      : common_(new SessionsInCommon{std::move(recipe)}) {}
  // Fails with kResource "OdpsWriter-Partitions" for one partition too many.
  Result<std::shared_ptr<StagedPartition>> of(const maxcompute::PartitionSpec& partition);
  // The service does not replace the content of such a table.
  bool overwrite_refused() const { return common_->overwrite_refused.load(); }

 private:
  const std::shared_ptr<SessionsInCommon> common_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<StagedPartition>> by_spec_;
};

// What an error of an open session means for the job: kStagingGone when the session was lost, a
// word about the dropped table or partition when that is it.
Error explain_session_error(Error error, const std::string& target);

}  // namespace otsstream::writer
