#include "local/tablestore/tablestore_test_support.h"
#include "tablestore/wire/filter.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/matrix_row.h"

namespace otsstream::local::tablestore_test {
namespace {

class BulkTest : public ::testing::Test {
 protected:
  BulkTest() { local.create(); }
  BulkExportRequest export_request() {
    BulkExportRequest request;
    request.table = "person";
    request.inclusive_start = SharedBuffer(encode_key(low()));
    request.exclusive_end = SharedBuffer(encode_key(high()));
    return request;
  }
  BulkExportResponse exported(const BulkExportRequest& request) {
    return local.ask<BulkExportResponse>("BulkExport", encode(request));
  }
  RowMatrix matrix_of(const SharedBuffer& bytes) {
    auto matrix = decode_row_matrix(bytes.view());
    EXPECT_TRUE(matrix);
    return matrix ? *matrix : RowMatrix{};
  }
  BulkImportRequest::Change change(WriteType type, Row content) {
    return {type, SharedBuffer(type == WriteType::kDelete ? encode_delete_key(content.primary_key)
                                                          : encode_row(content))};
  }
  TablestoreFixture local;
};

// A cell as a matrix shows it.
Cell shown(std::string name, int64_t value) {
  return {std::move(name), CellOp::kPut, CellValue::of_integer(value), {}};
}

TEST_F(BulkTest, ImportsRowsOneByOne) {
  local.put_row(row(key("gone"), {put("n", 1)}));
  BulkImportRequest request;
  request.table = "person";
  request.changes = {change(WriteType::kPut, row(key("a"), {put("n", 1)})),
                     change(WriteType::kUpdate, row(key("a"), {increment("n", 2)})),
                     {WriteType::kPut, SharedBuffer(std::string("junk"))},
                     change(WriteType::kDelete, row(key("gone"))),
                     change(WriteType::kPut, row({{"id", CellValue::of_integer(1)}}))};
  auto answer = local.ask<BulkImportResponse>("BulkImport", encode(request)).result;
  EXPECT_EQ(answer.table, "person");
  std::vector<std::string> codes;
  for (const RowResult& result : answer.rows)
    codes.push_back(result.error ? result.error->code : "");
  EXPECT_EQ(codes, (std::vector<std::string>{"", "", "OTSParameterInvalid", "", "OTSInvalidPK"}));
  EXPECT_EQ(answer.rows[0].consumed, (CapacityUnit{0, 1}));
  EXPECT_EQ(local.get(key("a"))->cells, std::vector<Cell>{put("n", 3, kNowMs)});
  EXPECT_EQ(local.get(key("gone")), std::nullopt);
  EXPECT_EQ(local.read_all(local.shards()[0].shard_id).size(), 4u);
}

TEST_F(BulkTest, RefusesWholeImports) {
  BulkImportRequest request;
  request.table = "person";
  auto code = [&] { return code_of(local.call("BulkImport", encode(request))); };
  EXPECT_EQ(code(), "OTSParameterInvalid") << "no rows";
  request.changes.assign(kMaxBulkImportRows + 1, change(WriteType::kPut, row(key("a"))));
  EXPECT_EQ(code(), "OTSParameterInvalid") << "201 rows";
  request.changes.pop_back();
  EXPECT_EQ(code(), "");
  request.table = "none";
  EXPECT_EQ(code(), "OTSObjectNotExist");
  request.table = "person";
  Row large = row(key("a"), {put("x", CellValue::of_string(std::string(1'500'000, 'x')))});
  request.changes.assign(3, change(WriteType::kPut, large));
  EXPECT_EQ(code(), "OTSParameterInvalid") << "over 4 MB";
}

TEST_F(BulkTest, ExportsAMatrixOrPlainBuffer) {
  EXPECT_TRUE(exported(export_request()).rows.empty()) << "no rows are zero bytes";
  local.put_row(row(key("a"), {put("n", 1), put("x", 2)}));
  local.put_row(row(key("b"), {put("m", 3)}));
  BulkExportRequest request = export_request();
  auto answer = exported(request);
  EXPECT_EQ(answer.block_type, DataBlockType::kSimpleRowMatrix);
  EXPECT_EQ(answer.consumed, (CapacityUnit{1, 0}));
  EXPECT_TRUE(answer.next_start.empty());
  RowMatrix matrix = matrix_of(answer.rows);
  EXPECT_EQ(matrix.key_columns, std::vector<std::string>{"id"});
  EXPECT_EQ(matrix.attribute_columns, (std::vector<std::string>{"m", "n", "x"}));
  EXPECT_EQ(matrix.rows, (std::vector<Row>{row(key("a"), {shown("n", 1), shown("x", 2)}),
                                           row(key("b"), {shown("m", 3)})}));

  request.columns_to_get = {"x", "id", "none"};
  matrix = matrix_of(exported(request).rows);
  EXPECT_EQ(matrix.attribute_columns, (std::vector<std::string>{"x", "none"}))
      << "what was asked for, without the key";
  EXPECT_EQ(matrix.rows, (std::vector<Row>{row(key("a"), {shown("x", 2)}), row(key("b"))}));

  request = export_request();
  request.block_type_hint = DataBlockType::kPlainBuffer;
  answer = exported(request);
  EXPECT_EQ(answer.block_type, DataBlockType::kPlainBuffer);
  EXPECT_EQ(rows_of(answer.rows).at(1), row(key("b"), {put("m", 3, kNowMs)}));

  Filter filter;
  filter.column = "m";
  filter.value = CellValue::of_integer(3);
  filter.filter_if_missing = true;
  request.filter = SharedBuffer(encode_filter(filter));
  EXPECT_EQ(rows_of(exported(request).rows).size(), 1u);
}

TEST_F(BulkTest, ExportsInPages) {
  for (int i = 0; i < 3; ++i)
    local.put_row(row(key("k" + std::to_string(i)),
                      {put("v", CellValue::of_string(std::string(1'900'000, 'x')))}));
  BulkExportRequest request = export_request();
  size_t pages = 0, rows = 0;
  do {
    auto answer = exported(request);
    ++pages;
    EXPECT_LE(answer.rows.size(), kMaxRangeBytes);
    rows += matrix_of(answer.rows).rows.size();
    request.inclusive_start = answer.next_start;
  } while (!request.inclusive_start.empty());
  EXPECT_EQ(pages, 2u);
  EXPECT_EQ(rows, 3u);
}

TEST_F(BulkTest, RefusesBadExports) {
  BulkExportRequest request = export_request();
  request.table = "none";
  EXPECT_EQ(code_of(local.call("BulkExport", encode(request))), "OTSObjectNotExist");
  request = export_request();
  std::swap(request.inclusive_start, request.exclusive_end);
  EXPECT_EQ(code_of(local.call("BulkExport", encode(request))), "OTSParameterInvalid")
      << "forward only";
  request = export_request();
  request.exclusive_end = SharedBuffer(encode_key({{"x", CellValue::inf_max()}}));
  EXPECT_EQ(code_of(local.call("BulkExport", encode(request))), "OTSInvalidPK");
  EXPECT_EQ(code_of(local.call("BulkExport", "junk")), "OTSParameterInvalid");
}

TEST_F(BulkTest, RangesFollowTheHint) {
  local.put_row(row(key("a"), {put("n", 1)}));
  GetRangeRequest request = local.range_request(low(), high());
  auto range = [&] { return local.ask<GetRangeResponse>("GetRange", encode(request)); };
  EXPECT_FALSE(range().block_type) << "not asked, not told";
  request.block_type_hint = DataBlockType::kPlainBuffer;
  EXPECT_EQ(range().block_type, DataBlockType::kPlainBuffer);
  EXPECT_EQ(rows_of(range().rows).size(), 1u);
  request.block_type_hint = DataBlockType::kSimpleRowMatrix;
  EXPECT_EQ(range().block_type, DataBlockType::kSimpleRowMatrix);
  EXPECT_EQ(matrix_of(range().rows).rows, std::vector<Row>{row(key("a"), {shown("n", 1)})});
  request.read.max_versions = 2;
  EXPECT_EQ(range().block_type, DataBlockType::kPlainBuffer) << "a matrix has no versions";
}

// ComputeSplitPointsBySize.

class SplitPointsTest : public ::testing::Test {
 protected:
  SplitPointsTest() {
    CreateTableRequest request;
    request.meta = person();
    request.meta.primary_key.push_back({"seq", KeyType::kInteger, false});
    request.partitions = {{CellValue::inf_min(), CellValue::of_string("m")},
                          {CellValue::of_string("m"), CellValue::inf_max()}};
    EXPECT_EQ(code_of(local.call("CreateTable", encode(request))), "");
  }
  void fill(std::string_view id, int64_t seq) {
    local.put_row(row({{"id", CellValue::of_string(id)}, {"seq", CellValue::of_integer(seq)}},
                      {put("v", CellValue::of_string(std::string(1000, 'x')))}));
  }
  ComputeSplitPointsBySizeResponse split(int64_t size, std::optional<int64_t> unit,
                                         std::optional<int32_t> limit = {}) {
    return local.ask<ComputeSplitPointsBySizeResponse>(
        "ComputeSplitPointsBySize",
        encode(ComputeSplitPointsBySizeRequest{"person", size, unit, limit}));
  }
  static std::vector<PrimaryKey> points_of(const ComputeSplitPointsBySizeResponse& answer) {
    std::vector<PrimaryKey> points;
    for (const SharedBuffer& point : answer.points)
      points.push_back(rows_of(point).at(0).primary_key);
    return points;
  }
  TablestoreFixture local;
};

TEST_F(SplitPointsTest, CutsRowsIntoEqualSizes) {
  auto none = split(1, {});
  EXPECT_TRUE(none.points.empty());
  EXPECT_EQ(none.schema.size(), 2u);
  EXPECT_EQ(none.consumed, (CapacityUnit{1, 0}));
  ASSERT_EQ(none.locations.size(), 1u) << "one split: the whole table";
  EXPECT_EQ(none.locations[0].repeat, 1);

  fill("a", 1);
  fill("b", 1);
  fill("c", 1);
  fill("c", 2);
  fill("c", 3);
  fill("z", 1);
  auto answer = split(2, 1000);
  EXPECT_EQ(points_of(answer), (std::vector<PrimaryKey>{{{"id", CellValue::of_string("c")}},
                                                        {{"id", CellValue::of_string("c")},
                                                         {"seq", CellValue::of_integer(3)}}}))
      << "as short as tells the rows apart";
  ASSERT_EQ(answer.locations.size(), 1u) << "all three splits begin in the first partition";
  EXPECT_EQ(answer.locations[0].repeat, 3);

  answer = split(1, 1000);
  ASSERT_EQ(answer.points.size(), 5u);
  ASSERT_EQ(answer.locations.size(), 2u);
  EXPECT_EQ(answer.locations[0].repeat, 5);
  EXPECT_EQ(answer.locations[1].repeat, 1) << "z is in the second partition";
  EXPECT_NE(answer.locations[0].location, answer.locations[1].location);

  answer = split(1, 1000, 2);
  EXPECT_EQ(answer.points.size(), 2u) << "the last split takes the rest";
  EXPECT_EQ(answer.locations[0].repeat, 3);
  EXPECT_TRUE(split(1, {}).points.empty()) << "100 MB";
}

TEST_F(SplitPointsTest, RefusesBadSizes) {
  auto code = [&](ComputeSplitPointsBySizeRequest request) {
    return code_of(local.call("ComputeSplitPointsBySize", encode(request)));
  };
  EXPECT_EQ(code({"person", 0, {}, {}}), "OTSParameterInvalid");
  EXPECT_EQ(code({"person", -1, 5, {}}), "OTSParameterInvalid");
  EXPECT_EQ(code({"person", 1, 0, {}}), "OTSParameterInvalid");
  EXPECT_EQ(code({"person", INT64_MAX, 2, {}}), "OTSParameterInvalid");
  EXPECT_EQ(code({"person", 1, 1, 0}), "OTSParameterInvalid");
  EXPECT_EQ(code({"none", 1, 1, {}}), "OTSObjectNotExist");
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
