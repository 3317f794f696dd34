// The local Tablestore on disk, killed again and again while many write to it: what was
// acknowledged is in the table and in the log, and both agree.

#include <gtest/gtest.h>
#include <signal.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <regex>
#include <thread>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "net/curl_transport.h"
#include "support/program.h"
#include "tablestore/client/client.h"

namespace otsstream::test {
namespace {

using tablestore::CellOp;
using tablestore::CellValue;

constexpr int kKills = 8;
constexpr int kWriters = 3;
constexpr int kKeysPerWriter = 8;
constexpr int kRoundsBeforeKill = 25;  // acknowledged, of all writers together

// A client with a thread of its own.
struct Connection {
  explicit Connection(const std::string& endpoint)
      : random(1), executor(clock, 1), transport(executor), client(make(endpoint)) {}
  std::shared_ptr<tablestore::Caller> make(const std::string& endpoint) {
    tablestore::CallerOptions once;
    once.retry.max_retries = 0;
    return tablestore::Caller::create({endpoint, "local", "local", Secret("local"), {}}, transport,
                                      executor, random, once);
  }
  SystemClock clock;
  Random random;
  ThreadedExecutor executor;
  CurlTransport transport;
  tablestore::Client client;
};

// With and without --sync: the end of the process alone takes nothing either way.
class StoreKillTest : public testing::TestWithParam<bool> {
 protected:
  // The program on the same directory, and where it listens.
  std::string start() {
    server = std::make_unique<Background>(
        OTS_PROGRAM, std::vector<std::string>{"local", "--data", folder.path("data"), "--sync",
                                              "--tablestore-port", "0", "--maxcompute-port", "0"});
    const std::string line = server->read_line();
    std::smatch found;
    EXPECT_TRUE(std::regex_search(line, found, std::regex("tablestore=(\\S+)"))) << line;
    return found[1];
  }
  void kill() {
    server->signal(SIGKILL);
    EXPECT_EQ(server->wait().exit_code, 128 + SIGKILL);
  }

  static std::string id_of(int writer, int k) {
    return std::string(1, static_cast<char>('a' + k)) + std::to_string(writer);
  }

  // Rounds of batches until the server is gone. `acknowledged` counts whole rounds of this writer.
  void write(const std::string& endpoint, int writer) {
    Connection connection(endpoint);
    int& round = acknowledged[static_cast<size_t>(writer)];
    while (true) {
      std::vector<tablestore::Client::Write> writes(kKeysPerWriter);
      for (int k = 0; k < kKeysPerWriter; ++k) {
        writes[static_cast<size_t>(k)].type =
            round % 2 == 0 ? tablestore::WriteType::kPut : tablestore::WriteType::kUpdate;
        writes[static_cast<size_t>(k)].row = {
            {{"id", CellValue::of_string(id_of(writer, k))}},
            {{"round", CellOp::kPut, CellValue::of_integer(round + 1), {}}},
            false,
            {}};
      }
      if (!connection.client.batch_write("person", writes)) return;
      ++round;
      std::lock_guard lock(mutex);
      ++rounds;
      changed.notify_all();
    }
  }

  struct Logged {
    std::map<std::string, std::vector<int64_t>> rounds;  // by id, in the order of the log
    size_t records = 0;
  };
  Logged read_log(Connection& connection) {
    Logged out;
    auto table = connection.client.describe_table("person");
    EXPECT_TRUE(table && table->stream);
    if (!table || !table->stream) return out;
    const std::string stream = table->stream->stream_id;
    auto shards = connection.client.describe_stream(stream);
    EXPECT_TRUE(shards) << shards.error().to_string();
    if (!shards) return out;
    for (const tablestore::StreamShard& shard : shards->shards) {
      auto first = connection.client.get_shard_iterator(stream, shard.shard_id);
      EXPECT_TRUE(first) << first.error().to_string();
      std::optional<std::string> next = first ? std::optional(*first) : std::nullopt;
      while (next) {
        Result<tablestore::StreamPage> page = fetch(connection, *next);
        EXPECT_TRUE(page) << page.error().to_string();
        if (!page || page->record_count() == 0) break;
        tablestore::StreamRecordView view;
        for (size_t i = 0; i < page->record_count(); ++i) {
          EXPECT_TRUE(page->decode(i, view));
          const tablestore::Row row = to_row(view.row);
          out.rounds[row.primary_key[0].value.bytes].push_back(row.cells.at(0).value->integer);
          ++out.records;
        }
        next = page->next_iterator();
      }
    }
    return out;
  }
  static Result<tablestore::StreamPage> fetch(Connection& connection, const std::string& iterator) {
    std::mutex guard;
    std::optional<Result<tablestore::StreamPage>> answer;
    connection.client.get_stream_record_async(iterator, {},
                                              [&](Result<tablestore::StreamPage> page) {
                                                std::lock_guard lock(guard);
                                                answer = std::move(page);
                                                connection.executor.notify();
                                              });
    Status waited = connection.executor.run_until([&] {
      std::lock_guard lock(guard);
      return answer.has_value();
    });
    if (!waited) return fail(waited.error());
    return std::move(*answer);
  }

