// Rows that choose their partition: sessions, memory, commit and what a crash between two
// partitions leaves.
#include "maxcompute/wire/record_stream_writer.h"
#include "writer/odps/fake_maxcompute_for_test.h"
#include "writer/odps/staging_sessions.h"

namespace otsstream::writer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DynamicPartitionsTest : public OdpsWriterTestBase {
 protected:
  void SetUp() override {
    settings.partition = {};
    settings.columns = {"id", "pt", "version"};
    service.columns({"id string", "version bigint"});
  }
  static RowBatch rows(const std::vector<std::pair<std::string, std::string>>& id_and_partition) {
    RowBatch batch(3);
    for (const auto& [id, partition] : id_and_partition) {
      auto row = batch.add_row();
      row[0] = Value::from_string(batch.copy(id));
      row[1] = Value::from_string(batch.copy(partition));
      row[2] = Value::from_long(1);
    }
    return batch;
  }
  std::unique_ptr<Writer> begun() {
    auto writer = make();
    Status checked = writer->check({{"a"}, {"b"}, {"c", ValueType::kLong}}, warnings);
    EXPECT_TRUE(checked) << (checked ? "" : checked.error().to_string());
    auto staging = writer->begin();
    EXPECT_TRUE(staging) << (staging ? "" : staging.error().to_string());
    return writer;
  }
  std::vector<StagedPart> prepared(Writer& writer, const std::vector<ChannelResult>& results) {
    std::vector<const ChannelResult*> pointers;
    for (const ChannelResult& result : results) pointers.push_back(&result);
    auto parts = writer.prepare(pointers);
    EXPECT_TRUE(parts) << (parts ? "" : parts.error().to_string());
    return parts ? *parts : std::vector<StagedPart>{};
  }
  static std::vector<std::string> block_of(const std::string& id) {
    maxcompute::RecordStreamWriter old;
    old.add_text(1, id);
    old.end_record();
    return {old.finish()};
  }
};

TEST_F(DynamicPartitionsTest, EachPartitionHasASessionAndBecomesVisibleByItself) {
  service.content["pt=b"] = block_of("old-b");
  service.content["pt=c"] = block_of("old-c");
  service.partitions = {"pt=b", "pt=c"};
  auto writer = begun();
  EXPECT_EQ(writer->describe(), "odps demo.person/pt=*");
  EXPECT_THAT(writer->plan_json(), HasSubstr(R"("partitionColumns":["pt"],"overwrite":true)"));
  EXPECT_THAT(service.sessions, IsEmpty()) << "nothing is opened before there are rows";

  // Two units share the partitions' sessions; each has its own places.
  const ChannelResult first = transfer(*writer, rows({{"1", "a"}, {"2", "b"}, {"3", "a"}}), 0, 10);
  const ChannelResult second = transfer(*writer, rows({{"4", "b"}}), 10, 10);
  EXPECT_EQ(service.sessions.size(), 2u);
  EXPECT_TRUE(service.partitions.contains("pt=a")) << "made on the way";
  EXPECT_EQ(first.rows, 3);
  const auto parts = prepared(*writer, {first, second});
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].target, "pt=a");
  EXPECT_THAT(parts[0].places, ElementsAre(0));
  EXPECT_EQ(parts[1].target, "pt=b");
  EXPECT_THAT(parts[1].places, ElementsAre(0, 10));
  EXPECT_THAT(service.rows("pt=b"), ElementsAre("old-b|~"));

  int asked = 0;
  ASSERT_TRUE(writer->commit(parts, [&] { return ++asked, Status(); }));
  EXPECT_EQ(asked, 2);
  EXPECT_THAT(service.rows("pt=a"), ElementsAre("1|1", "3|1"));
  EXPECT_THAT(service.rows("pt=b"), ElementsAre("2|1", "4|1"));
  EXPECT_THAT(service.rows("pt=c"), ElementsAre("old-c|~")) << "no rows came for it";
}

TEST_F(DynamicPartitionsTest, AnEmptyWindowTouchesNothing) {
  service.content["pt=b"] = block_of("old-b");
  auto writer = begun();
  auto channel = writer->open_channel(0, 10);
  auto result = finish(**channel);
  ASSERT_TRUE(result);
  const auto parts = prepared(*writer, {*result});
  EXPECT_THAT(parts, IsEmpty());
  ASSERT_TRUE(writer->commit(parts, {}));
  EXPECT_EQ(*writer->settle(parts), Settled::kCommitted);
  EXPECT_THAT(service.sessions, IsEmpty());
  EXPECT_THAT(service.rows("pt=b"), ElementsAre("old-b|~"));
}

