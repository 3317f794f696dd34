#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/executor.h"

namespace otsstream {
namespace {

TEST(Strand, KeepsOrderWhateverTheSeed) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    ManualClock clock;
    VirtualExecutor executor(clock, seed);
    Strand strand(executor);
    std::vector<int> order;
    for (int i = 0; i < 50; ++i) strand.post([&order, i] { order.push_back(i); });
    EXPECT_TRUE(order.empty()) << "never inline";
    ASSERT_TRUE(executor.run_until([&] { return order.size() == 50; }));
    for (int i = 0; i < 50; ++i) EXPECT_EQ(order[i], i);
  }
}

TEST(Strand, LetsOthersRunInBetween) {
  ManualClock clock;
  VirtualExecutor executor(clock, 3);
  Strand a(executor), b(executor);
  std::string order;
  for (int i = 0; i < 20; ++i) {
    a.post([&] { order += 'a'; });
    b.post([&] { order += 'b'; });
  }
  ASSERT_TRUE(executor.run_until([&] { return order.size() == 40; }));
  EXPECT_LT(order.find('a'), 20u);
  EXPECT_LT(order.find('b'), 20u);
  EXPECT_EQ(&a.executor(), &executor);
}

TEST(Strand, TasksMayPostToTheirOwnStrand) {
  ManualClock clock;
  VirtualExecutor executor(clock, 3);
  Strand strand(executor);
  std::string order;
  strand.post([&] {
    strand.post([&] { order += 'c'; });
    order += 'a';
  });
  strand.post([&] { order += 'b'; });
  ASSERT_TRUE(executor.run_until([&] { return order.size() == 3; }));
  EXPECT_EQ(order, "abc");
}

TEST(Strand, IsDroppedWithItsExecutor) {
  struct Machine {
    explicit Machine(Executor& e, bool& g) : strand(e), gone(g) {}
    ~Machine() { gone = true; }
    Strand strand;
    bool& gone;
  };
  bool gone = false;
  {
    ManualClock clock;
    VirtualExecutor executor(clock, 1);
    auto machine = std::make_shared<Machine>(executor, gone);
    machine->strand.post([machine] {});
    machine->strand.post([machine] { machine->strand.post([machine] {}); });
  }
  EXPECT_TRUE(gone) << "a machine that waits in its own strand must not keep itself alive";
}

TEST(Strand, StressOneAtATimeInOrderOfEachPoster) {
  SystemClock clock;
  ThreadedExecutor executor(clock, 4);
  constexpr int kPosters = 4, kEach = 400;
  Strand strand(executor);
  std::atomic<int> inside{0};
  std::vector<int> last(kPosters, -1);  // plain ints: the strand is their lock
  int ran = 0;
  std::atomic<bool> all{false};
  std::vector<std::thread> posters;
  for (int p = 0; p < kPosters; ++p) {
    posters.emplace_back([&, p] {
      for (int i = 0; i < kEach; ++i) {
        strand.post([&, p, i] {
          EXPECT_EQ(++inside, 1);
          EXPECT_EQ(last[p], i - 1);
          last[p] = i;
          if (++ran == kPosters * kEach) {
            all = true;
            executor.notify();
          }
          --inside;
        });
      }
    });
  }
  ASSERT_TRUE(executor.run_until([&] { return all.load(); }));
  for (auto& t : posters) t.join();
}

}  // namespace
}  // namespace otsstream
