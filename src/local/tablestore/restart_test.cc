// A local Tablestore on disk that ends and begins again: everything is as it was, and goes on.

#include <filesystem>

#include "local/tablestore/rocks_storage.h"
#include "local/tablestore/storage_test_support.h"
#include "local/tablestore/store_state_test_support.h"
#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

class RestartTest : public testing::Test {
 protected:
  TablestoreServerOptions on_disk() const {
    TablestoreServerOptions options;
    options.directory = folder.path("store");
    return options;
  }
  Folder folder;
  TablestoreFixture local{on_disk()};
};

TEST_F(RestartTest, EverythingIsAsItWas) {
  fill(local);
  const std::string before = state_of(local);
  const int64_t last_us = local.server->data_clock().now_us();
  for (int restart = 0; restart < 2; ++restart) {
    local.restart();
    EXPECT_EQ(state_of(local), before);
    EXPECT_GE(local.server->data_clock().now_us(), last_us - 1'000'000);
  }
}

TEST_F(RestartTest, ReadersGoOnWhereTheyWere) {
  local.create();
  for (int i = 0; i < 10; ++i) local.put_row(row(key(std::to_string(i)), {put("n", i)}));
  const std::string shard = local.shards()[0].shard_id;
  ReadPage first = local.read(local.iterator(shard), 4);
  const std::string at_end = *local.read(*first.next).next;
  const auto by_time = local.iterator(shard, first.records[2].row.sequence->timestamp);
  local.restart();
  EXPECT_EQ(local.read(*first.next).records.size(), 6u);
  EXPECT_EQ(local.read(at_end).records.size(), 0u);
  EXPECT_EQ(local.read(by_time).records.size(), 8u);
  EXPECT_EQ(local.iterator(shard, first.records[2].row.sequence->timestamp).size(), by_time.size());
  local.put_row(row(key("later"), {put("n", 11)}));
  auto behind = local.read(at_end).records;
  ASSERT_EQ(behind.size(), 1u);
  EXPECT_EQ(behind[0].row.primary_key, key("later"));
}

// The wall clock may even have been set back in between.
TEST_F(RestartTest, TimeAndNumbersGoOnRising) {
  TableMeta meta = person();
  meta.primary_key.push_back({"seq", KeyType::kInteger, true});
  local.create(meta);
  std::vector<int64_t> numbers;
  std::vector<SequenceInfo> sequences;
  for (int start = 0; start < 3; ++start) {
    for (int i = 0; i < 3; ++i) {
      PrimaryKey generated = key("a");
      generated.push_back({"seq", CellValue::auto_increment()});
      local.put_row(row(generated));
    }
    local.server.reset();
    local.clock.advance(seconds(start == 0 ? -3600 : 1));
    local.restart();
  }
  for (const LoggedRecord& record : local.read_all(local.shards()[0].shard_id)) {
    numbers.push_back(record.row.primary_key[1].value.integer);
    sequences.push_back(*record.row.sequence);
  }
  ASSERT_EQ(numbers.size(), 9u);
  for (size_t i = 1; i < 9; ++i) {
    EXPECT_LT(numbers[i - 1], numbers[i]);
    EXPECT_LT(sequences[i - 1], sequences[i]);
  }
}

TEST_F(RestartTest, TimeRisesAlsoWhenNothingWithAStreamIsLeft) {
  local.create(person(), std::nullopt);
  EXPECT_TRUE(local.server->data_clock().step(seconds(100)));
  local.put_row(row(key("a")));
  const int64_t written = local.get(key("a"), {})->primary_key.empty() ? 0 : 1;
  EXPECT_EQ(written, 1);
  const int64_t used_us = local.server->data_clock().now_us();
  local.restart();
  EXPECT_GE(local.server->data_clock().now_us(), used_us);
  EXPECT_EQ(local.call("DeleteTable", encode(DeleteTableRequest{"person"})).status, 200);
  local.restart();
  EXPECT_GE(local.server->data_clock().now_us(), used_us) << "the table that used it is gone";
}

