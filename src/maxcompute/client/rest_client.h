#pragma once
// The REST calls of a project: tables, partitions, SQL instances. RestClient waits: coordinator
// thread only.

#include <functional>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/random.h"
#include "maxcompute/client/connection.h"
#include "maxcompute/wire/rest_xml.h"
#include "maxcompute/wire/types.h"
#include "net/transport.h"

namespace otsstream::maxcompute {

// One signed request with retries, shared by the REST and Tunnel clients. Errors: kind by code
// (1.6), message names `subject`. `transport`, `executor` and `random` must outlive the caller and
// its calls.
class HttpCaller {
 public:
  HttpCaller(Connection connection, ClientOptions options, Transport& transport, Executor& executor,
             Random& random);
  ~HttpCaller();

  struct Call {
    std::string method;
    std::string base;  // "http://host:port" plus the base path that is not signed ("/api"), or the
                       // tunnel endpoint
    std::string resource;  // "/projects/p/tables/t", percent-encoded
    std::string query;     // encoded, without '?'; curr_project is added
    Headers headers;
    Body body;
    bool chunked = false;
    bool idempotent = true;
    std::string subject;  // "table person", "block 7 of session …"
  };
  using Callback = std::function<void(Result<Response>)>;  // 2xx only; once, on the executor
  void call(Call call, Callback done);
  Result<Response> call(Call call);  // waits: coordinator thread only

  // Lets `span` pass on the executor's clock: the pauses of sessions and SQL instances.
  Status pause(Duration span);

  const Connection& connection() const;
  const ClientOptions& options() const;
  Executor& executor() const;
  Random& random() const;
  uint64_t retries() const;  // of all calls so far

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

class RestClient {
 public:
  explicit RestClient(std::shared_ptr<HttpCaller> caller) : caller_(std::move(caller)) {}

  Result<TableSchema> get_table(const std::string& table);
  Result<bool> partition_exists(const std::string& table, const PartitionSpec& partition);
  Result<std::vector<PartitionSpec>> list_partitions(const std::string& table);
  // alter table … add if not exists partition(…); waits for the instance.
  Status add_partition(const std::string& table, const PartitionSpec& partition);
  Status drop_partition(const std::string& table, const PartitionSpec& partition);
  // truncate table … [partition(…)]: the rows go, the partition stays, and with it the upload
  // sessions that were opened on it.
  Status truncate(const std::string& table, const PartitionSpec& partition);
  // Any statement; the result text (csv for a SELECT, "" for DDL). A failed task is an Error with
  // the service's text. `repeatable`: it may run twice, so a lost answer is tried again.
  Result<std::string> run_sql(const std::string& query, const std::string& task_tag,
                              bool repeatable = false);
  // Configured tunnel endpoint, or the one that the endpoint names (asked once).
  Result<std::string> tunnel_endpoint();
  HttpCaller& caller() const { return *caller_; }

 private:
  HttpCaller::Call get(const std::string& resource, std::string query, std::string subject) const;
  std::string table_resource(const std::string& table) const;
  std::shared_ptr<HttpCaller> caller_;
  std::string tunnel_endpoint_;
};

}  // namespace otsstream::maxcompute
