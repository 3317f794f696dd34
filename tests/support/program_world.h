#pragma once
// Both local services on real sockets inside the test, and the real program run against them.

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "local/local_cloud.h"
#include "net/curl_transport.h"
#include "support/program.h"
#include "tablestore/client/client.h"

namespace otsstream::test {

class ProgramWorld {
 public:
  explicit ProgramWorld(std::string program);

  // One statement to the local MaxCompute.
  void sql(const std::string& statement);
  // "person" with the Stream on, the destination of examples/person.json, and the connections file.
  void create_tables();
  void write(int from, int to);  // rows "<from>" … "<to - 1>", one PutRow each
  void split();
  // Rounds data time up to a full second and gives it as 14 digits (GMT+8).
  std::string mark();

  // `otsstream run` of the job file with these bounds; `more` arguments behind.
  ProgramResult run(const std::string& start, const std::string& end,
                    const std::vector<std::string>& more = {}, const Environment& environment = {});
  std::vector<std::string> run_arguments(const std::string& start, const std::string& end,
                                         const std::vector<std::string>& more = {}) const;
  std::vector<std::string> landed();       // rows of partition pt=20171018, as the query gives them
  std::vector<std::string> status_rows();  // DataX's rows; versions replaced by their order
  void forget_status();                    // drops the status table
  void forget_landed();                    // drops the partition

  const std::string program;
  TempFolder folder;
  std::string job_file;  // a copy of examples/person.json
  std::string connections_file;
  SystemClock clock;
  Random random;
  ThreadedExecutor executor;
  CurlTransport transport;
  std::unique_ptr<local::LocalCloud> cloud;
  std::unique_ptr<tablestore::Client> tablestore;
};

}  // namespace otsstream::test
