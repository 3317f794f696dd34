#include "record/dirty.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/log.h"

namespace otsstream {
namespace {

using testing::HasSubstr;
using testing::Not;

const Error kReason =
    make_error(ErrorKind::kCorrupt, "Common-01", "String \"abc\" cannot be converted to Long");
const Value kRow[] = {Value::from_long(7), Value::from_string("abc"), Value::null()};

TEST(DirtySink, UnlimitedCountsRecordsAndBytes) {
  DirtySink sink({.record_limit = {}, .percentage_limit = {}, .log_lines = 0});
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(sink.add("writer", kReason, kRow, "block 1").has_value());
  EXPECT_EQ(sink.count(), 1000);
  EXPECT_EQ(sink.bytes(), 11000);
  EXPECT_TRUE(sink.check(1).has_value());
}

TEST(DirtySink, TheRecordLimitIsExceededByOneMore) {
  struct Case {
    int64_t limit;
    int good;
  };
  for (const Case& c : {Case{0, 0}, Case{2, 2}}) {
    DirtySink sink({.record_limit = c.limit, .percentage_limit = {}, .log_lines = 0});
    for (int i = 0; i < c.good; ++i)
      EXPECT_TRUE(sink.add("reader", kReason, kRow, "shard a").has_value());
    Status exceeded = sink.add("reader", kReason, kRow, "shard b");
    ASSERT_FALSE(exceeded.has_value());
    EXPECT_EQ(exceeded.error().kind, ErrorKind::kDirtyLimit);
    EXPECT_EQ(exceeded.error().code, "Framework-14");
    EXPECT_THAT(exceeded.error().message, HasSubstr("cannot be converted to Long"));
    EXPECT_EQ(sink.count(), c.good + 1);
  }
}

TEST(DirtySink, ThePercentageIsOfRecordsRead) {
  DirtySink sink({.record_limit = {}, .percentage_limit = 0.1, .log_lines = 0});
  EXPECT_TRUE(sink.check(0).has_value());
  ASSERT_TRUE(sink.add("writer", kReason, kRow, "").has_value());
  EXPECT_TRUE(sink.check(10).has_value());  // exactly the limit
  Status exceeded = sink.check(9);
  ASSERT_FALSE(exceeded.has_value());
  EXPECT_EQ(exceeded.error().code, "Framework-14");
}

TEST(DirtySink, TheRecordLimitWinsOverThePercentage) {
  DirtySink sink({.record_limit = 5, .percentage_limit = 0.0, .log_lines = 0});
  ASSERT_TRUE(sink.add("writer", kReason, kRow, "").has_value());
  EXPECT_TRUE(sink.check(1).has_value());
}

TEST(DirtySink, TheFirstReasonIsKept) {
  DirtySink sink({.record_limit = {}, .percentage_limit = {}, .log_lines = 0});
  EXPECT_EQ(sink.first_reason(), "");
  ASSERT_TRUE(sink.add("writer", kReason, kRow, "shard a").has_value());
  ASSERT_TRUE(
      sink.add("writer", make_error(ErrorKind::kCorrupt, "Common-02", "other"), kRow, "shard b")
          .has_value());
  EXPECT_EQ(sink.first_reason(), "shard a: String \"abc\" cannot be converted to Long");
  DirtySink other({.record_limit = {}, .percentage_limit = {}, .log_lines = 0});
  Error reason = kReason;
  reason.remedy = "correct it";
  ASSERT_TRUE(other.add("writer", reason, kRow, "").has_value());
  EXPECT_EQ(other.first_reason(), "String \"abc\" cannot be converted to Long - correct it");
}

TEST(DirtySink, LogsTheFirstRecordsAsJsonAndCutsLongCells) {
  set_log_level("warn");
  const std::string long_text = std::string(1023, 'x') + "城" + std::string(3974, 'x');
  const std::string long_bytes(600, '\xff');
  const Value row[] = {Value::from_long(7), Value::from_string(long_text), Value::null(),
                       Value::from_bytes("\x01\xfe"), Value::from_bytes(long_bytes)};
  Error reason = kReason;
  reason.remedy = "correct it";
  testing::internal::CaptureStderr();
  DirtySink sink({.record_limit = {}, .percentage_limit = {}, .log_lines = 1});
  ASSERT_TRUE(sink.add("writer", reason, row, "shard a").has_value());
  ASSERT_TRUE(sink.add("writer", reason, row, "shard b").has_value());
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(
      log,
      HasSubstr(
          R"({"type":"writer","message":"String \"abc\" cannot be converted to Long","exception":"Common-01","remedy":"correct it","where":"shard a")"));
  EXPECT_THAT(log, HasSubstr(R"({"index":0,"type":"Long","byteSize":8,"rawData":"7"})"));
  EXPECT_THAT(log, HasSubstr(R"({"index":2,"type":"Null","byteSize":0,"rawData":null})"));
  EXPECT_THAT(log, HasSubstr(R"(xx","cutFrom":5000)"));  // not half a character
  EXPECT_THAT(log, HasSubstr(R"("rawData":"0x01fe"})"));
  EXPECT_THAT(log, HasSubstr(R"(ffff","cutFrom":600)"));
  EXPECT_THAT(log, Not(HasSubstr("shard b")));
  EXPECT_LT(log.size(), 3800u);
}

TEST(DirtySink, IsSafeFromManyThreads) {
  DirtySink sink({.record_limit = {}, .percentage_limit = {}, .log_lines = 0});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) (void)sink.add("writer", kReason, kRow, "");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sink.count(), 4000);
}

}  // namespace
}  // namespace otsstream
