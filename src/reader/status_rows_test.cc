#include "reader/status_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/compress.h"
#include "base/random.h"
#include "reader/fence_row.h"

namespace otsstream::reader {
namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellValue;
using tablestore::PrimaryKey;
using tablestore::Row;

constexpr int64_t kEnd = 1510036262000;

// Type, then value with bytes below 0x20 and above 0x7e as \xx.
std::string show(const CellValue& value) {
  if (value.type == tablestore::CellType::kInteger) return "I " + std::to_string(value.integer);
  std::string text(value.type == tablestore::CellType::kString ? "S " : "B ");
  for (unsigned char c : value.bytes) {
    text += c >= 0x20 && c < 0x7f ? std::string(1, static_cast<char>(c))
                                  : "\\" + to_hex({reinterpret_cast<char*>(&c), 1});
  }
  return text;
}
std::string show(const PrimaryKey& key) {
  std::string text;
  for (const auto& column : key)
    text += (text.empty() ? "" : " | ") + column.name + " " + show(column.value);
  return text;
}
std::vector<std::string> show_cells(const Row& row) {
  std::vector<std::string> out;
  for (const Cell& cell : row.cells) {
    EXPECT_EQ(cell.op, CellOp::kPut);
    EXPECT_FALSE(cell.timestamp);  // 8.1: server time
    out.push_back(cell.name + " " + show(*cell.value));
  }
  return out;
}

TEST(StatusRows, Table) {
  const tablestore::TableMeta meta = status_table_meta("s");
  ASSERT_EQ(meta.primary_key.size(), 3u);
  const char* names[] = {"StreamId", "StatusType", "StatusValue"};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(meta.primary_key[i],
              (tablestore::KeySchema{names[i], tablestore::KeyType::kString, false}));
  }
}

TEST(StatusRows, Time16) {
  EXPECT_EQ(time16(kEnd), "   1510036262000");
  EXPECT_EQ(time16(0), "               0");
  EXPECT_EQ(time16(-5), "              -5");
  EXPECT_EQ(time16(1234567890123456), "1234567890123456");
}

// 8.3 and 8.8 to the byte.
TEST(StatusRows, Keys) {
  EXPECT_EQ(to_hex(checkpoint_key("st", kEnd, "S")[2].value.bytes),
            "2020203135313030333632363230303009"
            "53");
  struct Case {
    PrimaryKey key;
    const char* want;
  };
  const Case cases[] = {
      {checkpoint_key("st", kEnd, "S"),
       "StreamId S st | StatusType S CheckpointForDataxReader | StatusValue S    "
       "1510036262000\\09S"},
      {shard_count_key("st", kEnd),
       "StreamId S st | StatusType S CheckpointForDataxReader | StatusValue S    1510036262000"},
      {job_description_key("st", kEnd),
       "StreamId S st | StatusType S DataxJobDesc | StatusValue S    1510036262000"},
      {shard_time_key("st", "S", kEnd),
       "StreamId S st | StatusType S ShardTimeCheckpointForDataxReader | StatusValue S S\\09   "
       "1510036262000"},
      {fence_key("st", kEnd),
       "StreamId S st | StatusType S OtsStreamFence | StatusValue S    1510036262000"},
      {checkpoint_range("st", kEnd).from,
       "StreamId S st | StatusType S CheckpointForDataxReader | StatusValue S    "
       "1510036262000\\09"},
      {checkpoint_range("st", kEnd).to,
       "StreamId S st | StatusType S CheckpointForDataxReader | StatusValue S    "
       "1510036262000\\09\\7f"},
      {nearest_range("st", "S", 5, 77).from,
       "StreamId S st | StatusType S ShardTimeCheckpointForDataxReader | StatusValue S S\\09       "
       "       77"},
      {nearest_range("st", "S", 5, 77).to,
       "StreamId S st | StatusType S ShardTimeCheckpointForDataxReader | StatusValue S S\\09       "
       "        5"},
  };
  for (const Case& c : cases) EXPECT_EQ(show(c.key), c.want);
}

