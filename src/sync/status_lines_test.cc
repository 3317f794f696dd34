#include "sync/status_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader/status_rows.h"

namespace otsstream::sync {
namespace {

using tablestore::CellOp;
using tablestore::CellValue;
using tablestore::Row;
using testing::HasSubstr;

constexpr const char* kHead = "{\"format\":\"otsstream-status-rows/1\"}\n";

Row sample() {
  Row row = reader::to_row("s", 1510036262000, {"shard_a", "v", "it", 0, 3});
  row.cells.push_back({"Odd", CellOp::kPut, CellValue::of_string("\xff\x01"), {}});
  row.cells.push_back({"Blob", CellOp::kPut, CellValue::of_blob(std::string("\0\1", 2)), {}});
  row.cells.push_back({"Flag", CellOp::kPut, CellValue::of_boolean(true), {}});
  row.cells.push_back({"Real", CellOp::kPut, CellValue::of_double(1.5), {}});
  return row;
}

TEST(StatusLines, EveryTypeOfValueComesBack) {
  const std::string lines = to_json_lines({sample()});
  EXPECT_EQ(
      lines,
      std::string(kHead) +
          R"({"StreamId":"s","StatusType":"CheckpointForDataxReader","StatusValue":"   1510036262000\tshard_a",)"
          R"("columns":{"Version":"v","Checkpoint":"it","SkipCount":0,"SendRecordCount":3,)"
          R"("Odd":{"string64":"/wE="},"Blob":{"binary64":"AAE="},"Flag":true,"Real":{"double":1.5}}})"
          "\n");
  auto rows = read_json_lines(lines, "x");
  ASSERT_TRUE(rows) << rows.error().to_string();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front(), sample());
}

TEST(StatusLines, NameTheLineThatIsWrong) {
  const std::string key =
      R"({"StreamId":"s","StatusType":"CheckpointForDataxReader","StatusValue":"   1510036262000\ta",)";
  const std::string description =
      R"({"StreamId":"s","StatusType":"DataxJobDesc","StatusValue":"   1510036262000",)";
  const struct {
    std::string text;
    const char* where;
    const char* message;
  } kCases[] = {
      {"", "x", "there is no line"},
      {"{}\n", "x:1", "no line of format"},
      {"{\"format\":\"otsstream-status-rows/2\"}\n", "x:1", "no line of format"},
      {kHead + std::string("\nnonsense\n"), "x:3", ""},
      {kHead + std::string("{\"StreamId\":\"s\"}\n"), "x:2", "StatusType is missing"},
      {kHead + std::string("{\"StreamId\":1}\n"), "x:2", "StreamId is missing or no text"},
      {kHead + key + "\"columns\":[]}\n", "x:2", "no columns"},
      {kHead + key + "\"columns\":{}}\n", "x:2", "no Checkpoint"},
      {kHead + key + "\"columns\":{\"A\":null}}\n", "x:2", "column A cannot be read"},
      {kHead + key + "\"columns\":{\"A\":1.5}}\n", "x:2", "column A cannot be read"},
      {kHead + key + "\"columns\":{\"A\":{\"binary64\":\"*\"}}}\n", "x:2", "column A"},
      {kHead + key + "\"columns\":{\"A\":{\"hex\":\"00\"}}}\n", "x:2", "column A"},
      {kHead + key + "\"columns\":{\"Checkpoint\":\"i\",\"SkipCount\":-1}}\n", "x:2", "negative"},
      {kHead + description + "\"columns\":{}}\n", "x:2", "shard list"},
      {kHead + std::string(R"({"StreamId":"s","StatusType":"T","StatusValue":"v","columns":{}})"),
       "x:2", "none of a status table"},
      {kHead +
           std::string(
               R"({"StreamId":"s","StatusType":"CheckpointForDataxReader","StatusValue":"   1510036262000","columns":{}})"),
       "x:2", "no ShardCount"},
      {kHead +
           std::string(
               R"({"StreamId":"s","StatusType":"ShardTimeCheckpointForDataxReader","StatusValue":"a\t   1510036262000","columns":{}})"),
       "x:2", "no Checkpoint"},
      {kHead +
           std::string(
               R"({"StreamId":"s","StatusType":"OtsStreamFence","StatusValue":"   1510036262000","columns":{}})"),
       "x:2", "fence row"},
  };
  for (const auto& c : kCases) {
    auto rows = read_json_lines(c.text, "x");
    ASSERT_FALSE(rows) << c.text;
    EXPECT_EQ(rows.error().code, "Status-Import");
    EXPECT_EQ(rows.error().where, c.where) << c.text;
    EXPECT_THAT(rows.error().message, HasSubstr(c.message));
  }
}

TEST(StatusLines, ADescriptionMustBelongToItsKey) {
  Row row = reader::to_row(reader::JobDescription{"v", "t", "s", 1, 2, {"a"}});
  EXPECT_TRUE(read_json_lines(to_json_lines({row}), "x"));
  row.primary_key = reader::job_description_key("s", 3);
  auto rows = read_json_lines(to_json_lines({row}), "x");
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.error().message, HasSubstr("not those of the row's key"));
}

}  // namespace
}  // namespace otsstream::sync
