#include "reader/shard_cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "reader/shape_columns.h"
#include "reader/status_rows.h"
#include "reader/stream_page_test_support.h"

namespace otsstream::reader {
namespace {

using test::make_page;
using test::record_at;

constexpr Window kWindow{1000, 2000};

ShardPlan plan_from(std::string iterator, bool drop_before_start = false) {
  ShardPlan plan;
  plan.shard.shard_id = "S";
  plan.source = StartSource::kCheckpoint;
  plan.iterator = std::move(iterator);
  plan.drop_before_start = drop_before_start;
  return plan;
}

// A log in memory: iterator "n" stands before record n. Pages hold `page_size` records; an open
// log's tail answers empty pages with the flag `tail_more`.
struct TestLog {
  std::vector<int64_t> times;
  size_t page_size = 3;
  bool closed = false;
  std::optional<bool> tail_more = false;
  size_t max_exact = 1000;  // short answers to requests with a limit
  std::vector<std::string> requests = {};

  tablestore::StreamPage answer(const ShardCursor::PageRequest& request) {
    requests.push_back(request.iterator +
                       (request.limit ? "/" + std::to_string(*request.limit) : ""));
    const size_t from = std::stoul(request.iterator);
    size_t count = request.limit ? std::min<size_t>(*request.limit, max_exact) : page_size;
    count = std::min(count, times.size() - from);
    std::vector<test::TestRecord> records;
    for (size_t i = from; i < from + count; ++i)
      records.push_back(record_at(times[i], static_cast<int32_t>(i)));
    const bool at_tail = from + count == times.size();
    if (at_tail && closed) return make_page(records, std::nullopt, false);
    return make_page(records, std::to_string(from + count),
                     count == 0 ? tail_more : std::optional(true));
  }
};

struct Driven {
  std::string values;  // of the cells, in order
  ShardResult result;
};

// Drives a cursor to its end, one row at a time.
Driven drive(ShardCursor& cursor, TestLog& log, size_t max_rows = 1) {
  ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
  Driven out;
  for (int guard = 0; !cursor.finished(); ++guard) {
    EXPECT_LT(guard, 1000) << "no end in sight";
    if (guard >= 1000) break;
    if (auto request = cursor.next_request()) {
      EXPECT_FALSE(cursor.next_request()) << "two requests at once";
      Status received = cursor.receive(log.answer(*request));
      EXPECT_TRUE(received) << received.error().to_string();
    }
    RowBatch batch(shaper.columns().size());
    Status shaped = cursor.shape(shaper, batch, max_rows);
    EXPECT_TRUE(shaped) << shaped.error().to_string();
    for (size_t i = 0; i < batch.rows(); ++i) {
      out.values += (out.values.empty() ? "" : " ") + std::to_string(batch.row(i)[3].as_long());
    }
  }
  out.result = cursor.result();
  return out;
}

// 6.2: end conditions, the skip rule, late records, SkipCount.
TEST(ShardCursor, Loop) {
  struct Case {
    const char* name;
    std::vector<int64_t> log;
    bool closed;
    bool drop;
    int64_t skip_count;
    const char* values;
    EndKind end;
    const char* checkpoint;
    int64_t dropped;
  };
  const Case cases[] = {
      {"empty open shard", {}, false, true, 0, "", EndKind::kAllRead, "0", 0},
      {"empty closed shard", {}, true, true, 0, "", EndKind::kClosed, "SHARD_END", 0},
      {"all read", {1000, 1500}, false, true, 0, "1000 1500", EndKind::kAllRead, "2", 0},
      {"closed",
       {1000, 1500, 1600, 1700},
       true,
       true,
       0,
       "1000 1500 1600 1700",
       EndKind::kClosed,
       "SHARD_END",
       0},
      {"closed exactly at a page's end",
       {1, 2, 1500},
       true,
       true,
       0,
       "1500",
       EndKind::kClosed,
       "SHARD_END",
       2},
      {"end inside a page",
       {1000, 1999, 2000, 2001},
       false,
       true,
       0,
       "1000 1999",
       EndKind::kReachedEnd,
       "2",
       0},
      {"end at a page's first record",
       {1000, 1001, 1002, 2000},
       true,
       true,
       0,
       "1000 1001 1002",
       EndKind::kReachedEnd,
       "3",
       0},
      {"first record behind the window",
       {2000, 2001},
       true,
       true,
       0,
       "",
       EndKind::kReachedEnd,
       "0",
       0},
      {"end in a closed shard's last page",
       {1500, 2500},
       true,
       true,
       0,
       "1500",
       EndKind::kReachedEnd,
       "1",
       0},
      {"records before the start are dropped",
       {900, 999, 1000, 1001},
       false,
       true,
       0,
       "1000 1001",
       EndKind::kAllRead,
       "4",
       2},
      {"dropping ends with the first record kept",
       {999, 1000, 998, 1001},
       false,
       true,
       0,
       "1000 998 1001",
       EndKind::kAllRead,
       "4",
       1},
      {"a continued run emits late records",
       {5, 999, 1500},
       false,
       false,
       0,
       "5 999 1500",
       EndKind::kAllRead,
       "3",
       0},
      {"only old records", {1, 2, 3, 4}, false, true, 0, "", EndKind::kAllRead, "4", 4},
      {"a record behind the end stops, a late one behind it waits",
       {1500, 2000, 1600},
       false,
       true,
       0,
       "1500",
       EndKind::kReachedEnd,
       "1",
       0},
      {"SkipCount",
       {1100, 1200, 1300, 1400},
       false,
       false,
       2,
       "1300 1400",
       EndKind::kAllRead,
       "4",
       2},
      {"SkipCount passes the end",
       {2500, 1200, 1300},
       false,
       false,
       1,
       "1200 1300",
       EndKind::kAllRead,
       "3",
       1},
      {"SkipCount over pages",
       {1, 2, 3, 4, 1500},
       false,
       false,
       4,
       "1500",
       EndKind::kAllRead,
       "5",
       4},
  };
  for (const Case& c : cases) {
    for (size_t page_size : {1u, 3u, 100u}) {
      for (size_t max_rows : {1u, 2u, 1000u}) {
        SCOPED_TRACE(testing::Message()
                     << c.name << ", pages of " << page_size << ", batches of " << max_rows);
        TestLog log{.times = c.log, .page_size = page_size, .closed = c.closed};
        ShardPlan plan = plan_from("0", c.drop);
        plan.skip_count = c.skip_count;
        ShardCursor cursor(plan, kWindow);
        const Driven out = drive(cursor, log, max_rows);
        EXPECT_EQ(out.values, c.values);
        EXPECT_EQ(out.result.end, c.end);
        EXPECT_EQ(out.result.checkpoint, c.checkpoint);
        EXPECT_EQ(out.result.dropped, c.dropped);
        EXPECT_EQ(out.result.rows, out.result.records);
        EXPECT_EQ(out.result.requests, static_cast<int64_t>(log.requests.size()));
        const bool hint_at_end = !out.result.time_checkpoints.empty() &&
                                 out.result.time_checkpoints.back().time_ms == kWindow.end_ms &&
                                 out.result.time_checkpoints.back().iterator == c.checkpoint;
        EXPECT_EQ(hint_at_end, c.end == EndKind::kAllRead);
      }
    }
  }
}

TEST(ShardCursor, CountsFirstAndLast) {
  TestLog log{.times = {999, 1001, 1002, 2000}};
  ShardCursor cursor(plan_from("0", true), kWindow);
  EXPECT_EQ(cursor.position_ms(), 1000);
  const Driven out = drive(cursor, log);
  EXPECT_EQ(out.result.shard_id, "S");
  EXPECT_EQ(out.result.records, 2);
  EXPECT_EQ(*out.result.first, (tablestore::SequenceInfo{0, 1001999, 1}));
  EXPECT_EQ(*out.result.last, (tablestore::SequenceInfo{0, 1002999, 2}));
  EXPECT_EQ(cursor.position_ms(), 2000);
  EXPECT_GT(out.result.bytes, 0u);
}

// t = floor(µs / 1000): the last microsecond before the end belongs to the window.
TEST(ShardCursor, MillisecondsAreFloored) {
  auto record = record_at(0);
  record.sequence.timestamp = kWindow.end_ms * 1000 - 1;
  auto behind = record_at(0);
  behind.sequence.timestamp = kWindow.end_ms * 1000;
  ShardCursor cursor(plan_from("i"), kWindow);
  ASSERT_TRUE(cursor.next_request());
  ASSERT_TRUE(cursor.receive(make_page({record, behind}, "n")));
  ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
  RowBatch batch(shaper.columns().size());
  ASSERT_TRUE(cursor.shape(shaper, batch, 10));
  EXPECT_EQ(batch.rows(), 1u);
}

// 6.3: short answers are continued with the rest.
TEST(ShardCursor, ExactIterator) {
  TestLog log{.times = {1100, 1200, 1300, 1400, 1500, 2000}, .page_size = 10, .max_exact = 2};
  ShardCursor cursor(plan_from("0"), kWindow);
  const Driven out = drive(cursor, log);
  EXPECT_EQ(out.result.checkpoint, "5");
  EXPECT_THAT(log.requests, testing::ElementsAre("0", "0/5", "2/3", "4/1"));
}

TEST(ShardCursor, ExactIteratorRefusesNonsense) {
  const auto short_of_end = make_page({record_at(1100), record_at(1200), record_at(2000)}, "n");
  ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
  auto reach_end = [&](ShardCursor& cursor) {
    ASSERT_TRUE(cursor.next_request());
    ASSERT_TRUE(cursor.receive(short_of_end));
    RowBatch batch(shaper.columns().size());
    ASSERT_TRUE(cursor.shape(shaper, batch, 10));
    ASSERT_FALSE(cursor.finished());
    auto request = cursor.next_request();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->iterator, "i");
    EXPECT_EQ(request->limit, 2);
  };
  ShardCursor too_many(plan_from("i"), kWindow);
  reach_end(too_many);
  EXPECT_EQ(too_many.receive(short_of_end).error().code, "Stream-Exact");

