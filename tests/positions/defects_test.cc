// Defects of DataX's plug-in that only a whole run can show to be absent (otsstream-reader.md 13;
// tests/defects.txt lists them all).

#include <dlfcn.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "config/json_text.h"
#include "support/transfer_world.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OTS_COUNTS 0
#else
#define OTS_COUNTS 1
#endif

#if OTS_COUNTS
namespace {
std::atomic<int64_t> allocations{0};
std::atomic<int64_t> locks{0};
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

// In front of the C library's own: every lock of the process is counted.
extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) {
  using Lock = int (*)(pthread_mutex_t*);
  static const Lock real = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  ++locks;
  return real(mutex);
}
#endif

namespace otsstream::test {
namespace {

using testing::HasSubstr;

constexpr const char* kStart = "20171019161000";
constexpr const char* kEnd = "20171019162600";
const job::Variables kVariables = {
    {"startTime", kStart}, {"endTime", kEnd}, {std::string(job::kBizdateVariable), "1"}};

void put(World& world, const std::string& id) {
  Status done = world.tablestore->put_row(
      "person", {{{"id", tablestore::CellValue::of_string(id)}},
                 {{"v", tablestore::CellOp::kPut, tablestore::CellValue::of_integer(1), {}}},
                 false,
                 {}});
  ASSERT_TRUE(done.has_value()) << done.error().to_string();
}

struct Ready : World {
  Ready() {
    create_data_table();
    create_destination();
    set_data_time("2017-10-19 16:20:00.000");
    put(*this, "a");
    put(*this, "b");
    put(*this, "c");
    for (int i = 0; i < 4; ++i) {
      auto split = data_table()->split(tablestore::CellValue::of_string(fmt::format("b{}", i)), {});
      EXPECT_TRUE(split.has_value());
    }
  }
};

TEST(Defects, D4_SecondRunInOneProcessIsLikeTheFirst) {
  Ready world;
  int channels = 0;
  for (int run = 0; run < 3; ++run) {
    auto report = world.run_text(person_job(), kVariables);
    ASSERT_TRUE(report.has_value()) << report.error().to_string();
    if (run == 0) channels = report->plan.channels;
    EXPECT_GT(channels, 1);
    EXPECT_EQ(report->plan.channels, channels);
    EXPECT_EQ(report->totals.records, 3);
  }
}

// Generations of splits, no network delay: nothing waits for a round of a loop.
TEST(Defects, D5_D6_NothingSleepsAndTheStatusTableIsReadOnce) {
  Ready world;
  ASSERT_TRUE(world.run_text(person_job(), kVariables).has_value());  // creates the status table
  auto before = world.tablestore_server->counters();
  const int64_t before_us = world.clock.steady_us();
  auto report = world.run_text(person_job(), kVariables);
  ASSERT_TRUE(report.has_value()) << report.error().to_string();
  EXPECT_EQ(report->plan.read.shards.size(), 9u) << "of five generations";
  EXPECT_LT(world.clock.steady_us() - before_us, 1'000'000);
  auto after = world.tablestore_server->counters();
  EXPECT_LE(after["GetRange"].requests - before["GetRange"].requests, 5u)
      << "start, end before and after the transfer, what is to be replaced, readiness";
}

#if OTS_COUNTS
// What twice the records cost more: pages and batches, not cells.
TEST(Defects, D7_D8_NoLockAndNoAllocationPerCell) {
  int64_t locked[2], allocated[2];
  for (const int round : {0, 1}) {
    TransferWorld bench(Duration(0), Duration(0));
    bench.world.set_data_time("2017-10-19 16:20:00.000");
    bench.write("k", 0, (round + 1) * 5'000);
    bench.transfer(1);  // warms up what is made once
    const int64_t locks_before = locks, allocations_before = allocations;
    bench.transfer(1);
    locked[round] = locks - locks_before;
    allocated[round] = allocations - allocations_before;
    EXPECT_EQ(bench.records(), (round + 1) * 5'000);
  }
  EXPECT_LT(locked[1] - locked[0], 5'000 / 10);
  EXPECT_LT(allocated[1] - allocated[0], 5'000 / 2) << "the sequence text is not made";
}
#endif

TEST(Defects, D10_TheCauseOfAFailedShardIsTold) {
  Ready world;
  world.refuse_tablestore = [](const Request& request, const Response&) {
    return request.path() == "/GetStreamRecord" ? "OTSParameterInvalid" : "";
  };
  auto report = world.run_text(person_job(), kVariables);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, "OTSParameterInvalid");
  EXPECT_THAT(report.error().to_string(), HasSubstr("reading shard "));
  EXPECT_THAT(report.error().to_string(), HasSubstr("said the test"));
}

TEST(Defects, D17_D18_CancellationIsSeenAtOnce) {
  Ready world;
  world.network.add({.fault = Fault::kDelay,
                     .path_contains = "/GetStreamRecord",
                     .delay = std::chrono::seconds(3)});
  world.executor.post_after(std::chrono::seconds(1), [&] { world.cancel.cancel(); });
  const int64_t before_us = world.clock.steady_us();
  auto report = world.run_text(person_job(), kVariables);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::kCancelled) << report.error().to_string();
  EXPECT_LT(world.clock.steady_us() - before_us, 4'000'000) << "what is under way, and no more";
}

TEST(Defects, D23_AUnitCarriesItsOwnShardsOnly) {
  Ready world;
  auto report = world.run_text(person_job(), kVariables);
  ASSERT_TRUE(report.has_value());
  ASSERT_GT(report->plan.units.size(), 1u);
  size_t shards = 0;
  for (const sync::Unit& unit : report->plan.units) {
    JsonOut out;
    sync::write_json(out, unit);
    const std::string text = std::move(out).take();
    for (const auto& shard : unit.shards) {
      ++shards;
      EXPECT_THAT(text, HasSubstr("\"shard\":\"" + shard.shard.shard_id));
    }
    EXPECT_LE(text.size(), 100 + 600 * unit.shards.size());
  }
  EXPECT_EQ(static_cast<int>(shards), sync::shards_to_read(report->plan));
}

}  // namespace
}  // namespace otsstream::test