TEST_F(DynamicPartitionsTest, SeveralLevelsAndTheirSpecialCharacters) {
  service.keys({"pt string", "hh bigint"});
  settings.columns = {"hh", "pt", "id"};
  auto writer = make();
  ASSERT_TRUE(writer->check({{"a"}, {"b"}, {"c"}}, warnings));
  ASSERT_TRUE(writer->begin());
  RowBatch batch(3);
  for (const char* hour : {"07", "7"}) {
    auto row = batch.add_row();
    row[0] = Value::from_string(hour);
    row[1] = Value::from_string("100% of a+b & 杭州");
    row[2] = Value::from_string(hour);
  }
  const auto parts = prepared(*writer, {transfer(*writer, batch)});
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].target, "pt=100% of a+b & 杭州,hh=7");
  ASSERT_TRUE(writer->commit(parts, {}));
  EXPECT_THAT(service.rows("pt=100% of a+b & 杭州,hh=7"), ElementsAre("07|~", "7|~"));
}

TEST_F(DynamicPartitionsTest, ABlankValueEndsTheJobWithItsRow) {
  auto writer = begun();
  auto channel = writer->open_channel(0, 10);
  Status written = (*channel)->write(rows({{"1", "a"}, {"culprit", " "}}));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, "OdpsWriter-PartitionValue");
  EXPECT_THAT(written.error().message, HasSubstr("row (culprit,  , 1)"));
  channel->reset();
}

TEST_F(DynamicPartitionsTest, DirtyRowsOpenNoPartition) {
  settings.columns = {"version", "pt", "id"};
  auto writer = begun();
  const ChannelResult result = transfer(*writer, rows({{"1", "a"}, {"no number", "b"}}));
  EXPECT_EQ(result.dirty, 1);
  EXPECT_EQ(result.rows, 1);
  EXPECT_THAT(dirty.first_reason(), HasSubstr("partition pt=b"));
  EXPECT_EQ(prepared(*writer, {result}).size(), 1u);
  EXPECT_FALSE(service.partitions.contains("pt=b"));
}

// A thousand partitions in a channel's memory of 256 KiB: the fullest block goes first, and the
// same rows give the same blocks.
TEST_F(DynamicPartitionsTest, ManyPartitionsShareTheChannelsMemory) {
  budget = ByteBudget::create(executor, 16u << 20);
  channels = 32;
  std::vector<std::map<std::string, std::map<int, std::string>>> seen;
  for (int round = 0; round < 2; ++round) {
    service.sessions.clear();
    service.content.clear();
    service.puts.clear();
    auto writer = begun();
    auto channel = writer->open_channel(0, 100);
    ASSERT_TRUE(channel);
    size_t largest_put = 0;
    for (int i = 0; i < 60; ++i) {
      RowBatch batch(3);
      for (int p = 0; p < 1000; ++p) {
        auto row = batch.add_row();
        row[0] = Value::from_string(batch.copy(std::string(20, 'x')));
        row[1] = Value::from_string(batch.copy("p" + std::to_string(p % (p % 7 == 0 ? 10 : 1000))));
        row[2] = Value::from_long(i);
      }
      ASSERT_TRUE((*channel)->write(batch));
      executor.run_for(milliseconds(round == 0 ? 2 : 5000));
    }
    auto result = finish(**channel);
    ASSERT_TRUE(result) << result.error().to_string();
    EXPECT_EQ(result->rows, 60'000);
    for (const auto& [place, bytes] : service.puts)
      largest_put = std::max(largest_put, bytes.size());
    EXPECT_LE(largest_put, 256u << 10);
    EXPECT_GT(service.puts.size(), service.sessions.size()) << "memory ran out on the way";
    std::map<std::string, std::map<int, std::string>> blocks;
    for (const auto& [id, session] : service.sessions) blocks[session.partition] = session.blocks;
    seen.push_back(std::move(blocks));
    const auto parts = prepared(*writer, {*result});
    ASSERT_TRUE(writer->commit(parts, {}));
    size_t landed = 0;
    for (const auto& [partition, content] : service.content)
      landed += service.rows_of(content).size();
    EXPECT_EQ(landed, 60'000u);
  }
  EXPECT_EQ(seen[0], seen[1]);
}

// Small blocks do not wait for each other's round trips, but not all go at once either.
TEST_F(DynamicPartitionsTest, AFewSmallBlocksAreUnderWayAtATime) {
  auto writer = begun();
  auto channel = writer->open_channel(0, 10);
  std::vector<std::pair<std::string, std::string>> twenty;
  for (int i = 0; i < 20; ++i) twenty.push_back({"x", "p" + std::to_string(i)});
  ASSERT_TRUE((*channel)->write(rows(twenty)));
  bool done = false;
  (*channel)->finish([&](Result<ChannelResult> result) {
    ASSERT_TRUE(result);
    EXPECT_EQ(result->parts.size(), 20u);
    done = true;
  });
  executor.run_for(milliseconds(2500));  // a second for the session, one for the block
  EXPECT_EQ(service.puts.size(), 8u);
  executor.run_for(seconds(60));
  EXPECT_TRUE(done);
  EXPECT_EQ(service.puts.size(), 20u);
}

TEST_F(DynamicPartitionsTest, TheNumberOfPartitionsIsBounded) {
  StagingSessions sessions(SessionRecipe{});
  for (size_t i = 0; i < StagingSessions::kMaxPartitions; ++i) {
    maxcompute::PartitionSpec spec;
    spec.add("pt", std::to_string(i));
    ASSERT_TRUE(sessions.of(spec));
  }
  EXPECT_TRUE(sessions.of(*maxcompute::PartitionSpec::parse("pt=17")));
  auto beyond = sessions.of(*maxcompute::PartitionSpec::parse("pt=x"));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, "OdpsWriter-Partitions");
  EXPECT_THAT(beyond.error().message, HasSubstr("more than 10000 partitions"));
}

// Dead between two partitions: another process goes on with the others, whatever the mode.
TEST_F(DynamicPartitionsTest, AHalfDoneCommitIsFinishedByAnotherProcess) {
  for (bool truncate : {true, false}) {
    service.sessions.clear();
    service.content.clear();
    settings.truncate = truncate;
    auto first = begun();
    const auto parts =
        prepared(*first, {transfer(*first, rows({{"1", "a"}, {"2", "b"}, {"3", "c"}}))});
    ASSERT_EQ(parts.size(), 3u);
    ASSERT_TRUE(first->commit({parts[0]}, {}));
    first->abort();

    auto second = make();
    ASSERT_TRUE(second->check({{"a"}, {"b"}, {"c", ValueType::kLong}}, warnings));
    EXPECT_EQ(*second->settle(parts), truncate ? Settled::kNotCommitted : Settled::kPartly);
    ASSERT_TRUE(second->commit(parts, {}));
    EXPECT_EQ(*second->settle(parts), Settled::kCommitted);
    ASSERT_TRUE(second->commit(parts, {}));
    for (const char* partition : {"pt=a", "pt=b", "pt=c"})
      EXPECT_EQ(service.rows(partition).size(), 1u) << partition;
  }
}

TEST_F(DynamicPartitionsTest, AFailedCommitSaysHowFarItCame) {
  auto writer = begun();
  const auto parts = prepared(*writer, {transfer(*writer, rows({{"1", "a"}, {"2", "b"}}))});
  ASSERT_TRUE(writer->commit({parts[0]}, {}));
  service.refuse_commits = 1;
  Status failed = writer->commit(parts, {});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message,
              HasSubstr("the commit of table person, partition pt=b failed; 1 of 2 partitions are "
                        "visible"));
  EXPECT_EQ(failed.error().code, "NoPermission");
}