  ShardCursor vanished(plan_from("i"), kWindow);
  reach_end(vanished);
  EXPECT_EQ(vanished.receive(make_page({record_at(1100)}, std::nullopt)).error().code,
            "Stream-Exact");

  ShardCursor empty(plan_from("i"), kWindow);
  reach_end(empty);
  Status status;
  int answers = 0;
  for (; status && answers < 1000; ++answers) {
    if (answers > 0) {
      ASSERT_TRUE(empty.next_request());
    }
    status = empty.receive(make_page({}, "again"));
    EXPECT_EQ(empty.wants_pause(), status.has_value());
  }
  EXPECT_EQ(status.error().code, "Stream-Exact");
  EXPECT_EQ(answers, 100);
  EXPECT_EQ(status.error().where, "shard S");
}

// 13, D20.
TEST(ShardCursor, EmptyPages) {
  struct Case {
    const char* name;
    std::vector<std::optional<bool>> flags;  // of empty pages, until the cursor has finished
    bool finished;
    bool pause;
  };
  const std::optional<bool> none;
  const Case cases[] = {
      {"no more", {false}, true, false},
      {"more may come", {true, true, true, true, true}, false, true},
      {"more, then no more", {true, false}, true, false},
      {"flag unknown", {none, none}, false, false},
      {"flag unknown three times", {none, none, none}, true, false},
      {"a known flag starts the count again", {none, none, true, none, none}, false, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ShardCursor cursor(plan_from("i0"), kWindow);
    for (size_t i = 0; i < c.flags.size(); ++i) {
      auto request = cursor.next_request();
      ASSERT_TRUE(request);
      EXPECT_EQ(request->iterator, "i" + std::to_string(i));
      ASSERT_TRUE(cursor.receive(make_page({}, "i" + std::to_string(i + 1), c.flags[i])));
    }
    EXPECT_EQ(cursor.finished(), c.finished);
    EXPECT_EQ(cursor.wants_pause(), c.pause);
    if (c.finished) {
      EXPECT_EQ(cursor.result().checkpoint, "i" + std::to_string(c.flags.size()));
      EXPECT_EQ(cursor.result().end, EndKind::kAllRead);
    }
  }
}

// enableTableGroupSupport: only the flag says whether a shard was read to its end.
TEST(ShardCursor, InATableGroupTheFlagDecides) {
  const auto answer = [](ShardCursor& cursor, std::optional<bool> more) {
    EXPECT_TRUE(cursor.next_request());
    return cursor.receive(make_page({}, "i", more));
  };
  ShardCursor cursor(plan_from("i"), kWindow, true);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(answer(cursor, true).has_value());
  EXPECT_FALSE(cursor.finished());
  ASSERT_TRUE(answer(cursor, false).has_value());
  EXPECT_TRUE(cursor.finished());
  EXPECT_EQ(cursor.result().end, EndKind::kAllRead);

  ShardCursor unsaid(plan_from("i"), kWindow, true);
  const Status refused = answer(unsaid, std::nullopt);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "Stream-NoFlag");
  EXPECT_THAT(refused.error().to_string(), testing::HasSubstr("enableTableGroupSupport"));
}

TEST(ShardCursor, RecordsAfterEmptyPagesStartTheCountAgain) {
  ShardCursor cursor(plan_from("i"), kWindow);
  const std::optional<bool> none;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 2; ++i) {
      ASSERT_TRUE(cursor.next_request());
      ASSERT_TRUE(cursor.receive(make_page({}, "i", none)));
    }
    ASSERT_TRUE(cursor.next_request());
    ASSERT_TRUE(cursor.receive(make_page({record_at(1500)}, "i", none)));
    ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
    RowBatch batch(shaper.columns().size());
    ASSERT_TRUE(cursor.shape(shaper, batch, 10));
  }
  EXPECT_FALSE(cursor.finished());
}

