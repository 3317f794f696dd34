#include "writer/odps/odps_writer.h"

#include "base/crc.h"
#include "writer/odps/block_channel.h"
#include "writer/odps/fake_maxcompute_for_test.h"

namespace otsstream::writer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class OdpsWriterTest : public OdpsWriterTestBase {};

TEST_F(OdpsWriterTest, LandsRowsAtCommitAndNotBefore) {
  service.content["pt=20171019"] = {};
  auto writer = begun();
  EXPECT_EQ(staging_name, "odps:S1");
  EXPECT_THAT(warnings, ElementsAre("column 6 `sequenceinfo` will always be NULL; set "
                                    "isExportSequenceInfo to true to fill it"));
  EXPECT_EQ(writer->describe(), "odps demo.person/pt=20171019");
  EXPECT_EQ(
      writer->plan_json(),
      R"({"writer":"odps","project":"demo","table":"person","partition":"pt=20171019","overwrite":true,)"
      R"("columns":["id","colname","version","colvalue","optype","sequenceinfo"]})");
  EXPECT_EQ(writer->staging_places(), 20000);
  EXPECT_TRUE(writer->ordered_by_place());

  auto channel = writer->open_channel(40, 10);
  ASSERT_TRUE(channel);
  RowBatch batch(5);
  add(batch, "a", 1, Value::from_long(5));
  add(batch, "b", 2, Value());
  ASSERT_TRUE((*channel)->write(batch));
  batch.clear();
  add(batch, "c", 3, Value::from_bool(true));
  ASSERT_TRUE((*channel)->write(batch));
  auto result = finish(**channel);
  ASSERT_TRUE(result) << result.error().to_string();
  ASSERT_EQ(result->parts.size(), 1u);
  EXPECT_EQ(result->parts[0].staging, "odps:S1");
  EXPECT_EQ(result->parts[0].target, "");
  EXPECT_THAT(result->parts[0].places, ElementsAre(40));
  EXPECT_EQ(result->rows, 3);
  EXPECT_EQ(result->dirty, 0);
  EXPECT_EQ(result->bytes, service.sessions["S1"].blocks[40].size());
  EXPECT_EQ(result->checksum, crc32c(0, service.sessions["S1"].blocks[40]));
  EXPECT_THAT(service.rows("pt=20171019"), IsEmpty());

  auto prepared = writer->prepare({&*result});
  ASSERT_TRUE(prepared) << prepared.error().to_string();
  ASSERT_EQ(prepared->size(), 1u);
  ASSERT_TRUE(writer->commit(*prepared, {}));
  EXPECT_THAT(writer->remarks(), IsEmpty());
  EXPECT_THAT(service.rows("pt=20171019"),
              ElementsAre("a|c|1|5|U|~", "b|c|2|~|U|~", "c|c|3|true|U|~"));
}

TEST_F(OdpsWriterTest, CheckReadsOnlyAndBeginCreatesThePartition) {
  auto writer = make();
  ASSERT_TRUE(writer->check(input(), warnings));
  for (const std::string& line : service.log) EXPECT_TRUE(line.starts_with("GET ")) << line;
  ASSERT_TRUE(writer->begin());
  EXPECT_TRUE(service.partitions.contains("pt=20171019"));
  EXPECT_EQ(service.count("/instances"), 1u);
  EXPECT_TRUE(service.sessions["S1"].overwrite);
  ASSERT_TRUE(writer->begin());  // there already: no statement
  EXPECT_EQ(service.count("/instances"), 1u);
}

TEST_F(OdpsWriterTest, AppendAndPlainTable) {
  service.keys({});
  settings.partition = {};
  settings.truncate = false;
  auto writer = begun();
  EXPECT_EQ(writer->describe(), "odps demo.person");
  EXPECT_FALSE(service.sessions["S1"].overwrite);
  EXPECT_THAT(writer->plan_json(), testing::Not(HasSubstr("partition")));
}

TEST_F(OdpsWriterTest, CheckNamesWhatDoesNotFit) {
  settings.table = "nobody";
  EXPECT_THAT(make()->check(input(), warnings).error().headline(), HasSubstr("table nobody"));
  settings.table = "person";
  settings.columns = {"id", "age"};
  EXPECT_THAT(make()->check(input(), warnings).error().message, HasSubstr("no column `age`"));
  settings.partition = *maxcompute::PartitionSpec::parse("dt=1");
  EXPECT_EQ(make()->check(input(), warnings).error().code, "OdpsWriter-Partition");
}

TEST_F(OdpsWriterTest, ATableThatChangedAfterTheCheckIsNotWritten) {
  auto writer = make();
  ASSERT_TRUE(writer->check(input(), warnings));
  service.columns({"id string"});
  auto staging = writer->begin();
  ASSERT_FALSE(staging);
  EXPECT_EQ(staging.error().code, "OdpsWriter-TableChanged");
}

