#include "writer/odps/block_channel.h"

#include "writer/odps/fake_maxcompute_for_test.h"

namespace otsstream::writer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BlockChannelTest : public OdpsWriterTestBase {
 protected:
  void SetUp() override {
    service.columns({"v string"});
    service.keys({});
    caller = std::make_shared<maxcompute::HttpCaller>(
        maxcompute::Connection{"http://rest:1/api", "http://tunnel:2", "demo", "id", Secret("key"),
                               Secret(), "", ""},
        maxcompute::ClientOptions{
            {3, milliseconds(100), seconds(1), 0}, seconds(1), seconds(1), nullptr},
        transport, executor, random);
    sessions = open_sessions("");
    staged = *sessions->of({});
    auto opened = await<StagedPartition::Session>(
        executor, [&](auto done) { staged->with_session(std::move(done)); });
    ASSERT_TRUE(opened) << opened.error().to_string();
    session = *opened;
    auto one = std::make_shared<Mapping>();
    one->columns = {{0, 1, "v", *maxcompute::parse_type("string")}};
    one->input_columns = 1;
    mapping = one;
  }
  std::unique_ptr<BlockChannel> open(size_t target, int first_place, int places,
                                     size_t largest = 1 << 20) {
    BlockSizes sizes;
    sizes.first = target;
    sizes.largest = largest;
    return std::make_unique<BlockChannel>(
        RowEncoder(mapping, {}), 1, sizes, BlockCutter(sizes, first_place, places),
        ChannelTarget{sessions, {}, nullptr},
        std::make_shared<BlockQueue>(executor, codec, sizes.first, budget->overdraw(2 * target)),
        dirty);
  }
  std::shared_ptr<StagingSessions> open_sessions(const std::string& encoding) {
    SessionRecipe recipe;
    recipe.caller = caller;
    recipe.tunnel_endpoint = "http://tunnel:2";
    recipe.schema = service.info.schema;
    recipe.overwrite = true;
    recipe.content_encoding = encoding;
    return std::make_shared<StagingSessions>(std::move(recipe));
  }
  static std::vector<int> places(const ChannelResult& result) {
    return result.parts.size() == 1 ? result.parts[0].places : std::vector<int>{};
  }
  static RowBatch rows(int first, int count, size_t size = 100) {
    RowBatch batch(1);
    for (int i = first; i < first + count; ++i)
      batch.add_row()[0] = Value::from_string(
          batch.copy(std::to_string(i) + std::string(size - std::to_string(i).size(), '.')));
    return batch;
  }
  std::vector<std::string> blocks() const {
    std::vector<std::string> out;
    for (const auto& [place, bytes] : service.sessions.at(session->id()).blocks)
      out.push_back(bytes);
    return out;
  }

  std::shared_ptr<maxcompute::HttpCaller> caller;
  std::shared_ptr<StagingSessions> sessions;
  std::shared_ptr<StagedPartition> staged;
  StagedPartition::Session session;
  std::optional<Codec> codec;
  std::shared_ptr<const Mapping> mapping;
};

// The same rows give the same blocks, however they are batched and whenever uploads come back.
TEST_F(BlockChannelTest, CutsByBytesOnly) {
  std::vector<std::vector<std::string>> seen;
  std::vector<ChannelResult> results;
  for (int batch_rows : {1000, 37, 1}) {
    service.sessions[session->id()].blocks.clear();
    auto channel = open(5000, 3, 100);
    for (int i = 0; i < 1000; i += batch_rows) {
      ASSERT_TRUE(channel->write(rows(i, std::min(batch_rows, 1000 - i))));
      if (batch_rows == 37) executor.run_for(milliseconds(700));
    }
    auto result = finish(*channel);
    ASSERT_TRUE(result);
    results.push_back(*result);
    seen.push_back(blocks());
  }
  EXPECT_GT(seen[0].size(), 15u);
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
  EXPECT_EQ(places(results[0]).front(), 3);
  EXPECT_EQ(places(results[0]).size(), seen[0].size());
  for (const ChannelResult& result : results) {
    EXPECT_EQ(places(result), places(results[0]));
    EXPECT_EQ(result.checksum, results[0].checksum);
    EXPECT_EQ(result.bytes, results[0].bytes);
    EXPECT_EQ(result.rows, 1000);
  }
  const auto landed = service.rows_of(seen[0]);
  ASSERT_EQ(landed.size(), 1000u);
  EXPECT_THAT(landed[999], testing::StartsWith("999."));
}

