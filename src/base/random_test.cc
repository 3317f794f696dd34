#include "base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace otsstream {
namespace {

TEST(Random, SeedDecidesEverything) {
  Random a(42), b(42), c(43);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_EQ(a.uuid(), b.uuid());
  EXPECT_EQ(a.unit(), b.unit());
  EXPECT_NE(a.hex(32), c.hex(32));
}

TEST(Random, MersenneTwisterOfTheStandard) {
  Random r(5489);  // the default seed; its 10000th number is fixed by the C++ standard
  for (int i = 1; i < 10000; ++i) r.next();
  EXPECT_EQ(r.next(), 9981545732273789042u);
}

TEST(Random, BelowStaysBelowAndReachesAll) {
  Random r(1);
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(r.below(7));
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_EQ(*seen.rbegin(), 6u);
  EXPECT_EQ(r.below(1), 0u);
  EXPECT_LT(r.below((uint64_t{1} << 63) + 1), (uint64_t{1} << 63) + 1);
}

TEST(Random, UnitIsInHalfOpenRange) {
  Random r(2);
  for (int i = 0; i < 1000; ++i) {
    double u = r.unit();
    EXPECT_GE(u, 0.0);
    EXPECT_LT(u, 1.0);
  }
}

TEST(Random, Texts) {
  Random r(3);
  const char* shape = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(r.uuid(), ::testing::MatchesRegex(shape));
  }
  EXPECT_EQ(r.hex(0), "");
  EXPECT_EQ(r.hex(33).size(), 33u);
}

TEST(Random, SystemSeedsDiffer) { EXPECT_NE(Random::system_seed(), Random::system_seed()); }

}  // namespace
}  // namespace otsstream