// A9: an idle shard costs one read.
TEST(ShardCursor, IdleShardCostsOneRead) {
  TestLog log{.times = {}};
  ShardCursor cursor(plan_from("0"), kWindow);
  drive(cursor, log);
  EXPECT_THAT(log.requests, testing::ElementsAre("0"));
}

// The next request is there as soon as a page was skimmed; at most two pages wait; nothing is asked
// for beyond the end.
TEST(ShardCursor, Prefetch) {
  ShardCursor cursor(plan_from("i0"), kWindow);
  EXPECT_EQ(cursor.next_request()->iterator, "i0");
  EXPECT_FALSE(cursor.next_request());
  ASSERT_TRUE(cursor.receive(make_page({record_at(1100)}, "i1")));
  EXPECT_EQ(cursor.next_request()->iterator, "i1");  // before the first page is shaped
  ASSERT_TRUE(cursor.receive(make_page({record_at(1200), record_at(1300)}, "i2")));
  EXPECT_EQ(cursor.waiting_pages(), 2u);
  EXPECT_FALSE(cursor.next_request());

  ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
  RowBatch batch(shaper.columns().size());
  ASSERT_TRUE(cursor.shape(shaper, batch, 2));  // stops in the middle of the second page
  EXPECT_EQ(batch.rows(), 2u);
  EXPECT_EQ(cursor.waiting_pages(), 1u);
  EXPECT_EQ(cursor.next_request()->iterator, "i2");
  ASSERT_TRUE(cursor.receive(make_page({record_at(1400), record_at(2000)}, "i3")));
  ASSERT_TRUE(cursor.shape(shaper, batch, 3));
  EXPECT_FALSE(cursor.next_request()) << "the end is in a page at hand";
  EXPECT_TRUE(cursor.has_waiting_records());
  ASSERT_TRUE(cursor.shape(shaper, batch, 100));
  EXPECT_EQ(batch.rows(), 4u);
  EXPECT_FALSE(cursor.has_waiting_records());
  auto exact = cursor.next_request();
  ASSERT_TRUE(exact);
  EXPECT_EQ(exact->iterator, "i2");
  EXPECT_EQ(exact->limit, 1);
  ASSERT_TRUE(cursor.receive(make_page({record_at(1400)}, "exact")));
  EXPECT_TRUE(cursor.finished());
  EXPECT_EQ(cursor.result().checkpoint, "exact");
}

