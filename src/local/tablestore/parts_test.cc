// The parts below the operations, each alone: sort keys, iterator texts.

#include "local/tablestore/shard_iterator.h"
#include "local/tablestore/sort_key.h"
#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

TEST(SortKeyTest, SortsAsKeysDo) {
  auto text = [](std::string_view v) { return CellValue::of_string(v); };
  const std::vector<CellValue> ascending = {CellValue::inf_min(),
                                            CellValue::of_integer(INT64_MIN),
                                            CellValue::of_integer(-1),
                                            CellValue::of_integer(0),
                                            CellValue::of_integer(255),
                                            CellValue::of_integer(256),
                                            CellValue::of_integer(INT64_MAX),
                                            text(""),
                                            text(std::string_view("\0", 1)),
                                            text(std::string_view("\0\0", 2)),
                                            text(std::string_view("\0\1", 2)),
                                            text("a"),
                                            text(std::string_view("a\0", 2)),
                                            text("ab"),
                                            text("b"),
                                            text("\xff"),
                                            CellValue::of_blob(""),
                                            CellValue::of_blob("a"),
                                            CellValue::inf_max()};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      // A second column must not blur the order of the first.
      PrimaryKey a{{"k", ascending[i]}, {"l", CellValue::of_integer(5)}},
          b{{"k", ascending[j]}, {"l", CellValue::of_integer(-5)}};
      EXPECT_EQ(sort_key(a) < sort_key(b), compare_key(a, b) < 0) << i << " " << j;
    }
  }
}

TEST(ShardIteratorTest, TextsRoundTripAndDamageShows) {
  ShardIterator iterator{"person_1795356600000000", "0b0c7d6e-4f3a-4c56-9d2b-1f2e3d4c5b6a",
                         1234567};
  std::string text = to_text(iterator);
  EXPECT_EQ(text.size(), 152u);
  auto back = parse_shard_iterator(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->stream_id, iterator.stream_id);
  EXPECT_EQ(back->shard_id, iterator.shard_id);
  EXPECT_EQ(back->position, iterator.position);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = damaged[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(parse_shard_iterator(damaged)) << i;
  }
  EXPECT_FALSE(parse_seek_token(text));
  SeekToken token{"shard", -5, 3};
  auto token_back = parse_seek_token(to_text(token));
  ASSERT_TRUE(token_back);
  EXPECT_EQ(token_back->timestamp_us, -5);
  EXPECT_EQ(token_back->steps_done, 3);
  EXPECT_FALSE(parse_shard_iterator(to_text(token)));
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
