// How reading, shaping and writing overlap, and what many shards cost: exact, on virtual time
// (otsstream-reader.md 13 D3, D22; 14 A9).

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>

#include "support/transfer_world.h"

namespace otsstream::test {
namespace {

constexpr int kPages = 25;

TEST(Overlap, D22_NextRequestIsUnderWayWhileTheWriterKeepsUp) {
  for (const Duration writer_delay :
       {Duration(0), Duration(milliseconds(10)), Duration(milliseconds(19))}) {
    SCOPED_TRACE(writer_delay.count());
    TransferWorld bench(milliseconds(20), writer_delay);
    bench.world.set_data_time("2017-10-19 16:20:00.000");
    bench.write("k", 0, kPages * 1000);
    bench.transfer(1);
    EXPECT_EQ(bench.records(), kPages * 1000);
    EXPECT_GE(bench.meter.requests, kPages);
    EXPECT_GE(bench.meter.busy_share(), 0.95);
    EXPECT_EQ(bench.meter.most_at_once, 1) << "the pages of one shard are a chain";
  }
}

TEST(Overlap, D22_FasterThanReadingAndWritingInTurn) {
  TransferWorld bench(milliseconds(20), milliseconds(20));
  bench.world.set_data_time("2017-10-19 16:20:00.000");
  bench.write("k", 0, kPages * 1000);
  bench.transfer(1);
  const auto serial_us = static_cast<double>(bench.meter.requests) * 20'000 + kPages * 20'000;
  EXPECT_GE(serial_us / static_cast<double>(bench.took_us), 1.8);
}

// One shard per key "0000", "0001" …; the parents that the splits closed have expired by the time
// of the window.
class ManyShards : public testing::Test {
 protected:
  static constexpr int kShards = 1000;

  ManyShards() : bench(milliseconds(20), Duration(0)) {}

  void make() {
    World& world = bench.world;
    world.set_data_time("2017-10-19 15:30:00.000");
    for (int i = 1; i < kShards; ++i) {
      auto split =
          world.data_table()->split(tablestore::CellValue::of_string(fmt::format("{:04}", i)), {});
      ASSERT_TRUE(split.has_value()) << split.error().to_string();
    }
    world.clock.advance(std::chrono::hours(24));
    bench.day = "2017-10-20";
    world.set_data_time("2017-10-20 16:20:00.000");
    auto listed = world.data_table()->describe_stream(world.data_table()->stream_id());
    ASSERT_TRUE(listed.has_value());
    ASSERT_EQ(listed->shards.size(), static_cast<size_t>(kShards));
  }

  TransferWorld bench;
};

TEST_F(ManyShards, A9_IdleOnesEndInSecondsWithOneReadEach) {
  make();
  bench.transfer(3);
  EXPECT_EQ(bench.meter.requests, kShards);
  EXPECT_EQ(bench.records(), 0);
  EXPECT_LT(bench.took_us, 5'000'000) << "20 ms there and back";
}

TEST_F(ManyShards, D3_BytesUnderWayAreBoundedByTheBudget) {
  make();
  bench.budget = ByteBudget::create(bench.world.executor, 16u << 20);
  // 20 KB in each, so that all of them together are more than the budget, and some large ones.
  for (int i = 0; i < kShards; ++i) bench.write(fmt::format("{:04}-", i), 0, 2, 10'000);
  for (const int large : {3, 400, 401, 402, 999})
    bench.write(fmt::format("{:04}=", large), 0, 300, 20'000);
  bench.transfer(32);
  EXPECT_EQ(bench.records(), kShards * 2 + 5 * 300);
  EXPECT_GT(bench.meter.bytes, bench.budget->capacity()) << "else nothing is shown";
  EXPECT_LE(bench.budget->peak(), bench.budget->capacity());
  EXPECT_EQ(bench.budget->in_use(), 0u);
  EXPECT_GT(bench.meter.most_at_once, 3) << "side by side, on one thread";
}

// On real threads: their number is that of the executor, however many shards there are.
TEST_F(ManyShards, D3_NoThreadEach) {
  make();
  for (int i = 0; i < kShards; ++i) bench.write(fmt::format("{:04}-", i), 0, 1);
  const auto count_threads = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  ThreadedExecutor executor(bench.world.clock, 2);
  LoopTransport loop(executor, milliseconds(1));
  std::atomic<ptrdiff_t> most{0};
  std::mutex one_at_a_time;  // the test's own look is not thread-safe
  loop.route("http://tablestore.local", [&](const Request& request) {
    std::lock_guard lock(one_at_a_time);
    most = std::max(most.load(), static_cast<ptrdiff_t>(count_threads()));
    return bench.world.tablestore_server->handle(request);
  });
  const auto before = count_threads();  // with those of this executor
  tablestore::Client client(tablestore::Caller::create(
      {"http://tablestore.local", "inst", "testid", Secret("testkey"), {}}, loop, executor,
      bench.world.random, {}));
  SlowWriter writer(executor, Duration(0));
  bench.transfer_with(client, writer, executor, 32);
  EXPECT_EQ(bench.records(), kShards);
  EXPECT_LE(most.load(), before);
}

}  // namespace
}  // namespace otsstream::test
