// Writers, a splitter and readers at once: every write is in the log exactly once, per key in
// order, and the log's last word is the table's.

#include <atomic>
#include <map>
#include <thread>

#include "local/tablestore/storage_test_support.h"
#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

constexpr int kWriters = 3;
constexpr int kKeysPerWriter = 5;
constexpr int kRounds = 120;

std::string id_of(int writer, int k) {
  return std::string(1, static_cast<char>('a' + (writer * kKeysPerWriter + k) * 26 /
                                                    (kWriters * kKeysPerWriter))) +
         "-" + std::to_string(writer) + "-" + std::to_string(k);
}

class TablestoreConcurrencyTest : public testing::TestWithParam<Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, TablestoreConcurrencyTest, testing::ValuesIn(kEngines),
                         engine_name);

TEST_P(TablestoreConcurrencyTest, NoRecordIsLostDoubledOrReordered) {
  Folder folder;
  TablestoreServerOptions options;
  options.directory = GetParam() == Engine::kDisk ? folder.path("store") : "";
  options.sync = true;
  TablestoreFixture local(options);
  local.create();
  std::atomic<int> writing = kWriters;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (int round = 0; round < kRounds; ++round) {
        BatchWriteRowRequest request;
        auto& table = request.tables.emplace_back();
        table.table = "person";
        for (int k = 0; k < kKeysPerWriter; ++k) {
          Row change = row(key(id_of(writer, k)), {put("round", round)});
          table.changes.push_back({round % 3 == 0 ? WriteType::kPut : WriteType::kUpdate,
                                   SharedBuffer(encode_row(change)),
                                   {},
                                   {}});
        }
        const auto answer = local.ask<BatchWriteRowResponse>("BatchWriteRow", encode(request));
        for (const RowResult& result : answer.tables.at(0).rows) EXPECT_FALSE(result.error);
      }
      --writing;
    });
  }
  threads.emplace_back([&] {
    for (const char* at : {"m", "f", "t"})
      EXPECT_TRUE(local.table().split(CellValue::of_string(at)));
    auto description = local.table().describe_stream(local.table().stream_id());
    auto merged =
        local.table().merge(description->shards[3].shard_id, description->shards[4].shard_id);
    EXPECT_TRUE(merged) << (merged ? "" : merged.error().to_string());
  });
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      while (writing > 0) {
        for (const StreamShard& shard : local.shards()) {
          auto records = local.read_all(shard.shard_id);
          for (size_t i = 1; i < records.size(); ++i)
            ASSERT_LT(*records[i - 1].row.sequence, *records[i].row.sequence);
        }
        rows_of(local.ask<GetRangeResponse>("GetRange", encode(local.range_request(low(), high())))
                    .rows);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  // Parents come before children, so reading in listing order keeps each key's order.
  std::map<std::string, int64_t> next_round;
  for (const StreamShard& shard : local.shards()) {
    for (const LoggedRecord& record : local.read_all(shard.shard_id)) {
      int64_t& expected = next_round[record.row.primary_key[0].value.bytes];
      EXPECT_EQ(record.row.cells.at(0).value->integer, expected);
      ++expected;
    }
  }
  EXPECT_EQ(next_round.size(), size_t{kWriters * kKeysPerWriter});
  for (const auto& [id, rounds] : next_round) {
    EXPECT_EQ(rounds, kRounds) << id;
    EXPECT_EQ(local.get(key(id))->cells.at(0).value, CellValue::of_integer(kRounds - 1)) << id;
  }
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
