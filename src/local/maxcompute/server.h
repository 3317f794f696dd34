#pragma once
// MaxCompute projects on this machine: the REST endpoint under /api and the Tunnel at the root of
// one port (maxcompute-protocol.md 8), as far as writers, readers back and `select` need it. Every
// request must be signed, V2 or V4. What it differs in from the service: docs/local-maxcompute.md.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file_lock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/query.h"
#include "net/http_message.h"

namespace otsstream::local {

class FaultRules;

struct MaxComputeOptions {
  std::vector<std::string> projects;          // at least one; the first is the default
  std::map<std::string, Secret> access_keys;  // access id -> access key
  std::map<std::string, Secret> sts_tokens;   // of the ids that must send one
  const Clock* clock = nullptr;               // must outlive the server, as must `random`
  Random* random = nullptr;
  std::string
      public_origin;      // "http://127.0.0.1:8087"; what Tunnel routing answers, see set_origin()
  std::string directory;  // holds catalogue and blocks; empty: everything in memory
  size_t memory_cap_bytes = 0;   // of blocks without a directory; 0 = no bound
  FaultRules* faults = nullptr;  // asked for every well signed request; must outlive the server
};

class MaxComputeServer {
 public:
  // Fails with kConfig "MaxCompute-Options" for a missing option, kResource or kCorrupt
  // "Local-Store" when the directory cannot be used, kConflict "Store-InUse" when another server
  // uses it.
  static Result<std::unique_ptr<MaxComputeServer>> create(MaxComputeOptions options);
  ~MaxComputeServer();

  // The origin that is known only once the listener has its port.
  void set_origin(std::string origin);

  // Answers one request; may be called from several threads at once. Never fails: what is wrong
  // with a request stands in its answer.
  Response handle(const Request& request);

  // One SELECT over the committed rows of the first project, without HTTP and signature (`otsstream
  // local query`).
  Result<QueryResult> query(std::string_view sql);

 private:
  MaxComputeServer(MaxComputeOptions options, std::unique_ptr<BlockStore> blocks,
                   Catalogs catalogs);
  Backend backend_of(const std::vector<std::string>& path) const;
  // LIFECYCLE, looked after once a minute and only while somebody asks.
  void drop_outlived(const Backend& backend);
  std::string origin() const;

  MaxComputeOptions options_;
  std::optional<FileLock> lock_;  // of the directory
  std::unique_ptr<BlockStore> blocks_;
  Catalogs catalogs_;
  std::atomic<int64_t> outlived_checked_ = 0;
  mutable std::mutex origin_mutex_;
  std::string origin_;
};

}  // namespace otsstream::local
