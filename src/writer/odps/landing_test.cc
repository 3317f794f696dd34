// What stands between staged and visible: tables that cannot be overwritten, sessions that are
// lost, destinations that change under our hands, and the job's own statements.
#include "maxcompute/wire/record_stream_writer.h"
#include "writer/odps/fake_maxcompute_for_test.h"

namespace otsstream::writer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LandingTest : public OdpsWriterTestBase {
 protected:
  static RowBatch one_row() {
    RowBatch batch(5);
    add(batch, "new", 1, Value());
    return batch;
  }
  void old_content() {
    maxcompute::RecordStreamWriter old;
    old.add_text(1, "old");
    old.end_record();
    service.partitions.insert("pt=20171019");
    service.content["pt=20171019"] = {old.finish()};
  }
  std::vector<std::string> landed() { return service.rows("pt=20171019"); }
  size_t truncates() const {
    return static_cast<size_t>(
        std::count_if(service.statements.begin(), service.statements.end(),
                      [](const std::string& text) { return text.starts_with("TRUNCATE"); }));
  }
};

const char* const kNew = "new|c|1|~|U|~";

TEST_F(LandingTest, ATableThatCannotBeOverwrittenIsEmptiedJustBeforeTheCommit) {
  old_content();
  service.transactional = true;
  auto writer = begun();
  EXPECT_EQ(staging_name, "odps-empty:S1");
  const ChannelResult result = transfer(*writer, one_row());
  auto parts = writer->prepare({&result});
  ASSERT_TRUE(parts);
  EXPECT_THAT(landed(), ElementsAre("old|~|~|~|~|~"));
  EXPECT_THAT(service.statements, IsEmpty());
  ASSERT_TRUE(writer->commit(*parts, {}));
  EXPECT_THAT(landed(), ElementsAre(kNew));
  EXPECT_THAT(service.statements,
              ElementsAre("TRUNCATE TABLE `demo`.`person` PARTITION (pt='20171019');"));
  EXPECT_THAT(writer->remarks(), ElementsAre(HasSubstr("was emptied just before the commit")));

  // Another process that finishes the same commit again takes nothing away.
  auto second = make();
  ASSERT_TRUE(second->check(input(), warnings));
  ASSERT_TRUE(second->commit(*parts, {}));
  EXPECT_THAT(landed(), ElementsAre(kNew));
  EXPECT_EQ(truncates(), 1u);
}

// Dead between emptying and commit: the next process empties once more and commits.
TEST_F(LandingTest, AnEmptiedPartitionGetsItsRowsFromTheNextProcess) {
  old_content();
  service.transactional = true;
  auto writer = begun();
  const ChannelResult result = transfer(*writer, one_row());
  auto parts = writer->prepare({&result});
  ASSERT_TRUE(parts);
  service.refuse_commits = 1;
  EXPECT_FALSE(writer->commit(*parts, {}));
  EXPECT_THAT(landed(), IsEmpty());
  auto second = make();
  ASSERT_TRUE(second->check(input(), warnings));
  EXPECT_EQ(*second->settle(*parts), Settled::kNotCommitted);
  ASSERT_TRUE(second->commit(*parts, {}));
  EXPECT_THAT(landed(), ElementsAre(kNew));
}

TEST_F(LandingTest, NothingIsEmptiedForASessionThatIsNotWhole) {
  old_content();
  service.transactional = true;
  auto writer = begun();
  EXPECT_EQ(writer->commit(parts({5}), {}).error().code, "MaxCompute-MissingBlocks");
  service.sessions["S1"].status = "expired";
  EXPECT_FALSE(writer->commit(parts({}), {}));
  EXPECT_THAT(landed(), ElementsAre("old|~|~|~|~|~"));
  EXPECT_EQ(truncates(), 0u);
}

TEST_F(LandingTest, APlainTableIsEmptiedToo) {
  service.keys({});
  settings.partition = {};
  service.transactional = true;
  auto writer = begun();
  const ChannelResult result = transfer(*writer, one_row());
  auto parts = writer->prepare({&result});
  ASSERT_TRUE(parts);
  ASSERT_TRUE(writer->commit(*parts, {}));
  EXPECT_THAT(service.statements, ElementsAre("TRUNCATE TABLE `demo`.`person`;"));
  EXPECT_THAT(service.rows(""), ElementsAre(kNew));
}

TEST_F(LandingTest, AppendingAsksForNoOverwrite) {
  old_content();
  service.transactional = true;
  settings.truncate = false;
  auto writer = begun();
  EXPECT_EQ(staging_name, "odps:S1");
  EXPECT_THAT(writer->remarks(), IsEmpty());
}

