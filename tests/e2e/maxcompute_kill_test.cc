// The local MaxCompute on disk, killed again and again while several replace their partitions: each
// is wholly one generation at every moment, the acknowledged one or a later one.

#include <gtest/gtest.h>
#include <signal.h>

#include <condition_variable>
#include <mutex>
#include <regex>
#include <thread>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "maxcompute/client/rest_client.h"
#include "maxcompute/client/upload_session.h"
#include "maxcompute/wire/record_stream_writer.h"
#include "net/curl_transport.h"
#include "support/program.h"

namespace otsstream::test {
namespace {

using maxcompute::PartitionSpec;
using maxcompute::UploadSession;

constexpr int kKills = 8;
constexpr int kWriters = 3;
constexpr int kBlocks = 4;
constexpr int kRowsPerBlock = 50;
constexpr int kCommitsBeforeKill = 6;  // acknowledged, of all writers together

// A client with a thread of its own, which tries everything once.
struct Connection {
  explicit Connection(const std::string& endpoint)
      : random(1), executor(clock, 1), transport(executor) {
    maxcompute::Connection to;
    to.endpoint = endpoint;
    to.project = "local";
    to.access_id = "local";
    to.access_key = Secret("local");
    maxcompute::ClientOptions once;
    once.retry.max_retries = 0;
    caller = std::make_shared<maxcompute::HttpCaller>(to, once, transport, executor, random);
  }
  Result<std::string> sql(const std::string& statement) {
    return maxcompute::RestClient(caller).run_sql(statement, "test");
  }
  // "http://host:port": the endpoint without its "/api".
  std::string tunnel() const {
    const std::string& endpoint = caller->connection().endpoint;
    return endpoint.substr(0, endpoint.rfind("/api"));
  }
  // kBlocks blocks of `generation` in place of the partition's content.
  Status replace(const std::string& partition, int generation) {
    UploadSession::Target target{"t", PartitionSpec::parse(partition).value(), true, true, ""};
    OTS_TRY(auto session, UploadSession::create(caller, tunnel(), target));
    for (int block = 0; block < kBlocks; ++block) OTS_CHECK(put(*session, block, generation));
    return session->commit({0, 1, 2, 3});
  }
  Status put(UploadSession& session, int block, int generation) {
    maxcompute::RecordStreamWriter rows;
    for (int row = 0; row < kRowsPerBlock; ++row) {
      rows.add_bigint(1, block * kRowsPerBlock + row);
      rows.add_bigint(2, generation);
      rows.end_record();
    }
    std::mutex guard;
    std::optional<Status> answer;
    session.put_block(block, SharedBuffer(rows.finish()), [&](Status status) {
      std::lock_guard lock(guard);
      answer = std::move(status);
      executor.notify();
    });
    OTS_CHECK(executor.run_until([&] {
      std::lock_guard lock(guard);
      return answer.has_value();
    }));
    return std::move(*answer);
  }

  SystemClock clock;
  Random random;
  ThreadedExecutor executor;
  CurlTransport transport;
  std::shared_ptr<maxcompute::HttpCaller> caller;
};

class MaxComputeKillTest : public testing::Test {
 protected:
  // The program on the same directory, and where it listens.
  std::string start() {
    server = std::make_unique<Background>(
        OTS_PROGRAM, std::vector<std::string>{"local", "--data", folder.path("data"),
                                              "--tablestore-port", "0", "--maxcompute-port", "0"});
    const std::string line = server->read_line();
    std::smatch found;
    EXPECT_TRUE(std::regex_search(line, found, std::regex("maxcompute=(\\S+)"))) << line;
    return found[1];
  }
  void kill() {
    server->signal(SIGKILL);
    EXPECT_EQ(server->wait().exit_code, 128 + SIGKILL);
  }
  static std::string partition(int writer) { return "ds=" + std::to_string(writer); }

  // Generations until the server is gone.
  void write(const std::string& endpoint, int writer) {
    Connection connection(endpoint);
    int& generation = acknowledged[static_cast<size_t>(writer)];
    while (connection.replace(partition(writer), generation + 1)) {
      std::lock_guard lock(mutex);
      ++generation;
      ++commits;
      changed.notify_all();
    }
  }

  // Each partition has every row of one generation; writers go on from there.
  void expect_whole_partitions(const std::string& endpoint) {
    Connection connection(endpoint);
    for (int writer = 0; writer < kWriters; ++writer) {
      auto answer = connection.sql(
          "select count(*), count(distinct id), min(generation), max(generation) from t where ds = "
          "'" +
          std::to_string(writer) + "';");
      ASSERT_TRUE(answer) << answer.error().to_string();
      int& generation = acknowledged[static_cast<size_t>(writer)];
      const std::string row = answer->substr(answer->find('\n') + 1);
      if (generation == 0 && row.starts_with("0,")) continue;  // nothing was ever acknowledged
      std::smatch found;
      ASSERT_TRUE(std::regex_search(row, found, std::regex("^200,200,(\\d+),(\\d+)\n$"))) << row;
      EXPECT_EQ(found[1], found[2]) << "two generations in one partition";
      const int stored = std::stoi(found[1]);
      EXPECT_TRUE(stored == generation || stored == generation + 1)
          << "writer " << writer << ": acknowledged " << generation << ", stored " << stored;
      generation = stored;
    }
  }

  TempFolder folder;
  std::unique_ptr<Background> server;
  std::vector<int> acknowledged = std::vector<int>(kWriters, 0);
  std::mutex mutex;
  std::condition_variable changed;
  int commits = 0;  // acknowledged since the last start
};

TEST_F(MaxComputeKillTest, APartitionIsWhollyOneGeneration) {
  std::string endpoint = start();
  {
    Connection connection(endpoint);
    auto created =
        connection.sql("CREATE TABLE t (id BIGINT, generation BIGINT) PARTITIONED BY (ds STRING);");
    ASSERT_TRUE(created) << created.error().to_string();
  }
  for (int n = 0; n < kKills; ++n) {
    SCOPED_TRACE(n);
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer)
      writers.emplace_back([&, writer] { write(endpoint, writer); });
    {
      std::unique_lock lock(mutex);
      changed.wait_for(lock, std::chrono::seconds(60),
                       [&] { return commits >= kCommitsBeforeKill + n; });
      EXPECT_GE(commits, kCommitsBeforeKill) << "the writers got nowhere";
      commits = 0;
    }
    kill();
    for (std::thread& writer : writers) writer.join();
    endpoint = start();
    expect_whole_partitions(endpoint);
    if (HasFatalFailure()) return;
  }
}

TEST_F(MaxComputeKillTest, ASecondServerOnTheSameDirectoryIsRefused) {
  start();
  const ProgramResult second =
      run_program(OTS_PROGRAM, {"local", "--directory", folder.path("data/maxcompute"),
                                "--tablestore-port", "0", "--maxcompute-port", "0"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_NE(second.err.find("Store-InUse"), std::string::npos) << second.err;
}

}  // namespace
}  // namespace otsstream::test
