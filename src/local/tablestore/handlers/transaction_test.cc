#include "local/tablestore/local_transactions.h"
#include "local/tablestore/tablestore_test_support.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local::tablestore_test {
namespace {

PrimaryKey city(std::string_view name, int64_t number) {
  return {{"city", CellValue::of_string(name)}, {"number", CellValue::of_integer(number)}};
}
PrimaryKey partition(std::string_view name) { return {{"city", CellValue::of_string(name)}}; }

// A table of two key columns, with transactions and a Stream.
class TransactionTest : public ::testing::Test {
 protected:
  TransactionTest() { create("house"); }

  void create(const std::string& name, std::optional<bool> transactions = true) {
    CreateTableRequest request;
    request.meta = TableMeta{
        name, {{"city", KeyType::kString, false}, {"number", KeyType::kInteger, false}}, {}};
    request.options = {-1, 1, {}, {}, {}};
    request.stream = StreamSpec{true, 24, {"n"}};
    request.enable_local_transaction = transactions;
    EXPECT_EQ(code_of(local.call("CreateTable", encode(request))), "");
  }
  Response start(const PrimaryKey& key, const std::string& table = "house") {
    return local.call("StartLocalTransaction",
                      encode(StartLocalTransactionRequest{table, SharedBuffer(encode_key(key))}));
  }
  std::string started(const PrimaryKey& key) {
    Response response = start(key);
    EXPECT_EQ(code_of(response), "") << message_of(response);
    StartLocalTransactionResponse answer;
    EXPECT_TRUE(decode(response.body.flat(), answer));
    return answer.transaction_id;
  }
  Response commit(const std::string& id) {
    return local.call("CommitTransaction", encode(EndTransactionRequest{id}));
  }
  Response abort(const std::string& id) {
    return local.call("AbortTransaction", encode(EndTransactionRequest{id}));
  }
  std::string write(WriteType type, const Row& change, const std::string& id = {},
                    Condition condition = {}) {
    WriteRowRequest request;
    request.table = "house";
    request.row = SharedBuffer(type == WriteType::kDelete ? encode_delete_key(change.primary_key)
                                                          : encode_row(change));
    request.condition = std::move(condition);
    request.transaction_id = id;
    switch (type) {
      case WriteType::kPut:
        return code_of(local.call("PutRow", encode_put(request)));
      case WriteType::kUpdate:
        return code_of(local.call("UpdateRow", encode_update(request)));
      case WriteType::kDelete:
        return code_of(local.call("DeleteRow", encode_delete(request)));
    }
    return "";
  }
  std::string put_row(const PrimaryKey& key, int64_t n, const std::string& id = {}) {
    return write(WriteType::kPut, row(key, {put("n", n)}), id);
  }
  std::optional<int64_t> number_at(const PrimaryKey& key, const std::string& id = {}) {
    GetRowRequest request;
    request.table = "house";
    request.primary_key = SharedBuffer(encode_key(key));
    request.read.max_versions = 1;
    request.transaction_id = id;
    auto rows = rows_of(local.ask<GetRowResponse>("GetRow", encode(request)).row);
    if (rows.empty()) return std::nullopt;
    return rows[0].cells.at(0).value->integer;
  }
  // City, house number and value of each row in a range over everything.
  std::vector<int64_t> range(Direction direction, const std::string& id = {},
                             std::optional<int32_t> limit = {}) {
    PrimaryKey low_key = {{"city", CellValue::inf_min()}, {"number", CellValue::inf_min()}};
    PrimaryKey high_key = {{"city", CellValue::inf_max()}, {"number", CellValue::inf_max()}};
    bool forward = direction == Direction::kForward;
    GetRangeRequest request =
        local.range_request(forward ? low_key : high_key, forward ? high_key : low_key, direction);
    request.table = "house";
    request.transaction_id = id;
    request.limit = limit;
    std::vector<int64_t> values;
    while (true) {
      auto answer = local.ask<GetRangeResponse>("GetRange", encode(request));
      for (const Row& found : rows_of(answer.rows))
        values.push_back(found.cells.at(0).value->integer);
      if (answer.next_start.empty()) return values;
      request.inclusive_start = answer.next_start;
    }
  }
  std::vector<LoggedRecord> log(size_t shard = 0) {
    auto id = local.shards("house").at(shard).shard_id;
    return local.read(local.iterator(id, {}, "house")).records;
  }

