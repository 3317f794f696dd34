#include "reader/status_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader/fake_tablestore_test_support.h"

namespace otsstream::reader {
namespace {

using test::FakeService;

constexpr int64_t kEnd = 1510036262000;

struct Bench : FakeService {
  explicit Bench(bool create = true, int max_retries = 2)
      : FakeService(1508403600000, max_retries) {
    if (create) {
      EXPECT_TRUE(table.ensure());
    }
    server.calls.clear();
  }
  StatusTable table{*client, clock, "status"};
  auto& rows() { return server.tables["status"].rows; }
};

TEST(StatusTable, IsCreatedAsDataXDoes) {
  Bench bench(false);
  EXPECT_EQ(*bench.table.check(), false);
  EXPECT_EQ(bench.server.count("CreateTable"), 0u);
  ASSERT_TRUE(bench.table.ensure());
  const auto& made = bench.server.tables.at("status");
  EXPECT_EQ(made.meta.primary_key, status_table_meta("status").primary_key);
  EXPECT_EQ(made.options.time_to_live, 2'592'000);
  EXPECT_EQ(made.options.max_versions, 1);
  EXPECT_EQ(*bench.table.check(), true);
  bench.server.calls.clear();
  ASSERT_TRUE(bench.table.ensure());
  EXPECT_THAT(bench.server.calls, testing::ElementsAre("DescribeTable"));
}

TEST(StatusTable, RefusesAForeignTable) {
  using tablestore::KeyType;
  const std::vector<std::vector<tablestore::KeySchema>> keys = {
      {{"id", KeyType::kString, false}},
      {{"StatusType", KeyType::kString, false},
       {"StreamId", KeyType::kString, false},
       {"StatusValue", KeyType::kString, false}},
      {{"StreamId", KeyType::kString, false},
       {"StatusType", KeyType::kString, false},
       {"StatusValue", KeyType::kBinary, false}},
      {{"StreamId", KeyType::kString, false},
       {"StatusType", KeyType::kString, false},
       {"statusvalue", KeyType::kString, false}},
  };
  for (const auto& key : keys) {
    Bench bench(false);
    bench.server.tables["status"].meta = {"status", key, {}};
    for (const Error& error : {bench.table.check().error(), bench.table.ensure().error()}) {
      EXPECT_EQ(error.code, "Status-Shape");
      EXPECT_EQ(error.kind, ErrorKind::kConflict);
      EXPECT_THAT(error.message, testing::HasSubstr("unexpected table meta"));
      EXPECT_THAT(error.message, testing::HasSubstr(key.back().name));
    }
    EXPECT_EQ(bench.server.count("CreateTable"), 0u);
  }
}

TEST(StatusTable, WarnsWhenRowsLiveShorterThanTheStream) {
  struct Case {
    std::optional<int32_t> ttl;
    size_t warnings;
  };
  for (const Case& c : {Case{3600, 1}, {24 * 3600, 0}, {-1, 0}, {std::nullopt, 0}}) {
    Bench bench;
    bench.server.tables["status"].options.time_to_live = c.ttl;
    Diagnostics diagnostics;
    EXPECT_TRUE(*bench.table.check(24, diagnostics));
    ASSERT_EQ(diagnostics.count(Severity::kWarning), c.warnings);
    if (c.warnings > 0) {
      EXPECT_EQ(diagnostics.items()[0].error.code, "Status-TimeToLive");
    }
  }
}

TEST(StatusTable, WaitsUntilTheTableAnswers) {
  Bench bench(false);
  int not_ready = 20;
  bench.server.refuse_before = [&](const std::string& operation) {
    return operation == "GetRange" && not_ready-- > 0 ? "OTSTableNotReady" : "";
  };
  ASSERT_TRUE(bench.table.ensure());
  EXPECT_EQ(bench.server.count("GetRange"), 21u);
}

// Also with the client's own retries, which go on for four minutes.
TEST(StatusTable, WaitsTwoMinutesAtMost) {
  Bench bench(false, 30);
  bench.server.refuse_before = [&](const std::string& operation) {
    return operation == "GetRange" ? "OTSPartitionUnavailable" : "";
  };
  const int64_t before = bench.clock.steady_us();
  const Status status = bench.table.ensure();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "Status-NotReady");
  EXPECT_EQ(status.error().kind, ErrorKind::kTimeout);
  const int64_t waited = bench.clock.steady_us() - before;
  EXPECT_GE(waited, seconds(120) / milliseconds(1) * 1000);
  EXPECT_LT(waited, seconds(125) / milliseconds(1) * 1000);
}

TEST(StatusTable, AnotherErrorEndsTheWait) {
  Bench bench(false);
  bench.server.refuse_before = [&](const std::string& operation) {
    return operation == "GetRange" ? "OTSNoPermissionAccess" : "";
  };
  EXPECT_EQ(bench.table.ensure().error().code, "OTSNoPermissionAccess");
}

TEST(StatusTable, CreatedByAnotherAtTheSameMoment) {
  Bench bench(false);
  bench.server.refuse_after = [&](const std::string& operation) {
    return operation == "CreateTable" ? "OTSObjectAlreadyExist" : "";
  };
  EXPECT_TRUE(bench.table.ensure());
}

TEST(StatusTable, CheckpointsOfOneTimeOnly) {
  Bench bench;
  std::vector<CheckpointRow> rows;
  for (int i = 0; i < 7; ++i)
    rows.push_back({"shard" + std::to_string(i), "v", "it" + std::to_string(i), 0, i});
  ASSERT_TRUE(bench.table.put_checkpoints("st", kEnd, rows));
  ASSERT_TRUE(bench.table.put_checkpoints("st", kEnd + 1, {rows[0]}));
  ASSERT_TRUE(bench.table.put_checkpoints("other", kEnd, {rows[1]}));
  ASSERT_TRUE(bench.table.put_job_description({"v", "t", "st", 1, kEnd, {"shard0"}}));
  tablestore::Row count;
  count.primary_key = shard_count_key("st", kEnd);
  count.cells.push_back(
      {"ShardCount", tablestore::CellOp::kPut, tablestore::CellValue::of_integer(7), {}});
  ASSERT_TRUE(bench.client->put_row("status", count));

  EXPECT_EQ(*bench.table.checkpoints("st", kEnd), rows);
  EXPECT_EQ(*bench.table.legacy_shard_count("st", kEnd), 7);
  EXPECT_EQ(*bench.table.legacy_shard_count("st", kEnd + 1), std::nullopt);
  EXPECT_EQ((*bench.table.job_description("st", kEnd))->shard_ids,
            (std::vector<std::string>{"shard0"}));
  EXPECT_EQ(*bench.table.job_description("other", kEnd), std::nullopt);

  ASSERT_TRUE(bench.table.clear("st", kEnd));
  EXPECT_TRUE(bench.table.checkpoints("st", kEnd)->empty());
  EXPECT_EQ(bench.table.checkpoints("st", kEnd + 1)->size(), 1u);
  EXPECT_EQ(bench.table.checkpoints("other", kEnd)->size(), 1u);
  EXPECT_TRUE(*bench.table.job_description("st", kEnd));  // 9.4: overwritten later
}

TEST(StatusTable, RowsAreReplacedNotMerged) {
  Bench bench;
  ASSERT_TRUE(bench.table.put_checkpoints("st", kEnd, {{"S", "v", "it", 0, 9}}));
  ASSERT_TRUE(bench.table.put_checkpoints("st", kEnd, {{"S", "w", "it2", 0, 0}}));
  EXPECT_EQ(bench.rows().begin()->second.cells.size(), 3u);
}

TEST(StatusTable, BatchesAreBounded) {
  Bench bench;
  bench.server.range_page_rows = 1000;
  EXPECT_TRUE(bench.table.put_checkpoints("st", kEnd, {}));
  EXPECT_EQ(bench.server.count("BatchWriteRow"), 0u);
  std::vector<CheckpointRow> rows;
  for (int i = 0; i < 501; ++i) rows.push_back({"shard" + std::to_string(i), "v", "it", 0, 0});
  ASSERT_TRUE(bench.table.put_checkpoints("st", kEnd, rows));
  EXPECT_EQ(bench.server.largest_batch, 200u);
  EXPECT_EQ(bench.server.count("BatchWriteRow"), 3u);
  ASSERT_TRUE(bench.table.clear("st", kEnd));
  EXPECT_EQ(bench.server.largest_batch, 200u);
  EXPECT_TRUE(bench.rows().empty());
  // Two rows take two requests, so that a crash between them can be tried.
  bench.server.calls.clear();
  ASSERT_TRUE(bench.table.put_checkpoints("st", kEnd, {rows[0], rows[1]}));
  EXPECT_EQ(bench.server.count("BatchWriteRow"), 2u);
}

TEST(StatusTable, Nearest) {
  Bench bench;
  const auto nearest = [&](int64_t after, int64_t up_to) -> std::optional<std::string> {
    auto found = bench.table.nearest("st", {"S"}, after, up_to);
    EXPECT_TRUE(found);
    return found->empty() ? std::nullopt : std::optional(found->at("S"));
  };
  for (const int64_t time : {100, 200, 9000})
    ASSERT_TRUE(bench.table.put_shard_times("st", {{"S", time, "it" + std::to_string(time)}}));
  ASSERT_TRUE(bench.table.put_shard_times("st", {{"S2", 250, "other"}}));
  struct Case {
    int64_t after, up_to;
    std::optional<std::string> want;
  };
  const Case cases[] = {
      {0, 99, {}},     {0, 100, "it100"}, {99, 150, "it100"},
      {100, 150, {}},  {0, 300, "it200"}, {0, 10000, "it9000"},
      {200, 8999, {}}, {300, 300, {}},    {300, 200, {}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(nearest(c.after, c.up_to), c.want) << c.after << ".." << c.up_to;
  }
  tablestore::Row broken;
  broken.primary_key = shard_time_key("st", "S", 50);
  broken.cells.push_back(
      {"Checkpoint", tablestore::CellOp::kPut, tablestore::CellValue::of_integer(1), {}});
  ASSERT_TRUE(bench.client->put_row("status", broken));
  EXPECT_EQ(nearest(0, 60), std::nullopt);
}

// One request when a page of the range holds the answers; else the rest shard by shard, side by
// side.
TEST(StatusTable, NearestOfManyShards) {
  Bench bench;
  std::vector<std::string> shards;
  std::vector<StatusTable::ShardTime> hints;
  for (int i = 0; i < 300; ++i) {
    shards.push_back("s" + std::to_string(i));
    if (i % 5 == 0) continue;
    for (const int64_t time : {100, 200, 300})
      hints.push_back({shards.back(), time, shards.back() + "@" + std::to_string(time)});
  }
  ASSERT_TRUE(bench.table.put_shard_times("st", hints));
  for (const size_t page : {5000, 1000, 4, 1}) {
    SCOPED_TRACE(page);
    bench.server.range_page_rows = page;
    bench.server.calls.clear();
    const int64_t before_us = bench.clock.steady_us();
    auto found = bench.table.nearest("st", shards, 99, 250);
    ASSERT_TRUE(found) << found.error().to_string();
    EXPECT_EQ(found->size(), 240u);
    for (const auto& [shard, iterator] : *found) EXPECT_EQ(iterator, shard + "@200");
    if (page == 5000) EXPECT_EQ(bench.server.count("GetRange"), 1u);
    // A round trip takes 2 ms, and 32 are under way at once.
    EXPECT_LE(bench.clock.steady_us() - before_us, 2'000 * (2 + 300 / 32 + 1));
  }
  EXPECT_TRUE(bench.table.nearest("st", {}, 0, 100)->empty());
}

Fence running(std::string owner) { return {std::move(owner), "RUNNING", 5000, "", ""}; }

TEST(FenceOfAWindow, IsHeldByOne) {
  Bench bench;
  EXPECT_EQ(*bench.table.fence("st", kEnd), std::nullopt);
  ASSERT_TRUE(bench.table.take_fence("st", kEnd, running("a"), {}));
  EXPECT_EQ(**bench.table.fence("st", kEnd), running("a"));

  const Status second = bench.table.take_fence("st", kEnd, running("b"), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "Fence-Held");
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(second.error().message, testing::HasSubstr("attempt a (RUNNING"));
  EXPECT_EQ(bench.table.take_fence("st", kEnd, running("b"), "c").error().code, "Fence-Held");
  EXPECT_TRUE(bench.table.take_fence("st", kEnd + 1, running("b"), {}));  // another window
  EXPECT_TRUE(bench.table.take_fence("other", kEnd, running("b"), {}));   // another Stream

  ASSERT_TRUE(bench.table.take_fence("st", kEnd, running("b"), "a"));  // compare and swap
  EXPECT_EQ((*bench.table.fence("st", kEnd))->owner, "b");
  EXPECT_TRUE(bench.table.take_fence("st", kEnd + 2, running("b"),
                                     "gone"));  // the previous holder left meanwhile
}

TEST(FenceOfAWindow, UpdateAndLoss) {
  Bench bench;
  ASSERT_TRUE(bench.table.take_fence("st", kEnd, running("a"), {}));
  Fence prepared{"a", "PREPARED", 6000, "session", "{}"};
  ASSERT_TRUE(bench.table.update_fence("st", kEnd, prepared));
  EXPECT_EQ(**bench.table.fence("st", kEnd), prepared);
  ASSERT_TRUE(bench.table.take_fence("st", kEnd, running("b"), "a"));
  const Status lost = bench.table.update_fence("st", kEnd, prepared);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, "Fence-Lost");
  EXPECT_EQ(**bench.table.fence("st", kEnd), running("b"));
}

TEST(FenceOfAWindow, ReleaseIsOnlyOurs) {
  Bench bench;
  ASSERT_TRUE(bench.table.take_fence("st", kEnd, running("a"), {}));
  EXPECT_TRUE(
      bench.table.release_fence("st", kEnd, "b"));  // taken over: nothing of ours to give back
  EXPECT_TRUE(*bench.table.fence("st", kEnd));
  EXPECT_TRUE(bench.table.release_fence("st", kEnd, "a"));
  EXPECT_FALSE(*bench.table.fence("st", kEnd));
  EXPECT_TRUE(bench.table.release_fence("st", kEnd, "a"));
  bench.server.refuse_before = [](const std::string& op) {
    return op == "DeleteRow" ? "OTSNoPermissionAccess" : "";
  };
  ASSERT_TRUE(bench.table.take_fence("st", kEnd, running("a"), {}));
  EXPECT_EQ(bench.table.release_fence("st", kEnd, "a").error().code, "OTSNoPermissionAccess");
}

// The write took effect, its answer did not arrive: reading the row back tells.
TEST(FenceOfAWindow, LostAnswersAreSettled) {
  Bench bench;
  bench.server.refuse_after = [](const std::string& op) {
    return op == "PutRow" || op == "DeleteRow" ? "OTSInternalServerError" : "";
  };
  EXPECT_TRUE(bench.table.take_fence("st", kEnd, running("a"), {}));
  const Fence prepared{"a", "PREPARED", 6000, "session", "{}"};
  EXPECT_TRUE(bench.table.update_fence("st", kEnd, prepared));
  EXPECT_TRUE(bench.table.take_fence("st", kEnd, running("b"), "a"));
  EXPECT_TRUE(bench.table.release_fence("st", kEnd, "b"));
  EXPECT_FALSE(*bench.table.fence("st", kEnd));
}

// The write never arrived, some times over: it is tried again, because the row is still the old
// one.
TEST(FenceOfAWindow, LostRequestsAreSentAgain) {
  Bench bench;
  int lost = 0;
  bench.server.refuse_before = [&](const std::string& op) {
    const bool writes = op == "PutRow" || op == "DeleteRow";
    return writes && ++lost % 3 != 0 ? "OTSInternalServerError" : "";
  };
  EXPECT_TRUE(bench.table.take_fence("st", kEnd, running("a"), {}));
  EXPECT_TRUE(bench.table.update_fence("st", kEnd, running("a/2"), "a"));
  EXPECT_EQ((*bench.table.fence("st", kEnd))->owner, "a/2");
  EXPECT_EQ(lost, 6);
  EXPECT_TRUE(bench.table.release_fence("st", kEnd, "a/2"));
  EXPECT_FALSE(*bench.table.fence("st", kEnd));
  EXPECT_EQ(lost, 9);
}

TEST(FenceOfAWindow, WritesWithoutEffectFail) {
  Bench bench;
  bench.server.refuse_before = [](const std::string& op) {
    return op == "PutRow" ? "OTSInternalServerError" : "";
  };
  EXPECT_EQ(bench.table.take_fence("st", kEnd, running("a"), {}).error().code,
            "OTSInternalServerError");
  bench.server.refuse_before = [](const std::string&) { return ""; };
  ASSERT_TRUE(bench.table.take_fence("st", kEnd, running("a"), {}));
  bench.server.refuse_before = [](const std::string& op) {
    return op == "PutRow" ? "OTSInternalServerError" : "";
  };
  EXPECT_EQ(bench.table.update_fence("st", kEnd, {"a", "PREPARED", 1, "", "{}"}).error().code,
            "OTSInternalServerError");
  bench.server.refuse_before = [](const std::string& op) {
    return op == "DeleteRow" ? "OTSInternalServerError" : "";
  };
  EXPECT_EQ(bench.table.release_fence("st", kEnd, "a").error().code, "OTSInternalServerError");
}

// Somebody else is faster between our look and our write.
TEST(FenceOfAWindow, LosesTheRace) {
  Bench bench;
  bool raced = false;
  bench.server.refuse_before = [&](const std::string& op) {
    if (op == "PutRow" && !raced) {
      raced = true;
      bench.rows()[fence_key("st", kEnd)] = to_row("st", kEnd, running("faster"));
    }
    return "";
  };
  const Status status = bench.table.take_fence("st", kEnd, running("a"), {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "Fence-Held");
  EXPECT_THAT(status.error().message, testing::HasSubstr("faster"));
}

}  // namespace
}  // namespace otsstream::reader