TEST_F(BlockChannelTest, BlocksGrowWhenHalfOfTheRestIsUsedAndThenRunOut) {
  auto channel = open(1000, 0, 4, 4000);
  // 4 places: two of 1000 bytes, one of 2000, one of 4000; each row is about 110 bytes.
  ASSERT_TRUE(channel->write(rows(0, 75)));
  auto failed = channel->write(rows(75, 100));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kResource);
  EXPECT_THAT(failed.error().message, HasSubstr("all 4 blocks of this part of the job are used"));
  EXPECT_FALSE(failed.error().remedy.empty());
  executor.run_for(seconds(60));
  std::vector<size_t> kilobytes;
  for (const std::string& block : blocks()) kilobytes.push_back(block.size() / 1000);
  EXPECT_THAT(kilobytes, ElementsAre(1, 1, 2, 4));
}

TEST_F(BlockChannelTest, RunningOutInTheLastBlockIsFoundAtFinish) {
  auto channel = open(200, 0, 1, 200);
  ASSERT_TRUE(channel->write(rows(0, 3)));
  auto result = finish(*channel);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "OdpsWriter-Blocks");
}

TEST_F(BlockChannelTest, AFullBlockBehindOneInFlightHoldsTheReaderBack) {
  auto channel = open(1000, 0, 100);
  int woken = 0;
  auto ready = [&] { ++woken; };
  EXPECT_TRUE(channel->accepts_more(ready));
  ASSERT_TRUE(channel->write(rows(0, 10)));  // one block, in flight
  EXPECT_TRUE(channel->accepts_more(ready));
  ASSERT_TRUE(channel->write(rows(10, 10)));  // a second one, waiting
  EXPECT_FALSE(channel->accepts_more(ready));
  executor.run_for(milliseconds(500));
  EXPECT_EQ(woken, 0);
  EXPECT_EQ(service.puts.size(), 1u);  // never two at a time
  executor.run_for(milliseconds(1000));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(service.puts.size(), 2u);
  executor.run_for(seconds(60));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(service.puts.size(), 2u);
  EXPECT_TRUE(channel->accepts_more(ready));
}

TEST_F(BlockChannelTest, AFailedUploadWakesTheReaderAndFailsTheNextWrite) {
  auto channel = open(1000, 0, 100);
  service.refuse_puts = 100;
  int woken = 0;
  ASSERT_TRUE(channel->write(rows(0, 30)));
  EXPECT_FALSE(channel->accepts_more([&] { ++woken; }));
  executor.run_for(seconds(60));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(channel->write(rows(30, 1)).error().code, "InternalServerError");
  for (const auto& put : service.puts)
    EXPECT_EQ(put.first, 0);  // those behind it are not sent any more
  EXPECT_FALSE(finish(*channel));
}

TEST_F(BlockChannelTest, LeavingWithABlockInFlightCallsNobody) {
  auto channel = open(1000, 0, 100);
  bool called = false;
  ASSERT_TRUE(channel->write(rows(0, 30)));
  EXPECT_FALSE(channel->accepts_more([&] { called = true; }));
  channel.reset();
  executor.run_for(seconds(60));
  EXPECT_FALSE(called);
  EXPECT_EQ(service.puts.size(), 1u);
}

TEST_F(BlockChannelTest, CompressedBlocksHoldTheSameRecords) {
  struct Case {
    Codec codec;
    const char* encoding;
  };
  std::vector<std::string> raw;
  for (const Case& c :
       {Case{Codec::kDeflate, "deflate"}, Case{Codec::kZstd, "zstd"},
        Case{Codec::kLz4Frame, "x-lz4-frame"}, Case{Codec::kSnappyFramed, "x-snappy-framed"}}) {
    SCOPED_TRACE(c.encoding);
    sessions = open_sessions(c.encoding);
    codec = c.codec;
    service.encodings.clear();
    service.puts.clear();
    auto channel = open(5000, 0, 100);
    ASSERT_TRUE(channel->write(rows(0, 300)));
    auto result = finish(*channel);
    ASSERT_TRUE(result) << result.error().to_string();
    EXPECT_THAT(service.encodings, ElementsAre(c.encoding));
    std::vector<std::string> stored;
    size_t sent = 0;
    for (const auto& put : service.puts) sent += put.second.size();
    for (const auto& [place, bytes] : service.sessions[result->parts[0].staging.substr(5)].blocks)
      stored.push_back(bytes);
    EXPECT_LT(sent, result->bytes / 2) << "the dots are compressed";
    if (raw.empty()) raw = stored;
    EXPECT_EQ(stored, raw) << "the encoding does not decide where blocks are cut";
  }
  EXPECT_EQ(service.rows_of(raw).size(), 300u);
}

