#include "maxcompute/wire/arrow/chunks.h"

#include <gtest/gtest.h>

#include "support/vectors.h"

namespace otsstream::maxcompute::arrow {
namespace {

std::string counting(size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(i);
  return text;
}

struct Golden {
  const char* vector;
  size_t payload;
};

class ChunksGoldenTest : public ::testing::TestWithParam<Golden> {};

TEST_P(ChunksGoldenTest, AreThoseOfPyodps) {
  const std::string stream =
      from_hex(test::read_text_file(test::vector_folder() + GetParam().vector + ".hex"));
  const std::string payload = counting(GetParam().payload);
  EXPECT_EQ(write_chunks(payload, 16), stream);
  auto read = read_chunks(stream);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, payload);
}

INSTANTIATE_TEST_SUITE_P(Vectors, ChunksGoldenTest,
                         ::testing::Values(Golden{"odps-16-arrow-framing", 40},
                                           Golden{"odps-17-arrow-framing-exact", 32}),
                         [](const auto& param) {
                           return "payload_of_" + std::to_string(param.param.payload);
                         });

TEST(ChunksTest, EveryLengthAroundTheChunkSizeComesBack) {
  for (size_t size : {0, 1, 15, 16, 17, 31, 32, 33}) {
    auto read = read_chunks(write_chunks(counting(size), 16));
    ASSERT_TRUE(read) << size;
    EXPECT_EQ(*read, counting(size));
  }
}

TEST(ChunksTest, TheClientsSayNothingInTwoMoreWays) {
  EXPECT_EQ(read_chunks("").value(), "") << "Java";
  EXPECT_EQ(read_chunks(std::string_view("\0\0\0\0", 4)).value(), "") << "PyODPS";
}

TEST(ChunksTest, NoFlippedBitAndNoCutGoesThrough) {
  const std::string stream = write_chunks(counting(40), 16);
  for (size_t at = 0; at < stream.size(); ++at) {
    std::string flipped = stream;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    EXPECT_FALSE(read_chunks(flipped)) << "byte " << at;
    if (at > 0) {
      EXPECT_FALSE(read_chunks(stream.substr(0, at))) << "cut at " << at;
    }
  }
  EXPECT_FALSE(read_chunks(stream + "x"));
}

struct Damage {
  const char* name;
  std::string stream;
  const char* code;
  const char* message;
};

class ChunksDamageTest : public ::testing::TestWithParam<Damage> {};

TEST_P(ChunksDamageTest, IsNamed) {
  auto read = read_chunks(GetParam().stream);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(read.error().code, GetParam().code);
  EXPECT_EQ(read.error().message, GetParam().message);
}

std::string damaged(size_t at) {
  std::string stream = write_chunks(counting(40), 16);
  stream[at] = '\x7f';
  return stream;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ChunksDamageTest,
    ::testing::Values(Damage{"no_chunk_size", "\1\2", "MalformedDataStream",
                             "Arrow: the body ends within its chunk size"},
                      Damage{"chunk_size_0", std::string(8, '\0'), "MalformedDataStream",
                             "Arrow: a chunk size of 0"},
                      Damage{"no_checksum", write_chunks(counting(32), 16).substr(0, 44),
                             "MalformedDataStream", "Arrow: the body ends without its checksum"},
                      Damage{"wrong_chunk", damaged(5), "CorruptedDataStream",
                             "Arrow: wrong checksum of the chunk that ends at byte 24"},
                      Damage{"wrong_total", damaged(54), "CorruptedDataStream",
                             "Arrow: wrong checksum of the body that ends at byte 56"}),
    [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace otsstream::maxcompute::arrow