TEST_F(RestartTest, WhatIsTrimmedStaysTrimmed) {
  local.create();
  for (int i = 0; i < 6; ++i) local.put_row(row(key(std::to_string(i))));
  const std::string shard = local.shards()[0].shard_id;
  const std::string oldest = local.iterator(shard);
  auto records = local.read_all(shard);
  ASSERT_TRUE(local.table().expire_log(records[4].row.sequence->timestamp));
  for (int restart = 0; restart < 2; ++restart) {
    EXPECT_EQ(local.read_all(shard).size(), 2u);
    GetStreamRecordRequest request;
    request.iterator = oldest;
    EXPECT_EQ(code_of(local.call("GetStreamRecord", encode(request))), "OTSTrimmedDataAccess");
    local.restart();
  }
  ASSERT_TRUE(local.table().expire_log(INT64_MAX / 2));
  local.restart();
  EXPECT_TRUE(local.read_all(shard).empty());
  local.put_row(row(key("new")));
  ReadPage page = local.read(local.iterator(shard));
  ASSERT_EQ(page.records.size(), 1u);
  EXPECT_EQ(*local.table().oldest_position(local.stream().stream_id, shard), 6u)
      << "positions count on from the birth of the shard";
}

TEST_F(RestartTest, ADroppedTableAndAnOldStreamStayAway) {
  fill(local);
  local.call("DeleteTable", encode(DeleteTableRequest{"person"}));
  local.create();
  local.put_row(row(key("a")));
  const std::string old_id = local.stream().stream_id;
  UpdateTableRequest off{"person", {}, {}, StreamSpec{false, {}, {}}};
  local.ask<UpdateTableResponse>("UpdateTable", encode(off));
  UpdateTableRequest on{"person", {}, {}, StreamSpec{true, 48, {}}};
  local.ask<UpdateTableResponse>("UpdateTable", encode(on));
  const std::string before = state_of(local);
  local.restart();
  EXPECT_EQ(state_of(local), before);
  EXPECT_NE(local.stream().stream_id, old_id);
  EXPECT_TRUE(local.read_all(local.shards()[0].shard_id).empty());
}

TEST_F(RestartTest, ReadsALongLogOnlyWhenAsked) {
  local.create();
  const std::string shard = local.shards()[0].shard_id;
  constexpr int kBatches = 60;
  for (int i = 0; i < kBatches; ++i) {
    BatchWriteRowRequest request;
    auto& table = request.tables.emplace_back();
    table.table = "person";
    for (int k = 0; k < 100; ++k)
      table.changes.push_back(
          {WriteType::kPut,
           SharedBuffer(encode_row(
               row(key(std::to_string(k)),
                   {put("n", i), put("text", CellValue::of_string(std::string(1000, 'x')))}))),
           {},
           {}});
    local.ask<BatchWriteRowResponse>("BatchWriteRow", encode(request));
  }
  auto rounds = [&] {
    std::vector<int64_t> out;
    for (const LoggedRecord& record : local.read_all(shard))
      out.push_back(record.row.cells.at(0).value->integer);
    return out;
  };
  const auto before = rounds();
  EXPECT_EQ(before.size(), size_t{kBatches} * 100);
  local.restart();
  EXPECT_EQ(rounds(), before);
}

TEST_F(RestartTest, ADirectoryThatIsNotOursIsRefused) {
  TablestoreServerOptions options = on_disk();
  options.instances["inst"]["testid"] = {Secret(kSecret), Secret()};
  auto second = TablestoreServer::open(options, local.clock, local.random);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "Store-InUse");
  options.directory = folder.path("");
  EXPECT_EQ(TablestoreServer::open(options, local.clock, local.random).error().code,
            "Store-Foreign");
}

// A restore that the end of the process interrupted leaves rows that no table has.
TEST_F(RestartTest, LeftoversOfARestoreAreRemoved) {
  fill(local);
  const std::string before = state_of(local);
  local.server.reset();
  const std::string db = folder.path("store/instances/inst");
  {
    auto storage = RocksStorage::open(db, false);
    ASSERT_TRUE(storage);
    StorageBatch batch;
    batch.put(kMetaSpace, restoring_key(77), {});
    batch.put(77, "row", SharedBuffer(std::string("half")));
    batch.put(log_space(77), log_key(1, 0), SharedBuffer(std::string("half")));
    ASSERT_TRUE((*storage)->apply(std::move(batch)));
  }
  local.restart();
  EXPECT_EQ(state_of(local), before);
  local.server.reset();
  auto storage = RocksStorage::open(db, false);
  EXPECT_EQ(*(*storage)->get(77, "row"), std::nullopt);
  EXPECT_EQ(*(*storage)->get(log_space(77), log_key(1, 0)), std::nullopt);
  EXPECT_EQ(*(*storage)->get(kMetaSpace, restoring_key(77)), std::nullopt);
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
