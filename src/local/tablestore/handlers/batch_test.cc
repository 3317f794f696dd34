#include "local/tablestore/tablestore_test_support.h"

namespace otsstream::local::tablestore_test {
namespace {

using Change = BatchWriteRowRequest::Change;

Change change(WriteType type, Row content, Condition condition = {}) {
  return {type,
          SharedBuffer(type == WriteType::kDelete ? encode_delete_key(content.primary_key)
                                                  : encode_row(content)),
          std::move(condition),
          {}};
}
std::string error_of(const RowResult& result) { return result.error ? result.error->code : ""; }

class BatchHandlersTest : public ::testing::Test {
 protected:
  BatchHandlersTest() { local.create(); }
  std::vector<BatchTableResult> write(std::vector<BatchWriteRowRequest::Table> tables,
                                      std::optional<bool> atomic = {}) {
    BatchWriteRowRequest request;
    request.tables = std::move(tables);
    request.atomic = atomic;
    return local.ask<BatchWriteRowResponse>("BatchWriteRow", encode(request)).tables;
  }
  TablestoreFixture local;
};

TEST_F(BatchHandlersTest, RowsFailOneByOneInTheirPlace) {
  local.create(person("second"), std::nullopt);
  Condition must_exist{RowExistence::kExpectExist, {}};
  Change damaged = change(WriteType::kPut, row(key("x")));
  damaged.row = SharedBuffer(std::string("junk"));
  auto results = write({{"person",
                         {change(WriteType::kPut, row(key("a"), {put("n", 1)})),
                          change(WriteType::kPut, row(key("b")), must_exist), damaged,
                          change(WriteType::kUpdate, row(key("a"), {increment("n", 1)})),
                          change(WriteType::kDelete, row(key("c")))}},
                        {"none", {change(WriteType::kPut, row(key("a")))}},
                        {"second",
                         {change(WriteType::kPut, row({{"id", CellValue::of_integer(1)}})),
                          change(WriteType::kPut, row(key("z")))}}});
  ASSERT_EQ(results.size(), 3u);
  std::vector<std::string> codes;
  for (const auto& table : results) {
    for (const RowResult& result : table.rows) codes.push_back(error_of(result));
  }
  EXPECT_EQ(codes, (std::vector<std::string>{"", "OTSConditionCheckFail", "OTSParameterInvalid", "",
                                             "", "OTSObjectNotExist", "OTSInvalidPK", ""}));
  EXPECT_EQ(results[0].table, "person");
  EXPECT_EQ(results[0].rows[0].consumed.write, 1);
  EXPECT_EQ(local.get(key("a"))->cells, (std::vector<Cell>{put("n", 2, kNowMs)}));

  auto records = local.read_all(local.shards()[0].shard_id);
  ASSERT_EQ(records.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(records[static_cast<size_t>(i)].row.sequence->row_index, i)
        << "rows of one batch share the commit time";
    EXPECT_EQ(records[static_cast<size_t>(i)].row.sequence->timestamp,
              records[0].row.sequence->timestamp);
  }
}

TEST_F(BatchHandlersTest, AtomicBatchesAreAllOrNothing) {
  TableMeta meta = person("pair");
  meta.primary_key.push_back({"seq", KeyType::kInteger, false});
  local.create(meta);
  auto pair = [](std::string_view id, int64_t seq) {
    return PrimaryKey{{"id", CellValue::of_string(id)}, {"seq", CellValue::of_integer(seq)}};
  };
  auto is_there = [&](const PrimaryKey& k) {
    ReadOptions newest;
    newest.max_versions = 1;
    return local.get(k, newest, "pair").has_value();
  };
  Condition must_exist{RowExistence::kExpectExist, {}};
  auto failed = write({{"pair",
                        {change(WriteType::kPut, row(pair("a", 1))),
                         change(WriteType::kPut, row(pair("a", 2)), must_exist)}}},
                      true);
  EXPECT_EQ(error_of(failed[0].rows[0]), "OTSConditionCheckFail");
  EXPECT_EQ(error_of(failed[0].rows[1]), "OTSConditionCheckFail");
  EXPECT_FALSE(is_there(pair("a", 1)));
  Change damaged = change(WriteType::kPut, row(pair("a", 2)));
  damaged.row = SharedBuffer(std::string("junk"));
  failed = write({{"pair", {change(WriteType::kPut, row(pair("a", 1))), damaged}}}, true);
  EXPECT_EQ(error_of(failed[0].rows[0]), "OTSParameterInvalid");
  EXPECT_FALSE(is_there(pair("a", 1)));
  auto log = [&] {
    return local.read(local.iterator(local.shards("pair")[0].shard_id, {}, "pair")).records;
  };
  EXPECT_TRUE(log().empty());
  auto good = write(
      {{"pair",
        {change(WriteType::kPut, row(pair("a", 1))), change(WriteType::kPut, row(pair("a", 2)))}}},
      true);
  EXPECT_EQ(error_of(good[0].rows[1]), "");
  EXPECT_TRUE(is_there(pair("a", 2)));
  auto records = log();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].row.sequence->timestamp, records[1].row.sequence->timestamp);

