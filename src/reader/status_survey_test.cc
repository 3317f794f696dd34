#include "reader/status_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/compress.h"

namespace otsstream::reader {
namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using tablestore::PrimaryKey;
using tablestore::Row;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kEnd = 1510036262000;
constexpr const char* kEndText = "   1510036262000";

// Rows as section 8 spells them, not as our own writers do.
Row row(const std::string& type, const std::string& value,
        std::vector<std::pair<std::string, CellValue>> cells, const std::string& stream = "s") {
  Row out;
  out.primary_key = {{"StreamId", CellValue::of_string(stream)},
                     {"StatusType", CellValue::of_string(type)},
                     {"StatusValue", CellValue::of_string(value)}};
  for (auto& [name, cell] : cells)
    out.cells.push_back({name, CellOp::kPut, std::move(cell), 1510036300000});
  return out;
}
CellValue text(std::string_view value) { return CellValue::of_string(value); }
CellValue number(int64_t value) { return CellValue::of_integer(value); }

Row checkpoint(const std::string& shard, const std::string& value, const std::string& version) {
  return row("CheckpointForDataxReader", std::string(kEndText) + "\t" + shard,
             {{"Checkpoint", text(value)}, {"SkipCount", number(0)}, {"Version", text(version)}});
}
Row description(const std::string& version) {
  return row("DataxJobDesc", kEndText,
             {{"EndTime", number(kEnd)},
              {"JobStreamId", text("s")},
              {"ShardIds_0", CellValue::of_blob(zlib_deflate(R"(["shard_a","shard_b"])"))},
              {"StartTime", number(kEnd - 1000)},
              {"TableName", text("person")},
              {"Version", text(version)}});
}

TEST(StatusKeyTest, EveryKindOfRow) {
  const struct {
    const char* type;
    const char* value;
    StatusKind kind;
    int64_t time_ms;
    const char* shard;
  } kCases[] = {
      {"CheckpointForDataxReader", "   1510036262000\tshard_a", StatusKind::kCheckpoint, kEnd,
       "shard_a"},
      {"CheckpointForDataxReader", "   1510036262000\ta\tb", StatusKind::kCheckpoint, kEnd, "a\tb"},
      {"CheckpointForDataxReader", kEndText, StatusKind::kShardCount, kEnd, ""},
      {"DataxJobDesc", kEndText, StatusKind::kJobDescription, kEnd, ""},
      {"ShardTimeCheckpointForDataxReader", "shard_a\t   1510036262000", StatusKind::kShardTime,
       kEnd, "shard_a"},
      {"OtsStreamFence", kEndText, StatusKind::kFence, kEnd, ""},
      {"DataxJobDesc", "               7", StatusKind::kJobDescription, 7, ""},
      // Not what time16() writes, or another type.
      {"DataxJobDesc", "1510036262000", StatusKind::kUnknown, 0, ""},
      {"DataxJobDesc", "   151003626200x", StatusKind::kUnknown, 0, ""},
      {"DataxJobDesc", "                ", StatusKind::kUnknown, 0, ""},
      {"DataxJobDesc", "", StatusKind::kUnknown, 0, ""},
      {"ShardTimeCheckpointForDataxReader", "shard_a", StatusKind::kUnknown, 0, ""},
      {"SomethingElse", kEndText, StatusKind::kUnknown, 0, ""},
  };
  for (const auto& c : kCases) {
    const StatusKey key = read_status_key(row(c.type, c.value, {}).primary_key);
    EXPECT_EQ(key.kind, c.kind) << c.type << "/" << c.value;
    EXPECT_EQ(key.time_ms, c.time_ms) << c.value;
    EXPECT_EQ(key.shard_id, c.shard) << c.value;
    EXPECT_EQ(key.stream_id, "s");
  }
  EXPECT_EQ(read_status_key({}).kind, StatusKind::kUnknown);
  EXPECT_EQ(read_status_key({{"a", number(1)}, {"b", number(1)}, {"c", number(1)}}).kind,
            StatusKind::kUnknown);
}

TEST(StatusKeyTest, KindsHaveNames) {
  const std::pair<StatusKind, const char*> kNames[] = {
      {StatusKind::kJobDescription, "job description"},
      {StatusKind::kShardCount, "shard count"},
      {StatusKind::kCheckpoint, "checkpoint"},
      {StatusKind::kShardTime, "shard-time checkpoint"},
      {StatusKind::kFence, "fence"},
      {StatusKind::kUnknown, "unknown"}};
  for (const auto& [kind, name] : kNames) EXPECT_EQ(to_string(kind), name);
}

TEST(StatusRanges, HoldTheirRowsAndNoOthers) {
  const auto in = [](const KeyRange& range, const PrimaryKey& key) {
    return tablestore::compare_key(key, range.from) >= 0 &&
           tablestore::compare_key(key, range.to) < 0;
  };
  const KeyRange window = times_range("s", kCheckpointType, kEnd, kEnd);
  EXPECT_TRUE(in(window, shard_count_key("s", kEnd)));
  EXPECT_TRUE(in(window, checkpoint_key("s", kEnd, "shard")));
  EXPECT_FALSE(in(window, checkpoint_key("s", kEnd + 1, "shard")));
  EXPECT_FALSE(in(window, shard_count_key("s", kEnd - 1)));
  EXPECT_FALSE(in(window, job_description_key("s", kEnd)));
  EXPECT_FALSE(in(window, checkpoint_key("t", kEnd, "shard")));
  EXPECT_TRUE(in(stream_range("s"), job_description_key("s", kEnd)));
  EXPECT_TRUE(in(stream_range("s"), shard_time_key("s", "a", 1)));
  EXPECT_FALSE(in(stream_range("s"), job_description_key("s1", kEnd)));
  EXPECT_TRUE(in(all_rows_range(), job_description_key("", 0)));
  EXPECT_TRUE(in(all_rows_range(), fence_key("\xff", INT64_MAX)));
}

TEST(SurveyTest, PutsTheRowsOfAWindowTogether) {
  Row fence = row("OtsStreamFence", kEndText,
                  {{"Owner", text("h:b:n/1/2/a/3")},
                   {"State", text("COMMITTED")},
                   {"ExpiresAt", number(1)},
                   {"Staging", text("")}});
  const Survey found =
      survey({checkpoint("shard_b", "SHARD_END", "v"), checkpoint("shard_a", "it", "v"), fence,
              description("v"), row("ShardTimeCheckpointForDataxReader", "a\t   1510036262000", {}),
              row("Strange", "x", {}), row("DataxJobDesc", kEndText, {}, "other")});
  EXPECT_EQ(found.hints, 1u);
  EXPECT_EQ(found.unknown, 1u);
  ASSERT_EQ(found.windows.size(), 2u);
  EXPECT_EQ(found.windows[0].stream_id, "other");
  EXPECT_THAT(found.windows[0].damaged, ElementsAre(HasSubstr("its shard list cannot be read")));
  const WindowRows& window = found.windows[1];
  EXPECT_EQ(window.stream_id, "s");
  EXPECT_EQ(window.end_ms, kEnd);
  ASSERT_EQ(window.checkpoints.size(), 2u);
  EXPECT_EQ(window.checkpoints[0].shard_id, "shard_a");
  EXPECT_EQ(window.checkpoints[1].checkpoint, "SHARD_END");
  EXPECT_EQ(window.description->table, "person");
  EXPECT_EQ(window.fence->state, "COMMITTED");
  EXPECT_THAT(window.damaged, IsEmpty());
  EXPECT_EQ(why_not_finished(window), "");
}

TEST(SurveyTest, SaysWhyAWindowIsNotFinished) {
  const Row count = row("CheckpointForDataxReader", kEndText, {{"ShardCount", number(2)}});
  const struct {
    std::vector<Row> rows;
    const char* why;
  } kCases[] = {
      {{description("v"), checkpoint("shard_a", "it", "v")}, "left 1 checkpoints"},
      {{description("v"), checkpoint("shard_a", "it", "v"), checkpoint("shard_b", "it", "w")},
       "no checkpoint of shard shard_b"},
      {{checkpoint("shard_a", "it", "v")}, "no earlier run ended there"},
      {{count, checkpoint("shard_a", "it", "")}, "says 2 shards, there are 1"},
      {{count, checkpoint("shard_a", "it", ""), checkpoint("shard_b", "it", "")}, ""},
      {{row("CheckpointForDataxReader", kEndText, {})}, "shard count"},
      {{row("OtsStreamFence", kEndText, {})}, "fence"},
  };
  for (const auto& c : kCases) {
    const Survey found = survey(c.rows);
    ASSERT_EQ(found.windows.size(), 1u) << c.why;
    const std::string why = why_not_finished(found.windows[0]);
    if (*c.why == '\0')
      EXPECT_EQ(why, "");
    else
      EXPECT_THAT(why, HasSubstr(c.why));
  }
}

}  // namespace
}  // namespace otsstream::reader