TEST_F(OdpsWriterTest, AnEmptyWindowEmptiesThePartition) {
  maxcompute::RecordStreamWriter old;
  old.add_text(1, "old");
  old.end_record();
  service.content["pt=20171019"] = {old.finish()};
  auto writer = begun();
  auto channel = writer->open_channel(0, 10);
  auto result = finish(**channel);
  ASSERT_TRUE(result);
  EXPECT_THAT(result->parts, IsEmpty());
  EXPECT_EQ(result->checksum, 0u);
  EXPECT_THAT(service.rows("pt=20171019"), ElementsAre("old|~|~|~|~|~"));
  auto prepared = writer->prepare({&*result});
  ASSERT_TRUE(prepared);
  ASSERT_TRUE(writer->commit(*prepared, {}));
  EXPECT_THAT(service.rows("pt=20171019"), IsEmpty());
  EXPECT_THAT(service.puts, IsEmpty());
}

TEST_F(OdpsWriterTest, CommitRefusesBlocksThatAreNotThePlans) {
  auto writer = begun();
  auto committed = writer->commit(parts({3}), {});
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, "MaxCompute-MissingBlocks");
  ChannelResult foreign;
  foreign.parts = parts({3});
  EXPECT_EQ(writer->prepare({&foreign}).error().code, "MaxCompute-MissingBlocks");
  foreign.parts[0].staging = "odps:S9";
  EXPECT_EQ(writer->prepare({&foreign}).error().code, "OdpsWriter-Staging");
  EXPECT_EQ(service.sessions["S1"].status, "normal");
}

TEST_F(OdpsWriterTest, DirtyRowsAreDroppedWholeAndCounted) {
  settings.columns = {"id", "colname", "optype", "version"};  // field 3 -> version bigint
  auto writer = make();
  ASSERT_TRUE(writer->check({{"a"}, {"b"}, {"c"}, {"d", ValueType::kNull}}, warnings));
  ASSERT_TRUE(writer->begin());
  auto channel = writer->open_channel(7, 10);
  RowBatch batch(4);
  for (const char* value : {"1", "x", "3"}) {
    auto row = batch.add_row();
    row[0] = Value::from_string(value);
    row[3] = Value::from_string(value);
  }
  ASSERT_TRUE((*channel)->write(batch));
  auto result = finish(**channel);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rows, 2);
  EXPECT_EQ(result->dirty, 1);
  EXPECT_EQ(dirty.count(), 1);
  EXPECT_EQ(dirty.first_reason(),
            "record 2 of its unit, block 7: field 3 (column `version`): String \"x\" cannot be "
            "converted to bigint - correct the value at its source, or give the column the type "
            "string");
  ASSERT_TRUE(writer->commit({{"odps:S1", "", {7}}}, {}));
  EXPECT_THAT(service.rows("pt=20171019"), ElementsAre("1|~|1|~|~|~", "3|~|3|~|~|~"));
}

TEST_F(OdpsWriterTest, TheDirtyLimitEndsTheUnit) {
  DirtySink strict({0, std::nullopt, 0});
  auto mapping = std::make_shared<Mapping>();
  mapping->columns = {{0, 1, "n", *maxcompute::parse_type("bigint")}};
  mapping->input_columns = 1;
  const BlockSizes sizes = block_sizes({}, 1, 64u << 20);
  auto queue =
      std::make_shared<BlockQueue>(executor, std::nullopt, sizes.first, ByteBudget::Lease());
  BlockChannel channel(RowEncoder(mapping, {}), 1, sizes, BlockCutter(sizes, 0, 5),
                       {std::make_shared<StagingSessions>(SessionRecipe{}), {}, nullptr}, queue,
                       strict);
  RowBatch batch(1);
  batch.add_row()[0] = Value::from_string("x");
  auto written = channel.write(batch);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, "Framework-14");

  RowBatch other(2);
  EXPECT_EQ(channel.write(other).error().code, "OdpsWriter-Columns");
}

TEST_F(OdpsWriterTest, ARetrySendsTheSameBytesToTheSameBlock) {
  auto writer = begun();
  service.refuse_puts = 2;
  auto channel = writer->open_channel(5, 10);
  RowBatch batch(5);
  add(batch, "a", 1, Value());
  ASSERT_TRUE((*channel)->write(batch));
  ASSERT_TRUE(finish(**channel));
  ASSERT_EQ(service.puts.size(), 3u);
  EXPECT_EQ(service.puts[0], service.puts[1]);
  EXPECT_EQ(service.puts[0], service.puts[2]);
  EXPECT_EQ(service.puts[0].first, 5);
  EXPECT_EQ(writer->retries(), 2u);
}

TEST_F(OdpsWriterTest, AnUploadThatFailsForGoodEndsTheUnit) {
  settings.max_retry_time = 1;
  auto writer = begun();
  service.refuse_puts = 100;
  auto channel = writer->open_channel(5, 10);
  RowBatch batch(5);
  add(batch, "a", 1, Value());
  ASSERT_TRUE((*channel)->write(batch));
  auto result = finish(**channel);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("block 5 of upload session S1"));
  EXPECT_EQ(service.puts.size(), 2u);
}

TEST_F(OdpsWriterTest, CommitGoesOnAfterTheUserStoppedTheRun) {
  auto writer = begun();
  cancel.cancel();
  EXPECT_TRUE(writer->commit(parts({}), {}));
  EXPECT_EQ(service.sessions["S1"].status, "closed");
}

