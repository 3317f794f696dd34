#pragma once
// The local Tablestore: answers the service's HTTP operations (tablestore-protocol.md) from tables
// in memory or on disk. No socket here: handle() is given to an HttpServer or a LoopTransport. One
// request's way: server.cc checks method, headers, date, MD5 and signature -> handlers/*.cc decode
// and encode the operation -> table_store applies it -> server.cc compresses and signs the answer
// -> a fault rule, if there is one, spoils it.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "local/data_clock.h"
#include "local/fault_rules.h"
#include "local/stream_switches.h"
#include "local/tablestore/store_directory.h"
#include "local/tablestore/table_store.h"
#include "net/http_server.h"

namespace otsstream::local {

struct TablestoreAccessKey {
  Secret secret;
  Secret sts_token;  // not empty: requests with this key must carry exactly this token
};

struct TablestoreServerOptions {
  // instance name -> access key id -> key
  std::map<std::string, std::map<std::string, TablestoreAccessKey>> instances;
  Duration data_lag{0};                   // initial lag of the data clock
  Duration date_skew = seconds(15 * 60);  // 1.3
  // The service's limits are off (limit_rules.h); the server's own guards, such as the next, stay.
  bool loose = false;
  size_t max_body_bytes = 64u << 20;  // of a body, also inflated: 413 OTSRequestBodyTooLarge
  int seek_token_steps =
      0;  // so many GetShardIterator answers with a token before a seek by timestamp is done
  std::string directory;           // keeps the tables on disk (store_directory.h); "" = in memory
  bool sync = false;               // on disk: every answer waits until what it tells is on the disk
  size_t memory_cap_bytes = 0;     // in memory: of each instance, rows and log; 0 = no bound
  int describe_stream_page = 100;  // shards per DescribeStream page when the request names no limit
};

struct Answer;

// Of one operation since the start, or since reset_counters().
struct OperationCounters {
  uint64_t requests = 0;
  uint64_t errors = 0;
  uint64_t faults = 0;     // struck by a fault rule
  uint64_t bytes_in = 0;   // request bodies
  uint64_t bytes_out = 0;  // answer bodies
};

class TablestoreServer {
 public:
  // `clock` (wall time: authentication, and the data clock's base) and `random` (ids) must outlive
  // the server.
  // Fails when the directory cannot be used: "Store-Foreign", "Store-Version", "Store-InUse",
  // "Store-Damaged", "Store-Io", "Store-InstanceName".
  static Result<std::unique_ptr<TablestoreServer>> open(TablestoreServerOptions options,
                                                        const Clock& clock, Random& random);
  // In memory, which cannot fail: `directory` is left out.
  static std::unique_ptr<TablestoreServer> create(TablestoreServerOptions options,
                                                  const Clock& clock, Random& random);
  ~TablestoreServer();

  // Thread-safe; never fails: whatever the bytes, there is an answer in the service's format.
  Response handle(const Request& request);
  Handler handler() {
    return [this](const Request& request) { return handle(request); };
  }

  DataClock& data_clock() { return data_clock_; }
  FaultRules& faults() { return faults_; }
  StreamSwitches& streams() { return streams_; }
  const TablestoreServerOptions& options() const { return options_; }
  std::vector<std::string> instance_names() const;
  TableStore* find_instance(std::string_view name);  // nullptr: no such instance
  std::map<std::string, OperationCounters> counters()
      const;  // by operation; unknown operations count as "?"
  void reset_counters();

 private:
  struct Signer;
  TablestoreServer(TablestoreServerOptions options, const Clock& clock, Random& random);
  // OTSRequestBodyTooLarge by the service's limit, or by the server's guard.
  Status check_body(size_t bytes) const;
  size_t largest_body() const;
  // Checks headers, date, key, signature and body MD5, in this order (1.2 - 1.5).
  Result<Signer> authenticate(const Request& request, std::string_view path,
                              const SharedBuffer& body) const;
  // The operation carried out for whoever signed, unless `fault` forbids it.
  Result<Answer> carry_out(std::string_view operation, const Signer& signer,
                           const SharedBuffer& message, const std::optional<Fault>& fault);
  void count(std::string_view operation, const Response& response, size_t bytes_in,
             bool struck_by_fault);

  TablestoreServerOptions options_;
  const Clock& clock_;
  Random& random_;
  DataClock data_clock_;
  FaultRules faults_;
  StreamSwitches streams_;
  Status open_instances();
  std::optional<StoreDirectory> directory_;  // before the instances: goes last
  struct Instance;
  std::map<std::string, std::unique_ptr<Instance>, std::less<>> instances_;
  mutable std::mutex counters_mutex_;
  std::map<std::string, OperationCounters, std::less<>> counters_;
};

}  // namespace otsstream::local
