#pragma once
// One Tunnel upload session (maxcompute-protocol.md 3.2): nothing is visible until commit, and with
// overwrite the old content stays until then.

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "maxcompute/client/rest_client.h"

namespace otsstream::maxcompute {

class UploadSession {
 public:
  struct Target {
    std::string table;
    PartitionSpec partition;  // empty for a plain table
    bool overwrite = false;
    bool create_partition = false;   // a missing partition is made with the session
    std::string content_encoding{};  // of the blocks that are put: "" = raw (3.3)
  };
  static Result<std::unique_ptr<UploadSession>> create(std::shared_ptr<HttpCaller> caller,
                                                       std::string tunnel_endpoint, Target target);
  // The same without waiting; `done` once, on the executor.
  static void create_async(std::shared_ptr<HttpCaller> caller, std::string tunnel_endpoint,
                           Target target,
                           std::function<void(Result<std::shared_ptr<UploadSession>>)> done);
  // A session that an earlier process created: asks the service for its state.
  static Result<std::unique_ptr<UploadSession>> open(std::shared_ptr<HttpCaller> caller,
                                                     std::string tunnel_endpoint, Target target,
                                                     std::string session_id);

  const std::string& id() const { return info_.id; }
  const TableSchema& schema() const { return info_.schema; }
  int64_t max_field_size() const { return info_.max_field_size; }

  // Sends a complete record stream, in the target's content encoding already, as block `block_id`
  // (0 … 19999); sending the same id again replaces it. Retries send the same bytes. Several
  // threads may put at the same time, but not during open, reload or commit, which wait
  // (coordinator thread only).
  void put_block(int block_id, SharedBuffer stream, std::function<void(Status)> done);
  // The service's state word ("normal", "closed", …) and block list, asked afresh.
  Status reload();
  const std::string& status() const { return info_.status; }
  const std::vector<int>& blocks() const { return info_.blocks; }
  // By the last answer: takes blocks and has exactly the expected ones. Fails with
  // "MaxCompute-SessionState", "MaxCompute-MissingBlocks" or "MaxCompute-ForeignBlocks".
  Status check_open(const std::set<int>& expected) const;
  // Compares the service's blocks with `expected`, then commits; an answer that was lost is settled
  // by asking the session: "closed" = it is done.
  Status commit(const std::set<int>& expected);

 private:
  UploadSession(std::shared_ptr<HttpCaller> caller, std::string tunnel_endpoint, Target target);
  HttpCaller::Call create_call() const;
  HttpCaller::Call session_call(std::string method, std::string query) const;
  std::string subject() const;
  // Takes over an answer's state.
  Status accept(const Response& answer);
  Status check_blocks(const std::set<int>& expected) const;
  std::shared_ptr<HttpCaller> caller_;
  std::string tunnel_endpoint_;
  Target target_;
  UploadSessionInfo info_;
};

}  // namespace otsstream::maxcompute