struct SettleCase {
  std::string status;
  bool truncate;
  Settled expected;
};

TEST_F(OdpsWriterTest, SettleAsksTheSession) {
  const SettleCase cases[] = {
      {"closed", true, Settled::kCommitted},       {"closed", false, Settled::kCommitted},
      {"normal", true, Settled::kNotCommitted},    {"normal", false, Settled::kNotCommitted},
      {"canceled", false, Settled::kNotCommitted}, {"expired", true, Settled::kNotCommitted},
      {"expired", false, Settled::kUnknown},       {"critical", false, Settled::kUnknown},
      {"gone", true, Settled::kNotCommitted},      {"gone", false, Settled::kUnknown},
  };
  service.partitions.insert("pt=20171019");
  for (const SettleCase& c : cases) {
    service.sessions.clear();
    if (c.status != "gone") service.sessions["OLD"] = {c.status, "pt=20171019", c.truncate, {}};
    settings.truncate = c.truncate;
    auto writer = make();
    ASSERT_TRUE(writer->check(input(), warnings));
    auto settled = writer->settle({{"odps:OLD", "", {}}});
    ASSERT_TRUE(settled) << settled.error().to_string();
    EXPECT_EQ(*settled, c.expected) << c.status << c.truncate;
  }
  EXPECT_EQ(make()->settle({{"stream", "", {}}}).error().code, "OdpsWriter-Staging");
  EXPECT_EQ(make()->settle({{"odps:", "", {}}}).error().code, "OdpsWriter-Staging");
}

TEST_F(OdpsWriterTest, SettleWaitsForACommitUnderWay) {
  service.partitions.insert("pt=20171019");
  service.sessions["OLD"] = {"committing", "pt=20171019", true, {}};
  service.closing_polls = 4;
  auto settled = make()->settle({{"odps:OLD", "", {}}});
  ASSERT_TRUE(settled);
  EXPECT_EQ(*settled, Settled::kCommitted);
  service.sessions["OLD"].status = "closing";
  auto stuck = make()->settle({{"odps:OLD", "", {}}});
  ASSERT_FALSE(stuck);
  EXPECT_EQ(stuck.error().code, "OdpsWriter-Committing");
}

TEST_F(OdpsWriterTest, AnotherProcessFinishesAPreparedCommitOnce) {
  auto first = begun();
  auto channel = first->open_channel(0, 10);
  RowBatch batch(5);
  add(batch, "a", 1, Value());
  ASSERT_TRUE((*channel)->write(batch));
  ASSERT_TRUE(finish(**channel));
  first->abort();

  auto second = make();
  ASSERT_TRUE(second->check(input(), warnings));
  ASSERT_TRUE(second->commit(parts({0}), {}));
  ASSERT_TRUE(second->commit(parts({0}), {}));
  EXPECT_EQ(service.rows("pt=20171019").size(), 1u);
  EXPECT_EQ(service.count("POST /projects/demo/tables/person?uploadid="), 1u);
}

TEST_F(OdpsWriterTest, CallsOutOfOrderAreRefused) {
  auto writer = make();
  EXPECT_EQ(writer->begin().error().code, "OdpsWriter-Unchecked");
  EXPECT_EQ(writer->open_channel(0, 1).error().code, "OdpsWriter-NotBegun");
  EXPECT_EQ(writer->prepare({}).error().code, "OdpsWriter-NotBegun");
  writer->abort();
}

TEST_F(OdpsWriterTest, ALargerBlockSizeRaisesTheBudgetAndSaysSo) {
  settings.block_size_mb = 64;
  auto writer = make();
  ASSERT_TRUE(writer->check(input(), warnings));
  EXPECT_THAT(warnings,
              testing::Contains("blockSizeInMB 64 with 7 channels needs 928 MiB of memory: "
                                "the job's budget is raised from 64 MiB"));
  EXPECT_EQ(budget->capacity(), 928u << 20);
  ASSERT_TRUE(writer->begin());
  std::vector<std::unique_ptr<Channel>> all;
  for (int i = 0; i < 7; ++i) all.push_back(std::move(*writer->open_channel(i, 1)));
  EXPECT_EQ(budget->in_use(), 7u * 128 << 20);
}

TEST_F(OdpsWriterTest, ChannelsHoldTheirBuffersFromTheBudgetAndGiveThemBack) {
  auto writer = begun();
  {
    std::vector<std::unique_ptr<Channel>> all;
    for (int i = 0; i < 7; ++i) all.push_back(std::move(*writer->open_channel(i, 1)));
    EXPECT_GT(budget->in_use(), 30u << 20);
    EXPECT_LE(budget->in_use(), 32u << 20);
  }
  EXPECT_EQ(budget->in_use(), 0u);
  auto everything = budget->try_acquire(budget->capacity());
  auto beyond = writer->open_channel(0, 1);  // refused memory does not stop the unit
  ASSERT_TRUE(beyond);
  EXPECT_GT(budget->in_use(), budget->capacity());  // but it is counted
}

}  // namespace
}  // namespace otsstream::writer