// Each lost answer is settled by asking the session of its partition.
TEST_F(DynamicPartitionsTest, SettlesEveryPartition) {
  struct Case {
    std::string a, b;
    bool truncate;
    Settled expected;
  };
  const Case cases[] = {
      {"closed", "closed", false, Settled::kCommitted},
      {"normal", "normal", false, Settled::kNotCommitted},
      {"closed", "normal", false, Settled::kPartly},
      {"closed", "normal", true, Settled::kNotCommitted},
      {"closed", "canceled", false, Settled::kPartly},
      {"closed", "gone", false, Settled::kUnknown},
      {"closed", "gone", true, Settled::kNotCommitted},
      {"normal", "expired", false, Settled::kUnknown},
      {"canceled", "normal", false, Settled::kNotCommitted},
  };
  service.partitions = {"pt=a", "pt=b"};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.a + " " + c.b);
    service.sessions.clear();
    if (c.a != "gone") service.sessions["SA"] = {c.a, "pt=a", false, {}};
    if (c.b != "gone") service.sessions["SB"] = {c.b, "pt=b", false, {}};
    settings.truncate = c.truncate;
    auto settled = make()->settle({{"odps:SA", "pt=a", {}}, {"odps:SB", "pt=b", {}}});
    ASSERT_TRUE(settled) << settled.error().to_string();
    EXPECT_EQ(*settled, c.expected);
  }
}

TEST_F(DynamicPartitionsTest, ASessionThatCannotBeOpenedEndsTheUnit) {
  auto writer = begun();
  service.table_dropped = true;
  auto channel = writer->open_channel(0, 10);
  ASSERT_TRUE((*channel)->write(rows({{"1", "a"}})));
  auto result = finish(**channel);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message,
              HasSubstr("table person, partition pt=a is not there any more"));
  service.table_dropped = false;
  service.columns({"id string"});
  auto altered = writer->open_channel(0, 10);
  ASSERT_TRUE((*altered)->write(rows({{"1", "a"}})));
  EXPECT_EQ(finish(**altered).error().code, "OdpsWriter-TableChanged");
}

}  // namespace
}  // namespace otsstream::writer
