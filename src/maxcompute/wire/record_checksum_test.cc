#include "maxcompute/wire/record_checksum.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "base/random.h"

namespace otsstream::maxcompute {
namespace {

TEST(RecordChecksum, IsThatOfTheBytesInOrder) {
  RecordChecksum sum;
  sum.add(uint32_t{1}, int64_t{1});
  sum.add(uint32_t{2});
  sum.add_bytes("x");
  // The worked example of maxcompute-protocol.md 4.4.
  EXPECT_EQ(sum.take(), 0x3eb89449u);
  EXPECT_EQ(sum.take(), 0u) << "starts anew";
}

TEST(RecordChecksum, DroppedBytesLeaveNoTrace) {
  RecordChecksum sum;
  sum.add_bytes(std::string(700, 'x'));
  sum.add(int64_t{5});
  sum.drop();
  sum.add_bytes("123456789");
  EXPECT_EQ(sum.take(), 0xE3069283u);
}

// Pieces of all sizes around those that the buffer takes.
TEST(RecordChecksum, HowThePiecesAreCutDoesNotMatter) {
  Random random(11);
  RecordChecksum sum;
  for (int round = 0; round < 300; ++round) {
    std::string all;
    for (uint64_t pieces = random.below(40); pieces > 0; --pieces) {
      const uint64_t size = random.below(4) == 0 ? 500 + random.below(30) : random.below(60);
      const std::string bytes(size, static_cast<char>(random.next()));
      const auto number = static_cast<uint32_t>(random.next());
      sum.add(number);
      sum.add_bytes(bytes);
      put_fixed(all, number);
      all += bytes;
    }
    ASSERT_EQ(sum.take(), crc32c(0, all)) << "round " << round;
  }
}

}  // namespace
}  // namespace otsstream::maxcompute
