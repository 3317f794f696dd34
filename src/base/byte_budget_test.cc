#include "base/byte_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

namespace otsstream {
namespace {

using Lease = ByteBudget::Lease;

struct ByteBudgetTest : ::testing::Test {
  ManualClock clock;
  VirtualExecutor executor{clock, 7};
  std::shared_ptr<ByteBudget> budget = ByteBudget::create(executor, 100);
  std::vector<std::pair<char, Lease>> granted;

  void ask(char name, size_t bytes) {
    budget->acquire(bytes,
                    [this, name](Lease lease) { granted.emplace_back(name, std::move(lease)); });
  }
  std::string names() {
    executor.run_for(Duration(0));
    std::string out;
    for (auto& [name, lease] : granted) out += name;
    return out;
  }
};

TEST_F(ByteBudgetTest, GrantsOnTheExecutorWhileItLasts) {
  ask('a', 60);
  EXPECT_TRUE(granted.empty()) << "never inline";
  EXPECT_EQ(budget->in_use(), 60u);
  EXPECT_EQ(names(), "a");
  ask('b', 50);
  EXPECT_EQ(names(), "a");
  granted.clear();
  EXPECT_EQ(names(), "b");
  EXPECT_EQ(budget->in_use(), 50u);
  EXPECT_EQ(budget->peak(), 60u);
  EXPECT_EQ(budget->capacity(), 100u);
}

TEST_F(ByteBudgetTest, NobodyOvertakes) {
  ask('a', 60);
  ask('b', 50);
  ask('c', 10);  // would fit, but b came first
  EXPECT_EQ(names(), "a");
  EXPECT_EQ(budget->try_acquire(10).bytes(), 0u);
  granted.clear();
  EXPECT_EQ(names().size(), 2u);
  EXPECT_EQ(budget->in_use(), 60u);
}

TEST_F(ByteBudgetTest, OverdrawingNeverWaitsAndIsPaidBackFirst) {
  ask('a', 100);
  EXPECT_EQ(names(), "a");
  Lease beyond = budget->overdraw(30);
  EXPECT_EQ(beyond.bytes(), 30u);
  EXPECT_EQ(budget->in_use(), 130u);
  ask('b', 90);
  granted.clear();  // 30 are still out: 90 do not fit
  EXPECT_EQ(names(), "");
  beyond.release();
  EXPECT_EQ(names(), "b");
}

TEST_F(ByteBudgetTest, OversizedRequestRunsAlone) {
  ask('a', 1);
  ask('b', 500);
  EXPECT_EQ(names(), "a");
  granted.clear();
  EXPECT_EQ(names(), "b");
  EXPECT_EQ(budget->in_use(), 500u);
  ask('c', 1);
  EXPECT_EQ(names(), "b");
  granted.clear();
  EXPECT_EQ(names(), "c");
}

TEST_F(ByteBudgetTest, ResizeCorrectsAnEstimate) {
  Lease lease = budget->try_acquire(80);
  ASSERT_EQ(lease.bytes(), 80u);
  ask('a', 50);
  EXPECT_EQ(names(), "");
  lease.resize(150);
  EXPECT_EQ(budget->in_use(), 150u);
  EXPECT_EQ(budget->peak(), 150u);
  lease.resize(50);
  EXPECT_EQ(names(), "a");
  lease.resize(0);
  lease.release();
  EXPECT_EQ(budget->in_use(), 50u);
  lease.resize(10);  // released: holds nothing any more
  EXPECT_EQ(budget->in_use(), 50u);
}

TEST_F(ByteBudgetTest, MovedLeasesGiveBackOnce) {
  Lease a = budget->try_acquire(30);
  Lease b = std::move(a);
  EXPECT_EQ(a.bytes(), 0u);
  EXPECT_EQ(budget->in_use(), 30u);
  b = budget->try_acquire(20);
  EXPECT_EQ(budget->in_use(), 20u);
  b.release();
  b.release();
  EXPECT_EQ(budget->in_use(), 0u);
}

TEST(ByteBudget, LeasesOfDroppedTasksComeBack) {
  auto clock = ManualClock();
  auto executor = std::make_unique<VirtualExecutor>(clock, 1);
  auto budget = ByteBudget::create(*executor, 10);
  for (int i = 0; i < 5; ++i) budget->acquire(10, [](Lease) { FAIL() << "must not run"; });
  executor.reset();
  EXPECT_EQ(budget->in_use(), 0u);
}

TEST(ByteBudget, RaisingServesThoseWhoWait) {
  ManualClock clock{0};
  VirtualExecutor executor(clock, 1);
  auto budget = ByteBudget::create(executor, 10);
  auto held = budget->try_acquire(10);
  bool served = false;
  budget->acquire(5, [&](Lease) { served = true; });
  budget->raise(8);  // smaller: nothing changes
  executor.run_for(seconds(1));
  EXPECT_EQ(budget->capacity(), 10u);
  EXPECT_FALSE(served);
  budget->raise(15);
  executor.run_for(seconds(1));
  EXPECT_EQ(budget->capacity(), 15u);
  EXPECT_TRUE(served);
}

TEST(ByteBudget, StressStaysWithinItsCapacity) {
  SystemClock clock;
  ThreadedExecutor executor(clock, 4);
  auto budget = ByteBudget::create(executor, 1000);
  constexpr int kRequests = 2000;
  std::atomic<int> served{0};
  for (int i = 0; i < kRequests; ++i) {
    budget->acquire(1 + i * 37 % 400, [&](Lease lease) {
      EXPECT_LE(budget->in_use(), 1000u);
      auto held = std::make_shared<Lease>(std::move(lease));
      executor.post([&, held] {
        held->release();
        if (++served == kRequests) executor.notify();
      });
    });
  }
  ASSERT_TRUE(executor.run_until([&] { return served == kRequests; }));
  EXPECT_EQ(budget->in_use(), 0u);
  EXPECT_LE(budget->peak(), 1000u);
}

}  // namespace
}  // namespace otsstream
