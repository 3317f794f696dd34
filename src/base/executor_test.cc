#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace otsstream {
namespace {

std::string order_with_seed(uint64_t seed) {
  ManualClock clock;
  VirtualExecutor executor(clock, seed);
  std::string order;
  for (char c : std::string("abcdef")) executor.post([&order, c] { order += c; });
  EXPECT_TRUE(executor.run_until([&] { return order.size() == 6; }));
  return order;
}

TEST(VirtualExecutor, SeedChoosesAmongReadyTasks) {
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(order_with_seed(seed), order_with_seed(seed));
    orders.insert(order_with_seed(seed));
  }
  EXPECT_GT(orders.size(), 10u);
}

TEST(VirtualExecutor, TimeJumpsToTheNextEvent) {
  ManualClock clock(1'000'000);
  VirtualExecutor executor(clock, 1);
  std::vector<int64_t> times;
  auto note = [&] { times.push_back(clock.wall_us()); };
  executor.post_after(seconds(3600), note);
  executor.post_after(milliseconds(5), note);
  executor.post(note);
  executor.post_after(Duration(-1), note);
  ASSERT_TRUE(executor.run_until([&] { return times.size() == 4; }));
  EXPECT_EQ(times, (std::vector<int64_t>{1'000'000, 1'000'000, 1'005'000, 3'601'000'000}));
}

TEST(VirtualExecutor, TellsWhenNothingIsLeft) {
  ManualClock clock;
  VirtualExecutor executor(clock, 1);
  executor.post_after(seconds(1), [] {});
  auto status = executor.run_until([] { return false; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(status.error().code, "Executor-Stuck");
  EXPECT_TRUE(executor.run_until([] { return true; })) << "the coordinator may go on";
}

TEST(VirtualExecutor, RunForStopsAtTheEndOfTheSpan) {
  ManualClock clock;
  VirtualExecutor executor(clock, 1);
  int ticks = 0;
  std::function<void()> tick = [&] {
    ++ticks;
    executor.post_after(seconds(1), tick);
  };
  executor.post(tick);
  executor.run_for(milliseconds(2500));
  EXPECT_EQ(ticks, 3);
  EXPECT_EQ(clock.steady_us(), 2'500'000);
  executor.run_for(milliseconds(500));
  EXPECT_EQ(ticks, 4);
}

TEST(VirtualExecutor, RefusesToWaitInsideATask) {
  ManualClock clock;
  VirtualExecutor executor(clock, 1);
  std::string code;
  executor.post([&] { code = executor.run_until([] { return true; }).error().code; });
  ASSERT_TRUE(executor.run_until([&] { return !code.empty(); }));
  EXPECT_EQ(code, "Executor-Reentry");
}

TEST(VirtualExecutor, AwaitGivesTheValueOfTheCallback) {
  ManualClock clock;
  VirtualExecutor executor(clock, 1);
  auto result = await<int>(
      executor, [&](auto done) { executor.post_after(seconds(9), [done] { done(7); }); });
  EXPECT_EQ(result.value(), 7);
  EXPECT_EQ(clock.steady_us(), 9'000'000);
  auto never = await<int>(executor, [](auto) {});
  EXPECT_EQ(never.error().code, "Executor-Stuck");
}

TEST(ThreadedExecutor, AwaitGivesTheValueOfTheCallback) {
  SystemClock clock;
  ThreadedExecutor executor(clock, 2);
  const int64_t start = clock.steady_us();
  auto result = await<std::string>(executor, [&](auto done) {
    executor.post_after(milliseconds(20), [done] { done(std::string("late")); });
  });
  EXPECT_EQ(result.value(), "late");
  EXPECT_GE(clock.steady_us() - start, 20'000);
  EXPECT_EQ(&executor.clock(), &clock);
}

TEST(ThreadedExecutor, TimersRunInOrderOfTheirTimes) {
  SystemClock clock;
  ThreadedExecutor executor(clock, 1);
  std::mutex mutex;
  std::string order;
  auto note = [&](char c) {
    return [&, c] {
      std::lock_guard lock(mutex);
      order += c;
      executor.notify();
    };
  };
  executor.post_after(milliseconds(30), note('c'));
  executor.post_after(milliseconds(10), note('b'));
  executor.post(note('a'));
  ASSERT_TRUE(executor.run_until([&] {
    std::lock_guard lock(mutex);
    return order.size() == 3;
  }));
  EXPECT_EQ(order, "abc");
}

TEST(ThreadedExecutor, RefusesToWaitInsideATask) {
  SystemClock clock;
  ThreadedExecutor executor(clock, 1);
  auto result = await<std::string>(executor, [&](auto done) {
    executor.post(
        [&executor, done] { done(executor.run_until([] { return true; }).error().code); });
  });
  EXPECT_EQ(result.value(), "Executor-Reentry");
}

// What a task captured may post when it dies; the executor must bear that while it shuts down.
template <class SomeExecutor>
void drop_tasks_that_post(SomeExecutor& executor, std::atomic<int>& dropped) {
  struct Poster {
    Executor& executor;
    std::atomic<int>& dropped;
    ~Poster() {
      ++dropped;
      executor.post([] {});
      executor.post_after(seconds(1), [] {});
    }
  };
  executor.post_after(seconds(100), [p = std::make_shared<Poster>(executor, dropped)] {});
}

TEST(Executor, DestroysTasksThatNeverRan) {
  std::atomic<int> dropped{0};
  {
    SystemClock clock;
    ThreadedExecutor executor(clock, 2);
    drop_tasks_that_post(executor, dropped);
  }
  EXPECT_EQ(dropped, 1);
  {
    ManualClock clock;
    VirtualExecutor executor(clock, 1);
    drop_tasks_that_post(executor, dropped);
  }
  EXPECT_EQ(dropped, 2);
}

TEST(ThreadedExecutor, StressOfPostsTimersAndNotifies) {
  SystemClock clock;
  ThreadedExecutor executor(clock, 4);
  constexpr int kPosters = 4, kEach = 500;
  std::atomic<int> ran{0};
  std::vector<std::thread> posters;
  for (int p = 0; p < kPosters; ++p) {
    posters.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        auto task = [&] {
          ++ran;
          executor.notify();
        };
        if (i % 5 == 0) {
          executor.post_after(Duration(i), task);
        } else {
          executor.post(task);
        }
      }
    });
  }
  EXPECT_TRUE(executor.run_until([&] { return ran == kPosters * kEach; }));
  for (auto& t : posters) t.join();
}

}  // namespace
}  // namespace otsstream