  // Table and log tell the same, and everything that was acknowledged; writers go on from there.
  void expect_all_there(const std::string& endpoint) {
    Connection connection(endpoint);
    auto rows = connection.client.get_range_all("person", {{"id", CellValue::inf_min()}},
                                                {{"id", CellValue::inf_max()}});
    ASSERT_TRUE(rows) << rows.error().to_string();
    std::map<std::string, int64_t> in_table;
    for (const tablestore::Row& row : *rows)
      in_table[row.primary_key[0].value.bytes] = row.cells.at(0).value->integer;
    const Logged log = read_log(connection);
    EXPECT_EQ(log.rounds.size(), in_table.size());
    for (const auto& [id, logged] : log.rounds) {
      for (size_t i = 0; i < logged.size(); ++i)
        ASSERT_EQ(logged[i], static_cast<int64_t>(i) + 1) << id << ": lost, doubled or reordered";
      EXPECT_EQ(in_table[id], logged.back()) << id;
    }
    for (int writer = 0; writer < kWriters; ++writer) {
      int& round = acknowledged[static_cast<size_t>(writer)];
      const int64_t stored = in_table[id_of(writer, 0)];
      EXPECT_TRUE(stored == round || stored == round + 1)
          << "writer " << writer << ": acknowledged " << round << ", stored " << stored;
      for (int k = 0; k < kKeysPerWriter; ++k)
        EXPECT_EQ(in_table[id_of(writer, k)], stored) << "a batch is one commit";
      round = static_cast<int>(stored);
    }
  }

  TempFolder folder;
  std::unique_ptr<Background> server;
  std::vector<int> acknowledged = std::vector<int>(kWriters, 0);
  std::mutex mutex;
  std::condition_variable changed;
  int rounds = 0;  // acknowledged since the last start
};

INSTANTIATE_TEST_SUITE_P(Mode, StoreKillTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Sync" : "NoSync"; });

TEST_P(StoreKillTest, EveryAcknowledgedWriteIsInTableAndLog) {
  std::string endpoint = start();
  {
    Connection connection(endpoint);
    tablestore::CreateTableRequest request;
    request.meta.name = "person";
    request.meta.primary_key = {{"id", tablestore::KeyType::kString, false}};
    request.options = {-1, 1, 86400, {}, {}};
    request.stream = tablestore::StreamSpec{true, 24, {}};
    request.partitions = {{CellValue::inf_min(), CellValue::of_string("e")},
                          {CellValue::of_string("e"), CellValue::inf_max()}};
    Status created = connection.client.create_table(request);
    ASSERT_TRUE(created) << created.error().to_string();
  }
  for (int n = 0; n < kKills; ++n) {
    SCOPED_TRACE(n);
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer)
      writers.emplace_back([&, writer] { write(endpoint, writer); });
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return rounds >= kRoundsBeforeKill + n; });
      rounds = 0;
    }
    kill();
    for (std::thread& thread : writers) thread.join();
    endpoint = start();
    expect_all_there(endpoint);
    if (HasFailure()) return;
  }
  server->signal(SIGTERM);
  EXPECT_NE(server->wait().exit_code, 1);
  expect_all_there(start());
}

TEST_P(StoreKillTest, ASecondServerIsRefused) {
  start();
  const ProgramResult second = run_program(
      OTS_PROGRAM,
      {"local", "--data", folder.path("data"), "--tablestore-port", "0", "--maxcompute-port", "0"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_NE(second.err.find("Store-InUse"), std::string::npos) << second.err;
}

}  // namespace
}  // namespace otsstream::test