TEST(StatusRows, CheckpointRow) {
  const Row idle = to_row("st", kEnd, CheckpointRow{"S", "v1", "it", 0, 0});
  EXPECT_THAT(show_cells(idle),
              testing::ElementsAre("Version S v1", "Checkpoint S it", "SkipCount I 0"));
  const CheckpointRow busy{"a\tb", "v1", "SHARD_END", 0,
                           17};  // the shard is what follows the first TAB
  const Row row = to_row("st", kEnd, busy);
  EXPECT_THAT(show_cells(row), testing::ElementsAre("Version S v1", "Checkpoint S SHARD_END",
                                                    "SkipCount I 0", "SendRecordCount I 17"));
  EXPECT_EQ(*read_checkpoint_row(row), busy);
}

TEST(StatusRows, CheckpointRowsOfOthers) {
  Row old;
  old.primary_key = checkpoint_key("st", kEnd, "S");
  old.cells = {{"Checkpoint", CellOp::kPut, CellValue::of_string("it"), 123}};
  EXPECT_EQ(*read_checkpoint_row(old), (CheckpointRow{"S", "", "it", 0, 0}));
  old.cells.push_back({"SkipCount", CellOp::kPut, CellValue::of_integer(3), {}});
  EXPECT_EQ(read_checkpoint_row(old)->skip_count, 3);

  struct Case {
    const char* name;
    PrimaryKey key;
    std::vector<Cell> cells;
    const char* text;
  };
  const PrimaryKey good = checkpoint_key("st", kEnd, "S");
  const Case cases[] = {
      {"no checkpoint", good, {}, "no Checkpoint"},
      {"empty checkpoint",
       good,
       {{"Checkpoint", CellOp::kPut, CellValue::of_string(""), {}}},
       "no Checkpoint"},
      {"number as checkpoint",
       good,
       {{"Checkpoint", CellOp::kPut, CellValue::of_integer(1), {}}},
       "no STRING"},
      {"text as count",
       good,
       {{"Checkpoint", CellOp::kPut, CellValue::of_string("i"), {}},
        {"SkipCount", CellOp::kPut, CellValue::of_string("1"), {}}},
       "no INTEGER"},
      {"negative count",
       good,
       {{"Checkpoint", CellOp::kPut, CellValue::of_string("i"), {}},
        {"SkipCount", CellOp::kPut, CellValue::of_integer(-1), {}}},
       "negative"},
      {"no shard in the key",
       shard_count_key("st", kEnd),
       {{"Checkpoint", CellOp::kPut, CellValue::of_string("i"), {}}},
       "names no shard"},
      {"foreign key", {{"k", CellValue::of_integer(1)}}, {}, "another key"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Row row;
    row.primary_key = c.key;
    row.cells = c.cells;
    auto read = read_checkpoint_row(row);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "Status-Row");
    EXPECT_THAT(read.error().message, testing::HasSubstr(c.text));
  }
}

TEST(StatusRows, JobDescription) {
  const JobDescription description{"1510036300123-6f1c", "person", "st",
                                   kEnd - 1000,          kEnd,     {"shard_a", "shard_b"}};
  const Row row = to_row(description);
  EXPECT_EQ(row.primary_key, job_description_key("st", kEnd));
  const auto cells = show_cells(row);
  EXPECT_THAT(
      std::vector<std::string>(cells.begin(), cells.begin() + 5),
      testing::ElementsAre("Version S 1510036300123-6f1c", "TableName S person", "JobStreamId S st",
                           "StartTime I 1510036261000", "EndTime I 1510036262000"));
  ASSERT_EQ(row.cells.size(), 6u);
  EXPECT_EQ(row.cells[5].name, "ShardIds_0");
  EXPECT_EQ(row.cells[5].value->type, tablestore::CellType::kBlob);
  EXPECT_EQ(*read_job_description(row), description);
}

TEST(ShardList, Bytes) {
  // 8.5: the bytes that the Java writer gives; other bytes that inflate to the same text are as
  // good.
  const std::string java = from_hex("789c8b562ace482c4a894f54d281b2929462014e3e0712");
  EXPECT_EQ(*decode_shard_list(java), (std::vector<std::string>{"shard_a", "shard_b"}));
  const std::string ours = encode_shard_list({"shard_a", "shard_b"});
  EXPECT_EQ(to_hex(ours.substr(0, 2)), "789c");
  EXPECT_EQ(*zlib_inflate(ours, 100), R"(["shard_a","shard_b"])");
  EXPECT_EQ(*zlib_inflate(encode_shard_list({}), 100), "[]");
}

