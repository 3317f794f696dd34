#pragma once
// Both local servers behind listeners of their own: what `otsstream local`, the demo and end-to-end
// tests start.

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "local/access_keys.h"
#include "local/control.h"
#include "local/maxcompute/server.h"
#include "local/tablestore/server.h"
#include "net/http_server.h"

namespace otsstream::local {

struct LocalCloudOptions {
  std::string host = "127.0.0.1";
  int tablestore_port = 0;  // 0: the system chooses
  int maxcompute_port = 0;
  std::vector<std::string> instances = {"local"};  // at least one; the first is the default
  std::vector<std::string> projects = {"local"};   // likewise
  AccessKeys keys;  // MaxCompute takes those good everywhere, or else the first instance's
  Duration data_lag{0};
  std::string maxcompute_directory;  // empty: in memory
  std::string tablestore_directory;  // empty: in memory
  bool tablestore_loose = false;     // the service's limits are off
  bool tablestore_sync = false;      // on disk: no answer before what it tells is on the disk
  size_t tablestore_memory_cap = 0;  // in memory: bytes per instance, rows and log; 0 = no bound
  size_t maxcompute_memory_cap = 0;  // in memory: bytes of blocks; 0 = no bound
};

class LocalCloud {
 public:
  // Listens when it returns. `clock` and `random` must outlive it.
  static Result<std::unique_ptr<LocalCloud>> start(LocalCloudOptions options, const Clock& clock,
                                                   Random& random);
  ~LocalCloud();

  std::string tablestore_endpoint() const;  // "http://127.0.0.1:8087"
  std::string maxcompute_endpoint() const;  // "http://127.0.0.1:8088/api"
  const LocalCloudOptions& options() const { return options_; }
  TablestoreServer& tablestore() { return *tablestore_; }
  MaxComputeServer& maxcompute() { return *maxcompute_; }

  // A connections file (job/connections.h) for the job texts of the examples: "otsstream" and
  // "odps_first", with the first access key of the first instance, and "odps_<project>" for further
  // projects. It holds that key.
  std::string connections_json() const;

 private:
  LocalCloud() = default;
  LocalCloudOptions options_;
  std::unique_ptr<TablestoreServer> tablestore_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<MaxComputeServer> maxcompute_;
  std::unique_ptr<HttpServer> tablestore_listener_;  // after the servers: goes first
  std::unique_ptr<HttpServer> maxcompute_listener_;
};

}  // namespace otsstream::local