  TablestoreFixture local;
};

TEST_F(TransactionTest, IsSeenInsideAtOnceAndOutsideAfterTheCommit) {
  EXPECT_EQ(put_row(city("c", 1), 10), "");
  EXPECT_EQ(put_row(city("c", 3), 30), "");
  EXPECT_EQ(put_row(city("d", 1), 99), "");
  std::string id = started(partition("c"));
  EXPECT_EQ(put_row(city("c", 2), 20, id), "");
  EXPECT_EQ(write(WriteType::kUpdate, row(city("c", 2), {increment("n", 1)}), id), "");
  EXPECT_EQ(write(WriteType::kDelete, row(city("c", 3)), id), "");
  EXPECT_EQ(write(WriteType::kPut, row(city("c", 1), {put("n", 11)}), id,
                  {RowExistence::kExpectExist, {}}),
            "");
  EXPECT_EQ(write(WriteType::kPut, row(city("c", 3), {put("n", 1)}), id,
                  {RowExistence::kExpectExist, {}}),
            "OTSConditionCheckFail")
      << "deleted in the transaction";

  EXPECT_EQ(number_at(city("c", 2)), std::nullopt);
  EXPECT_EQ(number_at(city("c", 2), id), 21);
  EXPECT_EQ(number_at(city("c", 3)), 30);
  EXPECT_EQ(number_at(city("c", 3), id), std::nullopt);
  EXPECT_EQ(range(Direction::kForward), (std::vector<int64_t>{10, 30, 99}));
  EXPECT_EQ(range(Direction::kForward, id), (std::vector<int64_t>{11, 21, 99}));
  EXPECT_EQ(range(Direction::kForward, id, 1), (std::vector<int64_t>{11, 21, 99}));
  EXPECT_EQ(range(Direction::kBackward, id), (std::vector<int64_t>{99, 21, 11}));
  EXPECT_EQ(range(Direction::kBackward, id, 1), (std::vector<int64_t>{99, 21, 11}));
  EXPECT_EQ(log().size(), 3u);

  local.clock.advance(seconds(5));
  EXPECT_EQ(code_of(commit(id)), "");
  EXPECT_EQ(range(Direction::kForward), (std::vector<int64_t>{11, 21, 99}));
  auto records = log();
  ASSERT_EQ(records.size(), 7u);
  std::vector<ActionType> actions;
  for (size_t i = 3; i < records.size(); ++i) {
    actions.push_back(records[i].action);
    EXPECT_EQ(records[i].row.sequence->timestamp, records[3].row.sequence->timestamp);
    EXPECT_EQ(records[i].row.sequence->timestamp / 1000, kNowMs + 5000) << "the commit's time";
    EXPECT_EQ(records[i].row.sequence->row_index, static_cast<int32_t>(i - 3));
  }
  EXPECT_EQ(actions, (std::vector<ActionType>{ActionType::kPut, ActionType::kUpdate,
                                              ActionType::kDelete, ActionType::kPut}));
  EXPECT_EQ(records[4].row.cells[0].timestamp, kNowMs) << "a version is the write's time";
  EXPECT_EQ(rows_of(SharedBuffer(records[4].origin)).at(0).cells.at(0).value,
            CellValue::of_integer(20))
      << "the value before is the transaction's own";
}

TEST_F(TransactionTest, AnAbortLeavesNothing) {
  std::string id = started(partition("c"));
  EXPECT_EQ(put_row(city("c", 1), 1, id), "");
  EXPECT_EQ(code_of(abort(id)), "");
  EXPECT_EQ(number_at(city("c", 1)), std::nullopt);
  EXPECT_TRUE(log().empty());
  for (const Response& ended : {abort(id), commit(id)}) {
    EXPECT_EQ(ended.status, 404);
    EXPECT_EQ(code_of(ended), "OTSSessionNotExist");
    EXPECT_EQ(message_of(ended), "Session not exist or may be timeout.");
  }
  EXPECT_EQ(put_row(city("c", 1), 1, id), "OTSSessionNotExist");
  EXPECT_EQ(code_of(commit(started(partition("c")))), "") << "the key is free; empty commits pass";
}

TEST_F(TransactionTest, HoldsItsPartitionKey) {
  std::string id = started(partition("c"));
  Response second = start(partition("c"));
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(code_of(second), "OTSRowOperationConflict");
  EXPECT_EQ(message_of(second), "Data is being modified by the other request.");
  EXPECT_EQ(put_row(city("c", 1), 1), "OTSRowOperationConflict");
  EXPECT_EQ(write(WriteType::kUpdate, row(city("c", 1), {put("n", 1)})), "OTSRowOperationConflict");
  EXPECT_EQ(write(WriteType::kDelete, row(city("c", 1))), "OTSRowOperationConflict");
  EXPECT_EQ(put_row(city("b", 1), 1), "") << "another partition key";
  std::string other = started(partition("b"));
  EXPECT_EQ(put_row(city("c", 1), 1, other), "OTSDataOutOfRange");
  EXPECT_EQ(put_row(city("cc", 1), 1, id), "OTSDataOutOfRange");
  GetRowRequest elsewhere;
  elsewhere.table = "house";
  elsewhere.primary_key = SharedBuffer(encode_key(city("cc", 1)));
  elsewhere.read.max_versions = 1;
  elsewhere.transaction_id = id;
  EXPECT_EQ(code_of(local.call("GetRow", encode(elsewhere))), "OTSDataOutOfRange");
  EXPECT_EQ(code_of(commit(id)), "");
  EXPECT_EQ(put_row(city("c", 1), 1), "");
}

TEST_F(TransactionTest, EndsAfterSixtySeconds) {
  std::string id = started(partition("c"));
  EXPECT_EQ(put_row(city("c", 1), 1, id), "");
  local.clock.advance(seconds(60) - Duration(1000));
  EXPECT_EQ(number_at(city("c", 1), id), 1);
  EXPECT_EQ(put_row(city("c", 1), 5), "OTSRowOperationConflict");
  local.clock.advance(Duration(2000));
  EXPECT_EQ(put_row(city("c", 2), 2, id), "OTSSessionNotExist");
  EXPECT_EQ(code_of(commit(id)), "OTSSessionNotExist");
  EXPECT_EQ(put_row(city("c", 1), 5), "") << "its lock is gone with it";
  EXPECT_EQ(number_at(city("c", 2)), std::nullopt);
  EXPECT_EQ(code_of(abort(started(partition("c")))), "");
}

TEST_F(TransactionTest, TakesBatchesOfItsTable) {
  auto batch = [&](const std::string& id, std::vector<std::pair<PrimaryKey, RowExistence>> rows,
                   std::optional<bool> atomic = {}) {
    BatchWriteRowRequest request;
    request.transaction_id = id;
    request.atomic = atomic;
    auto& table = request.tables.emplace_back();
    table.table = "house";
    for (auto& [key, existence] : rows)
      table.changes.push_back({WriteType::kPut,
                               SharedBuffer(encode_row(row(key, {put("n", 7)}))),
                               {existence, {}},
                               {}});
    std::vector<std::string> codes;
    auto answer = local.ask<BatchWriteRowResponse>("BatchWriteRow", encode(request));
    for (const RowResult& result : answer.tables.at(0).rows)
      codes.push_back(result.error ? result.error->code : "");
    return codes;
  };
  using Codes = std::vector<std::string>;
  std::string id = started(partition("c"));
  EXPECT_EQ(batch(id, {{city("c", 1), RowExistence::kIgnore},
                       {city("d", 1), RowExistence::kIgnore},
                       {city("c", 2), RowExistence::kExpectExist}}),
            (Codes{"", "OTSDataOutOfRange", "OTSConditionCheckFail"}));
  EXPECT_EQ(
      batch(id, {{city("c", 3), RowExistence::kIgnore}, {city("c", 2), RowExistence::kExpectExist}},
            true),
      (Codes{"OTSConditionCheckFail", "OTSConditionCheckFail"}));
  EXPECT_EQ(number_at(city("c", 3), id), std::nullopt) << "an atomic batch that failed";
  EXPECT_EQ(batch({}, {{city("c", 9), RowExistence::kIgnore}}), Codes{"OTSRowOperationConflict"});
  EXPECT_EQ(code_of(commit(id)), "");
  EXPECT_EQ(range(Direction::kForward), std::vector<int64_t>{7});
  EXPECT_EQ(batch(id, {{city("c", 1), RowExistence::kIgnore}}), Codes{"OTSSessionNotExist"});

  BatchWriteRowRequest two_tables;
  two_tables.transaction_id = started(partition("c"));
  for (const char* name : {"house", "other"}) {
    auto& table = two_tables.tables.emplace_back();
    table.table = name;
    table.changes.push_back({WriteType::kPut, SharedBuffer(encode_row(row(city("c", 1)))), {}, {}});
  }
  EXPECT_EQ(code_of(local.call("BatchWriteRow", encode(two_tables))), "OTSParameterInvalid");
}

TEST_F(TransactionTest, HoldsFourMegabytes) {
  std::string id = started(partition("c"));
  Row large = row(city("c", 1), {put("n", CellValue::of_string(std::string(2'000'000, 'x')))});
  EXPECT_EQ(write(WriteType::kPut, large, id), "");
  EXPECT_EQ(write(WriteType::kPut, large, id), "");
  EXPECT_EQ(write(WriteType::kPut, large, id), "OTSOutOfTransactionDataSizeLimit");
  EXPECT_EQ(put_row(city("c", 2), 2, id), "") << "what fits still goes";
  EXPECT_EQ(code_of(commit(id)), "");
  EXPECT_EQ(number_at(city("c", 2)), 2);
}

TEST_F(TransactionTest, IsSharedOutOverSplitPartitions) {
  std::string id = started(partition("c"));
  EXPECT_EQ(put_row(city("c", 1), 1, id), "");
  ASSERT_TRUE(local.table("house").split(CellValue::of_string("b")));
  EXPECT_EQ(code_of(commit(id)), "");
  ASSERT_EQ(local.shards("house").size(), 3u);
  EXPECT_TRUE(log(0).empty());
  EXPECT_TRUE(log(1).empty());
  EXPECT_EQ(log(2).size(), 1u) << "the shard that has the key now";
}

TEST_F(TransactionTest, AStreamSwitchedOnMeanwhileGetsAllOfIt) {
  std::string id = started(partition("c"));
  ASSERT_TRUE(local.table("house").update({}, {}, StreamSpec{false, {}, {}}));
  EXPECT_EQ(put_row(city("c", 1), 1, id), "");
  ASSERT_TRUE(local.table("house").update({}, {}, StreamSpec{true, 24, {}}));
  EXPECT_EQ(put_row(city("c", 2), 2, id), "");
  EXPECT_EQ(code_of(commit(id)), "");
  EXPECT_EQ(log().size(), 2u);
}

TEST_F(TransactionTest, EndsWithItsTable) {
  std::string id = started(partition("c"));
  local.call("DeleteTable", encode(DeleteTableRequest{"house"}));
  EXPECT_EQ(code_of(commit(id)), "OTSSessionNotExist");
  create("house");
  EXPECT_EQ(code_of(commit(id)), "OTSSessionNotExist");
  EXPECT_EQ(put_row(city("c", 1), 1), "");
}

TEST_F(TransactionTest, RefusesBadRequests) {
  create("plain", false);
  Response disabled = start(partition("c"), "plain");
  EXPECT_EQ(disabled.status, 400);
  EXPECT_EQ(code_of(disabled), "OTSParameterInvalid");
  EXPECT_EQ(
      message_of(disabled),
      "Try to call method using explicit transaction on explicit-transaction-disabled table.");
  create("unsaid", std::nullopt);
  EXPECT_EQ(code_of(start(partition("c"), "unsaid")), "") << "two SDKs cannot say it";
  EXPECT_EQ(message_of(start(city("c", 1))), "StartLocalTransaction support only one primary key.");
  EXPECT_EQ(message_of(start(partition("c"), "")), "Invalid table name: ''.");
  EXPECT_EQ(code_of(start(partition("c"), "none")), "OTSObjectNotExist");
  EXPECT_EQ(code_of(start({{"city", CellValue::of_integer(1)}})), "OTSInvalidPK");
  EXPECT_EQ(code_of(start({{"city", CellValue::inf_min()}})), "OTSInvalidPK");
  EXPECT_EQ(message_of(commit("")), "TransactionID is invalid.");
  EXPECT_EQ(message_of(abort("")), "TransactionID is invalid.");
  for (const char* id : {"none", "house_", "none_0", "_"})
    EXPECT_EQ(code_of(commit(id)), "OTSSessionNotExist") << id;

  CreateTableRequest generated;
  generated.meta = TableMeta{
      "counted", {{"city", KeyType::kString, false}, {"number", KeyType::kInteger, true}}, {}};
  generated.enable_local_transaction = true;
  EXPECT_EQ(code_of(local.call("CreateTable", encode(generated))), "");
  StartLocalTransactionResponse answer;
  ASSERT_TRUE(decode(start(partition("c"), "counted").body.flat(), answer));
  WriteRowRequest change;
  change.table = "counted";
  change.transaction_id = answer.transaction_id;
  change.row = SharedBuffer(encode_row(
      row({{"city", CellValue::of_string("c")}, {"number", CellValue::auto_increment()}})));
  EXPECT_EQ(code_of(local.call("PutRow", encode_put(change))), "OTSParameterInvalid")
      << "generated numbers and transactions exclude each other";
}

TEST(LocalTransactionsTest, ForgetsWhatEndedAndWhatExpired) {
  Random random(1);
  LocalTransactions open;
  EXPECT_TRUE(open.none());
  auto first = open.start("t", "a", 0, random);
  ASSERT_TRUE(first);
  EXPECT_EQ(table_of_transaction(*first), "t");
  EXPECT_EQ(table_of_transaction("nothing"), "");
  EXPECT_TRUE(open.holds("a", 0));
  EXPECT_FALSE(open.holds("a", 0, *first)) << "not against itself";
  EXPECT_EQ(open.start("t", "a", kTransactionLifeUs - 1, random).error().code,
            "OTSRowOperationConflict");
  auto again = open.start("t", "a", kTransactionLifeUs, random);
  ASSERT_TRUE(again) << "the first has expired";
  EXPECT_FALSE(open.find(*first, kTransactionLifeUs));
  open.end(*first);
  EXPECT_TRUE(open.find(*again, kTransactionLifeUs)) << "ending the old one ends not the new one";
  open.end(*again);
  EXPECT_TRUE(open.none());
  ASSERT_TRUE(open.start("t", "b", 0, random));
  open.clear();
  EXPECT_TRUE(open.none());
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