TEST(ShardList, AcceptsEveryLegalEscape) {
  const std::string text =
      R"( [ "a\u003cb\u003e\u0026\u003d\u0027\"\\\/\t", "\u00e9\ud83d\ude00" ] )";
  EXPECT_EQ(*decode_shard_list(zlib_deflate(text)),
            (std::vector<std::string>{"a<b>&='\"\\/\t", "\xc3\xa9\xf0\x9f\x98\x80"}));
}

TEST(ShardList, RefusesDamage) {
  const std::string good = encode_shard_list({"shard_a", "shard_b"});
  EXPECT_FALSE(decode_shard_list(""));
  EXPECT_FALSE(decode_shard_list("garbage"));
  for (size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(decode_shard_list(good.substr(0, n))) << n;
  EXPECT_FALSE(decode_shard_list(good + "x"));
  for (const char* text : {"{}", "[1]", "[\"a\",]", "[\"a\"] x", "", "[\"a\" // c\n]", "[null]"}) {
    EXPECT_FALSE(decode_shard_list(zlib_deflate(text))) << text;
  }
  for (const char* text : {"{}", "\"a\"", "[1]", "[\"a\", null]", "[[]]"})
    EXPECT_EQ(decode_shard_list(zlib_deflate(text)).error().code, "Status-ShardList") << text;
}

// Three chunks, as a job with many thousand shards has them.
TEST(ShardList, ThreeChunks) {
  Random random(7);
  JobDescription description{"v", "t", "st", 1, kEnd, {}};
  size_t bytes = 0;
  while (bytes <= 2 * 65'536) {
    for (int i = 0; i < 500; ++i) description.shard_ids.push_back(random.uuid() + random.uuid());
    bytes = encode_shard_list(description.shard_ids).size();
  }
  Row row = to_row(description);
  ASSERT_EQ(row.cells.size(), 8u);
  EXPECT_EQ(row.cells[5].value->bytes.size(), 65'536u);
  EXPECT_EQ(row.cells[6].value->bytes.size(), 65'536u);
  EXPECT_EQ(row.cells[7].name, "ShardIds_2");
  std::reverse(row.cells.begin(), row.cells.end());  // cells are found by name
  EXPECT_EQ(*read_job_description(row), description);

  Row cut = row;
  cut.cells.erase(cut.cells.begin());  // ShardIds_2
  EXPECT_EQ(read_job_description(cut).error().code, "Status-Row");
  Row hole = row;
  hole.cells.erase(hole.cells.begin() + 1);  // ShardIds_1: reading stops there
  EXPECT_FALSE(read_job_description(hole));
}

TEST(ShardList, DescriptionWithoutChunksIsDamaged) {
  Row row = to_row(JobDescription{"v", "t", "st", 1, kEnd, {}});
  EXPECT_TRUE(read_job_description(row)->shard_ids.empty());
  row.cells.pop_back();
  EXPECT_THAT(read_job_description(row).error().message, testing::HasSubstr("shard list"));
}

TEST(FenceRow, BothWays) {
  const Fence running{"attempt-1", "RUNNING", 1510036999000, "session 5", ""};
  EXPECT_THAT(show_cells(to_row("st", kEnd, running)),
              testing::ElementsAre("Owner S attempt-1", "State S RUNNING",
                                   "ExpiresAt I 1510036999000", "Staging S session 5"));
  EXPECT_EQ(to_row("st", kEnd, running).primary_key, fence_key("st", kEnd));
  EXPECT_EQ(*read_fence_row(to_row("st", kEnd, running)), running);

  Random random(3);
  Fence prepared{"attempt-1", "PREPARED", 7, "s", "{\"x\":\""};
  for (int i = 0; i < 4000; ++i) prepared.manifest += random.uuid();
  const Row row = to_row("st", kEnd, prepared);
  EXPECT_EQ(row.cells[4].name, "Manifest_0");
  EXPECT_GE(row.cells.size(), 6u);
  EXPECT_EQ(*read_fence_row(row), prepared);
}

TEST(FenceRow, RefusesDamage) {
  Row row = to_row("st", kEnd, Fence{"a", "RUNNING", 1, "", ""});
  row.cells.push_back({"Manifest_0", CellOp::kPut, CellValue::of_blob("no zlib"), {}});
  EXPECT_FALSE(read_fence_row(row));
  Row bare;
  bare.primary_key = fence_key("st", kEnd);
  EXPECT_EQ(read_fence_row(bare).error().code, "Status-Row");
}

}  // namespace
}  // namespace otsstream::reader
