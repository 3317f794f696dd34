#include "sync/commit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/compress.h"

namespace otsstream::sync {
namespace {

using reader::ShardAction;
using testing::ElementsAre;
using testing::HasSubstr;

reader::ShardPlan shard(const std::string& id, ShardAction action, const std::string& parent = "") {
  reader::ShardPlan plan;
  plan.shard = {id, parent, ""};
  plan.action = action;
  return plan;
}

// Parent "p" ends in the window, "a" and "b" are its children, "late" is skipped, "old" was closed
// before.
Plan sample_plan() {
  Plan plan;
  plan.read.settings.data_table = "person";
  plan.read.settings.window = {1000, 2000};
  plan.read.stream_id = "stream";
  plan.read.shards = {shard("old", ShardAction::kClosed), shard("p", ShardAction::kRead),
                      shard("a", ShardAction::kRead, "p"), shard("b", ShardAction::kRead, "p"),
                      shard("late", ShardAction::kSkip, "a")};
  plan.units = make_units(plan.read.shards, 2, 100);
  return plan;
}

reader::ShardResult result(const std::string& id, const std::string& checkpoint, int64_t records) {
  reader::ShardResult r;
  r.shard_id = id;
  r.checkpoint = checkpoint;
  r.records = records;
  r.rows = records * 2;
  r.time_checkpoints = {{1500, "hint-" + id}};
  return r;
}

const std::vector<writer::StagedPart> kParts = {{"odps:1", "", {0, 1}}};

std::vector<Manifest> sample_manifests() {
  Manifest first, second;
  first.unit = 0;
  first.shards = {result("p", "SHARD_END", 3), result("a", "it-a", 2)};
  first.channel = {{{"odps:1", "", {0, 1}}}, 10, 0, 100, 1};
  second.unit = 1;
  second.shards = {result("b", "it-b", 0)};
  second.channel = {{}, 0, 1, 0, 0};
  return {first, second};
}

TEST(CommitRecord, HoldsOneCheckpointPerShardOfTheJob) {
  auto record = make_commit_record(sample_plan(), sample_manifests(), kParts, "v");
  ASSERT_TRUE(record.has_value()) << record.error().to_string();
  std::vector<std::string> rows;
  for (const reader::CheckpointRow& row : record->checkpoints)
    rows.push_back(row.shard_id + "=" + row.checkpoint + "/" +
                   std::to_string(row.send_record_count) + "/" + row.version);
  EXPECT_THAT(rows, ElementsAre("old=SHARD_END/0/v", "p=SHARD_END/3/v", "a=it-a/2/v", "b=it-b/0/v",
                                "late=TRIM_HORIZON/0/v"));
  EXPECT_THAT(record->description.shard_ids, ElementsAre("old", "p", "a", "b", "late"));
  ASSERT_EQ(record->parts.size(), 1u);
  EXPECT_THAT(record->parts[0].places, ElementsAre(0, 1));
  EXPECT_EQ(record->records, 5);
  EXPECT_EQ(record->dirty, 1);
  EXPECT_EQ(record->shard_times.size(), 3u);
}

TEST(CommitRecord, SurvivesTheFenceRow) {
  auto record = make_commit_record(sample_plan(), sample_manifests(), kParts, "v");
  ASSERT_TRUE(record.has_value());
  const std::string text = to_json(*record);
  auto read = read_commit_record(text);
  ASSERT_TRUE(read.has_value()) << read.error().to_string();
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->description, record->description);
  EXPECT_EQ(read->checkpoints, record->checkpoints);
}

// What another job prepared is not this job, however its window ends.
TEST(CommitRecord, IsOfOneJobOnly) {
  Plan plan = sample_plan();
  plan.destination_json = R"({"writer":"odps","partition":"pt=1"})";
  auto record = make_commit_record(plan, sample_manifests(), kParts, "v");
  ASSERT_TRUE(record.has_value());
  EXPECT_TRUE(check_same_job(*record, plan).has_value());

  Plan longer = plan;
  longer.read.settings.window.start_ms = 500;
  Plan elsewhere = plan;
  elsewhere.destination_json = R"({"writer":"odps","partition":"pt=2"})";
  Plan other_table = plan;
  other_table.read.settings.data_table = "people";
  for (const Plan& other : {longer, elsewhere, other_table}) {
    Status same = check_same_job(*record, other);
    ASSERT_FALSE(same.has_value());
    EXPECT_EQ(same.error().code, "Sync-OtherCommit");
    EXPECT_THAT(same.error().message, HasSubstr("pt=1"));
  }
}

TEST(CommitRecord, RefusesAnUnknownFormat) {
  auto record = make_commit_record(sample_plan(), sample_manifests(), kParts, "v");
  std::string text = to_json(*record);
  text.replace(text.find("commit/2"), 8, "commit/9");
  auto read = read_commit_record(text);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, "Sync-CommitFormat");
  EXPECT_FALSE(read_commit_record("{").has_value());
}