TEST_F(BlockChannelTest, BlocksThatGrowAreLeased) {
  auto channel = open(1000, 0, 4, 4000);
  EXPECT_EQ(budget->in_use(), 2000u);
  ASSERT_TRUE(channel->write(rows(0, 25)));  // two blocks of 1000: half of the places
  EXPECT_EQ(budget->in_use(), 4000u);
  channel.reset();
  executor.run_for(seconds(60));
  EXPECT_EQ(budget->in_use(), 0u);
}

// All 20 000 places of a session, the last one as good as the first; one more block is refused.
TEST_F(BlockChannelTest, ASessionHasTwentyThousandPlaces) {
  BlockSizes sizes;
  sizes.first = 1;
  sizes.largest = 1;
  BlockCutter cutter(sizes, 0, 20'000);
  for (int place = 0; place < 20'000; ++place) {
    ASSERT_FALSE(cutter.exhausted());
    ASSERT_EQ(cutter.next_place(), place);
    cutter.advance();
  }
  EXPECT_TRUE(cutter.exhausted());

  auto channel = open(1, 19'999, 1, 1);
  ASSERT_TRUE(channel->write(rows(0, 1)));
  auto result = finish(*channel);
  ASSERT_TRUE(result);
  EXPECT_THAT(places(*result), ElementsAre(19'999));
  auto beyond = open(1, 20'000, 1, 1);
  ASSERT_TRUE(beyond->write(rows(0, 1)));
  EXPECT_EQ(finish(*beyond).error().code, "InvalidBlockID");
}

// With the default memory, growing blocks carry a terabyte-sized window's unit to its end.
TEST(BlockSizes, GrowingBlocksReachFarBeyondTheFirstSize) {
  const BlockSizes sizes = block_sizes({}, 3, 64u << 20);
  BlockCutter cutter(sizes, 0, 20'000 / 12);
  uint64_t bytes = 0;
  for (; !cutter.exhausted(); cutter.advance()) bytes += cutter.target();
  EXPECT_GT(bytes, 15ull << 30);
}

TEST(BlockSizes, ArePureFunctionsOfSettingsAndBudget) {
  constexpr size_t kMb = 1u << 20;
  struct Case {
    std::optional<int64_t> wanted;
    int channels;
    size_t budget;
    bool compressed;
    size_t first, largest, lease, raised_to;
  };
  const Case cases[] = {
      {{}, 1, 64 * kMb, false, 16 * kMb, 16 * kMb, 32 * kMb, 64 * kMb},
      {{}, 4, 64 * kMb, false, 4 * kMb, 16 * kMb, 8 * kMb, 64 * kMb},
      {{}, 1, 1024 * kMb, false, 64 * kMb, 64 * kMb, 128 * kMb, 1024 * kMb},
      // Too many channels: small blocks, and never more than a share of memory.
      {{}, 256, 64 * kMb, false, kMb / 4, 16 * kMb, kMb / 8, 64 * kMb},
      // A compressed block is there twice while it is sent.
      {{}, 2, 96 * kMb, true, 8 * kMb, 24 * kMb, 24 * kMb, 96 * kMb},
      {8, 1, 64 * kMb, false, 8 * kMb, 16 * kMb, 16 * kMb, 64 * kMb},
      {16, 1, 64 * kMb, false, 16 * kMb, 16 * kMb, 32 * kMb, 64 * kMb},
      {16, 1, 64 * kMb, true, 16 * kMb, 16 * kMb, 48 * kMb, 80 * kMb},
      {64, 4, 64 * kMb, false, 64 * kMb, 64 * kMb, 128 * kMb, 544 * kMb},
      {512, 3, 64 * kMb, true, 512 * kMb, 512 * kMb, 1536 * kMb, 4640 * kMb},
      {128, 1, 1024 * kMb, false, 128 * kMb, 128 * kMb, 256 * kMb, 1024 * kMb},
  };
  for (const Case& c : cases) {
    const BlockSizes sizes = block_sizes(c.wanted, c.channels, c.budget, c.compressed);
    SCOPED_TRACE(std::to_string(c.channels) + " channels, " + std::to_string(c.budget / kMb) +
                 " MB");
    EXPECT_EQ(sizes.first, c.first);
    EXPECT_EQ(sizes.largest, c.largest);
    EXPECT_EQ(sizes.lease, c.lease);
    EXPECT_EQ(sizes.budget, c.raised_to);
    // The readers keep the half that they had.
    EXPECT_LE(sizes.lease * static_cast<size_t>(c.channels), sizes.budget - c.budget / 2);
  }
}

}  // namespace
}  // namespace otsstream::writer