// A late record may hide the end from the look ahead; the page asked for meanwhile is dropped,
// before or after the end is known.
TEST(ShardCursor, PagesBehindTheEndAreDropped) {
  ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
  RowBatch batch(shaper.columns().size());
  ShardCursor cursor(plan_from("i0"), kWindow);
  ASSERT_TRUE(cursor.next_request());
  ASSERT_TRUE(cursor.receive(make_page({record_at(1100), record_at(2000), record_at(1200)}, "i1")));
  ASSERT_TRUE(cursor.next_request());  // in flight while the page is shaped
  ASSERT_TRUE(cursor.shape(shaper, batch, 100));
  EXPECT_FALSE(cursor.next_request()) << "one request at a time";
  ASSERT_TRUE(cursor.receive(make_page({record_at(1500)}, std::nullopt)));
  EXPECT_FALSE(cursor.has_waiting_records());
  EXPECT_EQ(cursor.next_request()->limit, 1);
  ASSERT_TRUE(cursor.receive(make_page({record_at(1100)}, "exact")));
  EXPECT_EQ(cursor.result().checkpoint, "exact");
  EXPECT_EQ(cursor.result().records, 1);
  EXPECT_EQ(cursor.result().requests, 3);

  ShardCursor first(plan_from("i0"), kWindow);
  ASSERT_TRUE(first.next_request());
  ASSERT_TRUE(first.receive(make_page({record_at(2000), record_at(1200)}, "i1")));
  ASSERT_TRUE(first.next_request());
  ASSERT_TRUE(first.shape(shaper, batch, 100));
  EXPECT_TRUE(first.finished());
  EXPECT_EQ(first.result().checkpoint, "i0");
  ASSERT_TRUE(first.receive(make_page({record_at(1500)}, "i2")));  // after the finish
  EXPECT_EQ(first.result().checkpoint, "i0");
}