  BatchWriteRowRequest apart;
  apart.tables = {
      {"pair",
       {change(WriteType::kPut, row(pair("x", 1))), change(WriteType::kPut, row(pair("y", 1)))}}};
  apart.atomic = true;
  Response refused = local.call("BatchWriteRow", encode(apart));
  EXPECT_EQ(code_of(refused), "OTSParameterInvalid");
  EXPECT_THAT(message_of(refused), ::testing::HasSubstr("share one partition key"));
  apart.atomic = false;
  EXPECT_EQ(local.call("BatchWriteRow", encode(apart)).status, 200);
}

TEST_F(BatchHandlersTest, GetsRowsInOrder) {
  local.put_row(row(key("a"), {put("n", 1)}));
  BatchGetRowRequest request;
  request.tables = {{"person",
                     {SharedBuffer(encode_key(key("none"))), SharedBuffer(encode_key(key("a"))),
                      SharedBuffer(encode_key({{"x", CellValue::of_integer(1)}}))},
                     {}},
                    {"missing", {SharedBuffer(encode_key(key("a")))}, {}}};
  for (auto& table : request.tables) table.read.max_versions = 1;
  auto tables = local.ask<BatchGetRowResponse>("BatchGetRow", encode(request)).tables;
  ASSERT_EQ(tables.size(), 2u);
  ASSERT_EQ(tables[0].rows.size(), 3u);
  EXPECT_EQ(error_of(tables[0].rows[0]), "");
  EXPECT_TRUE(tables[0].rows[0].row.empty());
  EXPECT_EQ(rows_of(tables[0].rows[1].row), std::vector<Row>{row(key("a"), {put("n", 1, kNowMs)})});
  EXPECT_EQ(error_of(tables[0].rows[2]), "OTSInvalidPK");
  EXPECT_EQ(error_of(tables[1].rows[0]), "OTSObjectNotExist");
}

TEST_F(BatchHandlersTest, RefusesWholeRequests) {
  auto write_code = [&](BatchWriteRowRequest request) {
    return code_of(local.call("BatchWriteRow", encode(request)));
  };
  BatchWriteRowRequest request;
  EXPECT_EQ(write_code(request), "OTSParameterInvalid") << "no rows";
  request.tables = {{"person", std::vector<Change>(201, change(WriteType::kPut, row(key("a"))))}};
  EXPECT_EQ(write_code(request), "OTSParameterInvalid") << "201 rows";
  request.tables[0].changes.pop_back();
  EXPECT_EQ(write_code(request), "");
  request = {};
  request.tables = {{"person", {change(WriteType::kPut, row(key("a")))}},
                    {"other", {change(WriteType::kPut, row(key("a")))}}};
  request.atomic = true;
  EXPECT_EQ(write_code(request), "OTSParameterInvalid") << "atomic over two tables";
  Row large = row(key("a"), {put("x", CellValue::of_string(std::string(1'500'000, 'x')))});
  request = {};
  request.tables = {{"person", std::vector<Change>(3, change(WriteType::kPut, large))}};
  EXPECT_EQ(write_code(request), "OTSParameterInvalid") << "over 4 MB";

  BatchGetRowRequest get;
  EXPECT_EQ(code_of(local.call("BatchGetRow", encode(get))), "OTSParameterInvalid");
  get.tables = {{"person", std::vector<SharedBuffer>(101, SharedBuffer(encode_key(key("a")))), {}}};
  get.tables[0].read.max_versions = 1;
  EXPECT_EQ(code_of(local.call("BatchGetRow", encode(get))), "OTSParameterInvalid") << "101 rows";
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
