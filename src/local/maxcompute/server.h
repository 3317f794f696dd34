#pragma once
// A MaxCompute project on this machine: the REST endpoint under /api and the Tunnel at the root of
// one port (maxcompute-protocol.md 8), as far as writers, readers back and `select` need it. Every
// request must be signed, V2 or V4. What it differs in from the service: docs/local-maxcompute.md.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "local/maxcompute/query.h"
#include "net/http_message.h"

namespace otsstream::local {

class BlockStore;
class Catalog;

struct MaxComputeOptions {
  std::string project;
  std::map<std::string, Secret> access_keys;  // access id -> access key
  const Clock* clock = nullptr;               // must outlive the server, as must `random`
  Random* random = nullptr;
  std::string
      public_origin;      // "http://127.0.0.1:8087"; what Tunnel routing answers, see set_origin()
  std::string directory;  // holds catalogue and blocks; empty: everything in memory
};

class MaxComputeServer {
 public:
  // Fails with kConfig "MaxCompute-Options" for a missing option, kResource or kCorrupt
  // "Local-Store" when the directory cannot be used.
  static Result<std::unique_ptr<MaxComputeServer>> create(MaxComputeOptions options);
  ~MaxComputeServer();

  // The origin that is known only once the listener has its port.
  void set_origin(std::string origin);

  // Answers one request; may be called from several threads at once. Never fails: what is wrong
  // with a request stands in its answer.
  Response handle(const Request& request);

  // One SELECT over the committed rows, without HTTP and signature (`otsstream local query`).
  Result<QueryResult> query(std::string_view sql);

 private:
  MaxComputeServer(MaxComputeOptions options, std::unique_ptr<BlockStore> blocks,
                   std::unique_ptr<Catalog> catalog);
  std::string origin() const;

  MaxComputeOptions options_;
  std::unique_ptr<BlockStore> blocks_;
  std::unique_ptr<Catalog> catalog_;
  mutable std::mutex origin_mutex_;
  std::string origin_;
};

}  // namespace otsstream::local