// What a program before partitions by column had prepared is finished by this one.
TEST(CommitRecord, ReadsTheFirstFormat) {
  auto read = read_commit_record(
      R"({"format":"otsstream-commit/1","staging":"odps:7","destination":"{}","places":[3,4],)"
      R"("version":"v","table":"t","streamId":"s","start":1,"end":2,"checkpoints":[],)"
      R"("shardTimes":[],"records":5,"rows":6,"dirty":0})");
  ASSERT_TRUE(read.has_value()) << read.error().to_string();
  ASSERT_EQ(read->parts.size(), 1u);
  EXPECT_EQ(read->parts[0].staging, "odps:7");
  EXPECT_EQ(read->parts[0].target, "");
  EXPECT_THAT(read->parts[0].places, ElementsAre(3, 4));
}

TEST(CommitRecord, NamesEveryPartition) {
  const std::vector<writer::StagedPart> parts = {{"odps:1", "pt=a", {0, 9}},
                                                 {"odps:2", "pt=b", {1}}};
  auto record = make_commit_record(sample_plan(), sample_manifests(), parts, "v");
  ASSERT_TRUE(record.has_value());
  auto read = read_commit_record(to_json(*record));
  ASSERT_TRUE(read.has_value()) << read.error().to_string();
  ASSERT_EQ(read->parts.size(), 2u);
  EXPECT_EQ(read->parts[1].staging, "odps:2");
  EXPECT_EQ(read->parts[1].target, "pt=b");
  EXPECT_THAT(read->parts[0].places, ElementsAre(0, 9));
}

// As many partitions as the writer allows still fit into the fence row.
TEST(CommitRecord, TenThousandPartitionsFitIntoTheFenceRow) {
  std::vector<writer::StagedPart> parts;
  uint64_t noise = 1;
  for (int i = 0; i < 10'000; ++i) {
    std::string id = "odps:";
    for (int k = 0; k < 2; ++k, noise = noise * 6364136223846793005u + 1442695040888963407u)
      id += checksum_text(noise);
    parts.push_back({id,
                     "pt=" + std::to_string(20170000 + i) + ",hh=" + std::to_string(i % 24),
                     {0, 1666, 3332, 4998, 6664, 8330, 9996, 11662}});
  }
  auto record = make_commit_record(sample_plan(), sample_manifests(), parts, "v");
  ASSERT_TRUE(record.has_value());
  const std::string text = to_json(*record);
  EXPECT_LT(text.size(), 2u << 20);
  EXPECT_LT(zlib_deflate(text).size(), 512u << 10);
  auto read = read_commit_record(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->parts.size(), 10'000u);
}

TEST(CommitRecord, KeepsTheNewestHintsOnly) {
  std::vector<Manifest> manifests = sample_manifests();
  for (int i = 0; i < 5000; ++i)
    manifests[0].shards[0].time_checkpoints.push_back({10'000 + i, "h"});
  auto record = make_commit_record(sample_plan(), manifests, kParts, "v");
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->shard_times.size(), 4096u);
  EXPECT_EQ(record->shard_times.front().time_ms, 14'999);
}

struct Misfit {
  const char* name;
  void (*spoil)(Plan&, std::vector<Manifest>&);
  const char* says;
};

class Misfits : public testing::TestWithParam<Misfit> {};

TEST_P(Misfits, AreRefused) {
  Plan plan = sample_plan();
  std::vector<Manifest> manifests = sample_manifests();
  GetParam().spoil(plan, manifests);
  auto record = make_commit_record(plan, manifests, kParts, "v");
  ASSERT_FALSE(record.has_value());
  EXPECT_EQ(record.error().code, "Sync-Manifest");
  EXPECT_THAT(record.error().message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, Misfits,
    testing::Values(
        Misfit{"unit_missing", [](Plan&, std::vector<Manifest>& m) { m.pop_back(); },
               "1 of 2 units"},
        Misfit{"units_swapped", [](Plan&, std::vector<Manifest>& m) { std::swap(m[0], m[1]); },
               "unit 0"},
        Misfit{"shard_missing", [](Plan&, std::vector<Manifest>& m) { m[0].shards.pop_back(); },
               "unit 0"},
        Misfit{"foreign_shard",
               [](Plan&, std::vector<Manifest>& m) { m[1].shards[0].shard_id = "x"; }, "shard b"},
        Misfit{"foreign_block",
               [](Plan&, std::vector<Manifest>& m) { m[0].channel.parts[0].places.push_back(50); },
               "foreign block 50"},
        Misfit{"no_position",
               [](Plan&, std::vector<Manifest>& m) { m[1].shards[0].checkpoint.clear(); },
               "shard b"},
        Misfit{"parent_did_not_end",
               [](Plan&, std::vector<Manifest>& m) { m[0].shards[0].checkpoint = "it-p"; },
               "its parent p"},
        Misfit{"skipped_child_of_an_ended_parent",
               [](Plan&, std::vector<Manifest>& m) { m[0].shards[1].checkpoint = "SHARD_END"; },
               "shard late was skipped"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace otsstream::sync