TEST(ShardCursor, EndOfShardWaitsForThePagesBeforeIt) {
  ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
  RowBatch batch(shaper.columns().size());
  for (const bool closed : {true, false}) {
    ShardCursor cursor(plan_from("i0"), kWindow);
    ASSERT_TRUE(cursor.next_request());
    ASSERT_TRUE(cursor.receive(make_page({record_at(1100)}, "i1")));
    ASSERT_TRUE(cursor.next_request());
    ASSERT_TRUE(cursor.receive(
        make_page({}, closed ? std::nullopt : std::optional<std::string>("i2"), false)));
    EXPECT_FALSE(cursor.finished());
    EXPECT_FALSE(cursor.next_request());
    ASSERT_TRUE(cursor.shape(shaper, batch, 100));
    EXPECT_TRUE(cursor.finished());
    EXPECT_EQ(cursor.result().checkpoint, closed ? "SHARD_END" : "i2");
  }
}

// 6.2 c: every ten minutes of record time, the iterator of the page that begins there.
TEST(ShardCursor, TimeCheckpoints) {
  constexpr int64_t kMinute = 60'000;
  const Window wide{0, 100 * kMinute};
  TestLog log{
      .times = {10 * kMinute, 11 * kMinute, 19 * kMinute, 20 * kMinute, 21 * kMinute, 45 * kMinute},
      .page_size = 1};
  ShardCursor cursor(plan_from("0"), wide);
  const Driven out = drive(cursor, log);
  std::string text;
  for (const auto& c : out.result.time_checkpoints)
    text += std::to_string(c.time_ms / kMinute) + "@" + c.iterator + " ";
  EXPECT_EQ(text, "10@0 20@3 45@5 100@6 ");
}

TEST(ShardCursor, PlansWithoutReadingAreFinished) {
  ShardPlan closed = plan_from("");
  closed.action = ShardAction::kClosed;
  ShardCursor done(closed, kWindow);
  EXPECT_TRUE(done.finished());
  EXPECT_EQ(done.result().checkpoint, "SHARD_END");
  EXPECT_EQ(done.result().end, EndKind::kClosed);
  EXPECT_FALSE(done.next_request());

  ShardPlan skipped = plan_from("");
  skipped.action = ShardAction::kSkip;
  ShardCursor skip(skipped, kWindow);
  EXPECT_TRUE(skip.finished());
  EXPECT_EQ(skip.result().checkpoint, "TRIM_HORIZON");
  EXPECT_TRUE(skip.result().time_checkpoints.empty());
}