// Found while a block is sent, or when all are in: either way nothing has become visible, and the
// run may begin afresh.
TEST_F(LandingTest, ALostSessionMayBeBegunAfresh) {
  for (const char* status : {"expired", "canceled", "gone"}) {
    SCOPED_TRACE(status);
    auto writer = begun();
    const std::string id = staging_name.substr(5);
    const ChannelResult result = transfer(*writer, one_row());
    if (std::string(status) == "gone") {
      service.sessions.erase(id);
    } else {
      service.sessions[id].status = status;
    }
    auto prepared = writer->prepare({&result});
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().code, "Writer-StagingGone");
    auto channel = writer->open_channel(200, 10);
    ASSERT_TRUE((*channel)->write(one_row()));
    auto sent = finish(**channel);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, kStagingGone);
    EXPECT_THAT(sent.error().message, HasSubstr("table person, partition pt=20171019 was lost"));
    channel->reset();

    writer->abort();
    auto again = writer->begin();
    ASSERT_TRUE(again);
    staging_name = *again;
    const ChannelResult anew = transfer(*writer, one_row());
    auto parts = writer->prepare({&anew});
    ASSERT_TRUE(parts) << parts.error().to_string();
    ASSERT_TRUE(writer->commit(*parts, {}));
    EXPECT_THAT(landed(), ElementsAre(kNew));
  }
}

TEST_F(LandingTest, ADestinationThatIsDroppedDuringTheRunIsNamed) {
  auto writer = begun();
  const ChannelResult result = transfer(*writer, one_row());
  service.partitions.clear();
  auto channel = writer->open_channel(200, 10);
  ASSERT_TRUE((*channel)->write(one_row()));
  auto sent = finish(**channel);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, "NoSuchPartition");
  EXPECT_THAT(sent.error().message, HasSubstr("partition pt=20171019 is not there any more"));
  EXPECT_THAT(sent.error().message, HasSubstr("nothing was landed"));
  EXPECT_EQ(writer->prepare({&result}).error().code, "NoSuchPartition");
  service.partitions.insert("pt=20171019");
  service.table_dropped = true;
  EXPECT_EQ(writer->prepare({&result}).error().code, "NoSuchTable");
  EXPECT_THAT(landed(), IsEmpty());
}

TEST_F(LandingTest, ATableThatIsAlteredDuringTheRunIsNotLanded) {
  auto writer = begun();
  const ChannelResult result = transfer(*writer, one_row());
  service.columns({"id string", "colname string", "version string"});
  auto prepared = writer->prepare({&result});
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, "OdpsWriter-TableChanged");
  EXPECT_THAT(landed(), IsEmpty());
}

TEST_F(LandingTest, StatementsOfTheJobStandAroundItsRows) {
  settings.pre_sql = {"delete from a", "delete from b;"};
  settings.post_sql = {"select 1"};
  auto writer = begun();
  EXPECT_THAT(service.statements, ElementsAre("delete from a;", "delete from b;",
                                              HasSubstr("ADD IF NOT EXISTS PARTITION")));
  const ChannelResult result = transfer(*writer, one_row());
  auto parts = writer->prepare({&result});
  ASSERT_TRUE(parts);
  ASSERT_TRUE(writer->commit(*parts, {}));
  EXPECT_EQ(service.statements.size(), 3u);
  int asked = 0;
  ASSERT_TRUE(writer->after_commit([&] { return ++asked, Status(); }));
  EXPECT_EQ(service.statements.back(), "select 1;");
  EXPECT_EQ(asked, 1);
}

TEST_F(LandingTest, AFailedStatementSaysWhatItMeans) {
  settings.pre_sql = {"delete from a", "bad"};
  settings.post_sql = {"select 1", "worse"};
  service.failing_statement = "bad;";
  auto writer = make();
  ASSERT_TRUE(writer->check(input(), warnings));
  auto begun = writer->begin();
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, "OdpsWriter-PreSql");
  EXPECT_THAT(begun.error().message, HasSubstr("preSql statement 2 failed; nothing was"));
  EXPECT_THAT(begun.error().to_string(), HasSubstr("Parse exception"));
  EXPECT_THAT(service.sessions, IsEmpty());

  service.failing_statement = "worse;";
  Status after = writer->after_commit({});
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, "OdpsWriter-PostSql");
  EXPECT_THAT(after.error().message,
              HasSubstr("postSql statement 2 failed; the rows have landed in odps demo.person"));
  EXPECT_THAT(after.error().remedy, HasSubstr("runs postSql only"));
}

}  // namespace
}  // namespace otsstream::writer
