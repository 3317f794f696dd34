#pragma once
// Everything in one process on one thread of virtual time: both local services, the clients, and
// the whole engine over LoopTransport. The same code as in the program; only clock, executor and
// transport differ.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "job/job_spec.h"
#include "local/maxcompute/server.h"
#include "local/tablestore/server.h"
#include "maxcompute/client/rest_client.h"
#include "net/fault_transport.h"
#include "net/loop_transport.h"
#include "reader/status_rows.h"
#include "sync/job_runner.h"
#include "tablestore/client/client.h"

namespace otsstream::test {

inline constexpr const char* kStatusTable = "TableStoreStreamReaderStatusTable";

// "2017-10-19 17:00:00" in GMT+8 -> epoch ms.
int64_t china_ms(const std::string& text);

class World {
 public:
  // `start`: wall clock at the beginning, GMT+8.
  explicit World(const std::string& start = "2017-10-19 17:00:00", uint64_t seed = 1);

  ManualClock clock;
  VirtualExecutor executor;
  LoopTransport loop;
  FaultTransport network;  // over `loop`; what the job's clients use
  Random random;
  CancelToken cancel;
  std::unique_ptr<local::TablestoreServer> tablestore_server;
  std::unique_ptr<local::MaxComputeServer> maxcompute_server;
  job::Connections connections;
  std::unique_ptr<tablestore::Client> tablestore;      // not through `network`
  std::unique_ptr<maxcompute::RestClient> maxcompute;  // likewise

  // What the job's clients send through; `network` unless a test puts something in between.
  Transport* job_transport = &network;
  // Looks at every answer of the Tablestore; a code in return refuses the request instead.
  std::function<std::string(const Request&, const Response&)> refuse_tablestore;

  // Data table `name` with primary key `id` STRING and Stream on, unless said otherwise.
  // `original_columns`: whose previous values the Stream carries.
  void create_data_table(const std::string& name = "person", bool stream = true,
                         std::vector<std::string> original_columns = {});
  // The destination of examples/person.json, or with other column types.
  void create_destination(const std::string& columns =
                              "id STRING, colname STRING, version BIGINT, colvalue STRING, optype "
                              "STRING, sequenceinfo STRING");
  // A new and empty MaxCompute at the same address: it knows neither tables nor sessions.
  void replace_maxcompute();
  std::shared_ptr<local::StoredTable> data_table(const std::string& name = "person");
  // From now on DescribeStream shows no shards at all.
  void hide_shards() {
    edit_stream = [](tablestore::DescribeStreamResponse& stream) { stream.shards.clear(); };
  }
  // Changes what DescribeStream says.
  std::function<void(tablestore::DescribeStreamResponse&)> edit_stream;
  // Data time; the wall clock stays where it is.
  void set_data_time(const std::string& china_time);

  // examples/person.json with these variables; `edit` may change the text first.
  Result<sync::Report> run(const std::string& start14, const std::string& end14,
                           const std::string& bizdate = "20171018");
  Result<sync::Report> run_text(std::string text, const job::Variables& variables);
  // The variables of run().
  static job::Variables variables(const std::string& start14, const std::string& end14,
                                  const std::string& bizdate = "20171018");
  // A job as run_text() runs it, and what it runs in; `diagnostics` begins anew.
  Result<job::JobSpec> bind(std::string text, const job::Variables& variables);
  sync::RunContext context();
  Diagnostics diagnostics;  // of the last run

  // Rows of the destination, "a|b|NULL" each, in landing order.
  std::vector<std::string> landed(const std::string& bizdate = "20171018",
                                  const std::string& columns = "*");
  // Partitions of the destination, "pt=20171018".
  std::vector<std::string> partitions();
  // DataX's rows of the status table: "kind/value column=…" lines, with versions replaced by their
  // order of appearance ("v1"). Empty: no table.
  std::vector<std::string> status_rows();

 private:
  Response answer_tablestore(const Request& request);
  void sign(const Request& request, Response& response);
};

std::string person_job();

}  // namespace otsstream::test
