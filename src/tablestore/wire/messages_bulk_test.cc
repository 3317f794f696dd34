// Bulk calls, split points, defined columns and local transactions: captured where an SDK sends
// them, else written and read back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/vectors.h"
#include "tablestore/wire/matrix_row.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::tablestore {
namespace {

using test::load_hex;
using testing::ElementsAre;

const PrimaryKey kAlice = {{"uid", CellValue::of_string("alice")},
                           {"seq", CellValue::of_integer(7)}};

template <class Message>
Message decoded(const std::string& bytes) {
  Message m;
  Status done = decode(SharedBuffer(bytes), m);
  EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message);
  return m;
}
// Decodes, and checks that encoding gives the vector again.
template <class Message>
Message round_trip(const char* vector) {
  const std::string bytes = load_hex(vector);
  auto m = decoded<Message>(bytes);
  EXPECT_EQ(to_hex(encode(m)), to_hex(bytes)) << vector;
  return m;
}
Row row_of(const SharedBuffer& bytes) {
  RowView view;
  EXPECT_TRUE(read_single_row(bytes.view(), view).has_value());
  return to_row(view);
}

TEST(BulkMessages, Import) {
  auto m = round_trip<BulkImportRequest>("java_bulk_import");
  EXPECT_EQ(m.table, "t1");
  ASSERT_EQ(m.changes.size(), 1u);
  EXPECT_EQ(m.changes[0].type, WriteType::kPut);
  EXPECT_EQ(row_of(m.changes[0].row).primary_key, kAlice);

  BulkImportResponse answer;
  answer.result.table = "t1";
  answer.result.rows.resize(2);
  answer.result.rows[0].consumed = {0, 1};
  answer.result.rows[1].error = ErrorMessage{"OTSInvalidPK", "why"};
  auto back = decoded<BulkImportResponse>(encode(answer));
  EXPECT_EQ(back.result.table, "t1");
  ASSERT_EQ(back.result.rows.size(), 2u);
  EXPECT_FALSE(back.result.rows[0].error);
  EXPECT_EQ(back.result.rows[0].consumed.write, 1);
  EXPECT_EQ(back.result.rows[1].error->code, "OTSInvalidPK");
}

TEST(BulkMessages, Export) {
  auto m = round_trip<BulkExportRequest>("java_bulk_export");
  EXPECT_EQ(m.table, "t1");
  EXPECT_EQ(row_of(m.inclusive_start).primary_key[0].value, CellValue::inf_min());
  EXPECT_EQ(row_of(m.exclusive_end).primary_key[1].value, CellValue::inf_max());
  EXPECT_EQ(m.block_type_hint, DataBlockType::kSimpleRowMatrix);
  EXPECT_THAT(m.columns_to_get, ElementsAre());

  auto answer = round_trip<BulkExportResponse>("resp_bulk_export_matrix");
  EXPECT_EQ(answer.consumed, (CapacityUnit{1, 0}));
  EXPECT_EQ(answer.block_type, DataBlockType::kSimpleRowMatrix);
  EXPECT_EQ(row_of(answer.next_start).primary_key[0].value, CellValue::of_string("bob"));

  answer.next_start = {};
  EXPECT_TRUE(decoded<BulkExportResponse>(encode(answer)).next_start.empty());
}

TEST(BulkMessages, RangeBlockTypes) {
  GetRangeRequest request;
  request.table = "t1";
  request.inclusive_start = request.exclusive_end = SharedBuffer(encode_key(kAlice));
  EXPECT_FALSE(decoded<GetRangeRequest>(encode(request)).block_type_hint);
  request.block_type_hint = DataBlockType::kSimpleRowMatrix;
  EXPECT_EQ(decoded<GetRangeRequest>(encode(request)).block_type_hint,
            DataBlockType::kSimpleRowMatrix);
  GetRangeResponse answer;
  EXPECT_FALSE(decoded<GetRangeResponse>(encode(answer)).block_type);
  answer.block_type = DataBlockType::kPlainBuffer;
  EXPECT_EQ(decoded<GetRangeResponse>(encode(answer)).block_type, DataBlockType::kPlainBuffer);
}

TEST(SplitPointMessages, RequestAndAnswer) {
  auto m = round_trip<ComputeSplitPointsBySizeRequest>("java_compute_split_points");
  EXPECT_EQ(m.table, "t1");
  EXPECT_EQ(m.split_size, 1);
  EXPECT_EQ(m.unit_bytes, 104857600);
  EXPECT_FALSE(m.point_limit);
  m.point_limit = 7;
  EXPECT_EQ(decoded<ComputeSplitPointsBySizeRequest>(encode(m)).point_limit, 7);

  ComputeSplitPointsBySizeResponse answer;
  answer.consumed = {1, 0};
  answer.schema = {{"uid", KeyType::kString, false}, {"seq", KeyType::kInteger, true}};
  answer.points = {SharedBuffer(encode_key(kAlice))};
  answer.locations = {{"a", 1}, {"", 200}};
  std::string bytes = encode(answer);
  EXPECT_THAT(to_hex(bytes), testing::EndsWith("22050a0161100222050a00109003"))
      << "a run's length is a zigzag varint";
  auto back = decoded<ComputeSplitPointsBySizeResponse>(bytes);
  EXPECT_EQ(back.schema, answer.schema);
  EXPECT_EQ(row_of(back.points.at(0)).primary_key, kAlice);
  EXPECT_EQ(back.locations.at(1).repeat, 200);
}

TEST(DefinedColumnMessages, RoundTrip) {
  AddDefinedColumnRequest add{"t1", {{"age", DefinedColumnType::kBlob}}};
  auto added = decoded<AddDefinedColumnRequest>(encode(add));
  EXPECT_EQ(added.table, "t1");
  EXPECT_EQ(added.columns, add.columns);
  auto deleted =
      decoded<DeleteDefinedColumnRequest>(encode(DeleteDefinedColumnRequest{"t1", {"a", "b"}}));
  EXPECT_EQ(deleted.table, "t1");
  EXPECT_THAT(deleted.columns, ElementsAre("a", "b"));
}

TEST(TransactionMessages, RoundTrip) {
  auto m = round_trip<StartLocalTransactionRequest>("node_start_local_transaction");
  EXPECT_EQ(m.table, "t1");
  EXPECT_EQ(row_of(m.key).primary_key, (PrimaryKey{kAlice[0]}));
  EXPECT_EQ(decoded<StartLocalTransactionResponse>(encode(StartLocalTransactionResponse{"id"}))
                .transaction_id,
            "id");
  EXPECT_EQ(decoded<EndTransactionRequest>(encode(EndTransactionRequest{"id"})).transaction_id,
            "id");
  EndTransactionRequest none;
  EXPECT_EQ(decode(SharedBuffer(), none).error().code, "Wire-Protobuf") << "the id is required";
}

}  // namespace
}  // namespace otsstream::tablestore