TEST(ShardCursor, ErrorsNameShardAndRecord) {
  ColumnShaper shaper({{"id", tablestore::KeyType::kInteger, false}},
                      false);  // the records hold texts
  RowBatch batch(shaper.columns().size());
  ShardCursor cursor(plan_from("i0"), kWindow);
  ASSERT_TRUE(cursor.next_request());
  ASSERT_TRUE(cursor.receive(make_page({record_at(1100, 5)}, "i1")));
  const Status shaped = cursor.shape(shaper, batch, 100);
  ASSERT_FALSE(shaped);
  EXPECT_EQ(shaped.error().where, "shard S");
  EXPECT_EQ(shaped.error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(shaped.error().message, testing::HasSubstr("epoch 0, 1100999 µs, row 5"));

  std::string body;
  tablestore::append_stream_record(body, tablestore::ActionType::kPut, "no plain buffer", "");
  body += tablestore::encode_stream_page_tail("n", std::nullopt, true);
  ShardCursor broken(plan_from("i0"), kWindow);
  ASSERT_TRUE(broken.next_request());
  const Status received = broken.receive(*tablestore::StreamPage::skim(SharedBuffer(body)));
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(received.error().where, "shard S");
  EXPECT_THAT(received.error().message, testing::HasSubstr("record 1 of 1"));
}

TEST(ShardCursor, BatchKeepsThePageAlive) {
  ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
  RowBatch batch(shaper.columns().size());
  {
    ShardCursor cursor(plan_from("i0"), kWindow);
    ASSERT_TRUE(cursor.next_request());
    ASSERT_TRUE(cursor.receive(make_page({record_at(1100)}, std::nullopt)));
    ASSERT_TRUE(cursor.shape(shaper, batch, 100));
  }
  EXPECT_EQ(batch.row(0)[0].as_view(), "k1100");
}

// The position in the log for a time, as the service's own index gives it.
std::string seek_in(const TestLog& log, int64_t time_us) {
  size_t i = 0;
  while (i < log.times.size() && log.times[i] * 1000 + 999 < time_us) ++i;
  return i == log.times.size() && log.closed ? "" : std::to_string(i);
}

// D9. A refused position is sought again by time, wherever in the shard it happens: every record
// once, in order, and the same end.
TEST(ShardCursor, SeekInsteadAnywhereChangesNothing) {
  for (const bool closed : {false, true}) {
    TestLog log;
    log.times = {1000, 1100, 1200, 1300, 1300, 1300, 1300, 1400, 1500, 1500, 1600};
    if (!closed) log.times.insert(log.times.end(), {1900, 2000, 2100});
    log.closed = closed;
    log.page_size = 3;
    ShardCursor undisturbed(plan_from("0"), kWindow);
    const Driven want = drive(undisturbed, log);
    for (size_t refused = 0; refused < want.result.requests + 0u; ++refused) {
      for (const size_t rows : {1u, 100u}) {
        SCOPED_TRACE(std::to_string(refused) + (closed ? " closed" : " open"));
        ShardCursor cursor(plan_from("0"), kWindow);
        ColumnShaper shaper({{"id", tablestore::KeyType::kString, false}}, false);
        std::string values;
        size_t number = 0;
        for (int guard = 0; guard < 1000 && !cursor.finished(); ++guard) {
          if (auto request = cursor.next_request()) {
            if (number++ == refused) {
              auto seek = cursor.seek_instead();
              ASSERT_TRUE(seek) << seek.error().to_string();
              ASSERT_TRUE(cursor.reposition(seek_in(log, seek->time_us)));
            } else {
              ASSERT_TRUE(cursor.receive(log.answer(*request)));
            }
          }
          RowBatch batch(shaper.columns().size());
          ASSERT_TRUE(cursor.shape(shaper, batch, rows));
          for (size_t i = 0; i < batch.rows(); ++i)
            values += (values.empty() ? "" : " ") + std::to_string(batch.row(i)[3].as_long());
        }
        EXPECT_EQ(values, want.values);
        EXPECT_EQ(cursor.result().end, want.result.end);
        EXPECT_EQ(cursor.result().checkpoint, want.result.checkpoint);
        EXPECT_EQ(cursor.result().records, want.result.records);
      }
    }
  }
}

TEST(ShardCursor, SeekInsteadNamesTheTime) {
  TestLog log;
  log.times = {1000, 1100, 1200, 1300};
  ShardPlan plan = plan_from("0");
  plan.skip_count = 2;
  ShardCursor cursor(plan, kWindow);
  (void)cursor.next_request();
  auto first = cursor.seek_instead();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->time_us, kWindow.start_ms * 1000);
  EXPECT_EQ(first->unread_from_ms, kWindow.start_ms);
  ASSERT_TRUE(cursor.reposition("1"));
  EXPECT_EQ(drive(cursor, log).values, "1100 1200 1300")
      << "what SkipCount names lies before the window's start";
}

TEST(ShardCursor, SeekInsteadGivesUpInTheEnd) {
  ShardCursor cursor(plan_from("0"), kWindow);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(cursor.next_request());
    ASSERT_TRUE(cursor.seek_instead());
    ASSERT_TRUE(cursor.reposition("0"));
  }
  ASSERT_TRUE(cursor.next_request());
  auto seek = cursor.seek_instead();
  ASSERT_FALSE(seek);
  EXPECT_EQ(seek.error().code, "Reader-DataGone");
}

}  // namespace
}  // namespace otsstream::reader
