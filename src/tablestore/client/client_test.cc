#include "tablestore/client/client.h"

#include <gmock/gmock.h>

#include "support/vectors.h"
#include "tablestore/client/fake_service.h"
#include "tablestore/wire/filter.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::tablestore {
namespace {

using testing::HasSubstr;

const PrimaryKey kAlice = {{"uid", CellValue::of_string("alice")},
                           {"seq", CellValue::of_integer(7)}};
const Row kRow = {kAlice, {{"age", CellOp::kPut, CellValue::of_integer(30), {}}}, false, {}};

class ClientTest : public FakeService {
 protected:
  void answer_with_vector(const char* operation, const char* name) {
    answer_with({signed_answer(operation, 200, test::load_hex(name))});
  }
  template <class Message>
  Message sent(Status (*opener)(const SharedBuffer&, Message&) = &decode) {
    Message message;
    EXPECT_FALSE(requests_.empty());
    EXPECT_TRUE(opener(requests_.back().body.flat(), message).has_value());
    return message;
  }
  Client client_{make_caller()};
};

TEST_F(ClientTest, TableOperations) {
  answer_with_vector("DescribeTable", "resp_describe_table");
  auto table = client_.describe_table("t1");
  ASSERT_TRUE(table.has_value()) << table.error().to_string();
  EXPECT_EQ(table->stream->stream_id, "t1_1700000000000000");
  EXPECT_EQ(sent<DescribeTableRequest>().table, "t1");

  answer_with_vector("CreateTable", "resp_create_table");
  CreateTableRequest create;
  create.meta = {"t1", {{"uid", KeyType::kString, false}}, {}};
  EXPECT_TRUE(client_.create_table(create).has_value());

  answer_with({signed_answer("DeleteTable", 200, "")});
  EXPECT_TRUE(client_.delete_table("t1").has_value());

  answer_with_vector("UpdateTable", "resp_update_table");
  EXPECT_TRUE(client_.update_table({"t1", {}, {}, StreamSpec{true, 24, {}}}).has_value());

  answer_with_vector("ListTable", "resp_list_table");
  EXPECT_EQ(client_.list_table().value().tables.size(), 2u);
  EXPECT_EQ(requests_.back().body.size(), 0u);
}

TEST_F(ClientTest, AMissingTableIsNotFound) {
  answer_with({signed_answer("DescribeTable", 404, test::load_hex("resp_error_404"))});
  auto table = client_.describe_table("t1");
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(table.error().message, "DescribeTable table t1: Requested table does not exist.");
}

TEST_F(ClientTest, GetRowFindsOrDoesNot) {
  answer_with_vector("GetRow", "resp_get_row");
  auto row = client_.get_row("t1", kAlice);
  ASSERT_TRUE(row.has_value() && row->has_value());
  EXPECT_EQ((*row)->primary_key, kAlice);
  EXPECT_EQ((*row)->cells.size(), 5u);
  EXPECT_EQ(to_hex(sent<GetRowRequest>().primary_key.view()), to_hex(encode_key(kAlice)));

  answer_with({signed_answer("GetRow", 200, encode(GetRowResponse{}))});
  auto none = client_.get_row("t1", kAlice);
  ASSERT_TRUE(none.has_value());
  EXPECT_FALSE(none->has_value());
}

// What verifies but does not decode is never asked for again.
TEST_F(ClientTest, UndecodableAnswersAreNotRetried) {
  answer_with({signed_answer("GetRow", 200, "garbage")});
  auto row = client_.get_row("t1", kAlice);
  ASSERT_FALSE(row.has_value());
  EXPECT_EQ(row.error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(row.error().message, HasSubstr("GetRow table t1"));

  GetRowResponse bad_row;
  bad_row.row = SharedBuffer(std::string("\x75\0\0\0\1", 5));
  answer_with({signed_answer("GetRow", 200, encode(bad_row))});
  EXPECT_EQ(client_.get_row("t1", kAlice).error().code, "Wire-PlainBuffer");
  EXPECT_EQ(requests_.size(), 2u);
}

TEST_F(ClientTest, Writes) {
  const std::string done = encode(WriteRowResponse{});
  answer_with({signed_answer("PutRow", 200, done)});
  ASSERT_TRUE(client_.put_row("t1", kRow).has_value());
  auto put = sent<WriteRowRequest>(&decode_put);
  EXPECT_EQ(to_hex(put.row.view()), to_hex(encode_row(kRow)));
  EXPECT_EQ(put.condition.row_existence, RowExistence::kIgnore);

  ASSERT_TRUE(client_
                  .put_row_if("t1", kRow, RowExistence::kExpectExist,
                              encode_column_equals("owner", CellValue::of_string("me")))
                  .has_value());
  put = sent<WriteRowRequest>(&decode_put);
  EXPECT_EQ(put.condition.row_existence, RowExistence::kExpectExist);
  const Filter condition = decode_filter(put.condition.column_condition.view()).value();
  EXPECT_EQ(condition.comparator, Comparator::kEqual);
  EXPECT_EQ(condition.column, "owner");
  EXPECT_EQ(condition.value, CellValue::of_string("me"));
  EXPECT_TRUE(condition.filter_if_missing);
  EXPECT_TRUE(condition.latest_version_only);

  answer_with({signed_answer("UpdateRow", 200, done)});
  ASSERT_TRUE(client_.update_row("t1", kRow).has_value());
  EXPECT_EQ(requests_.back().target, "/UpdateRow");

  answer_with({signed_answer("DeleteRow", 200, done)});
  ASSERT_TRUE(client_.delete_row("t1", kAlice).has_value());
  EXPECT_EQ(to_hex(sent<WriteRowRequest>(&decode_delete).row.view()),
            to_hex(encode_delete_key(kAlice)));
}

TEST_F(ClientTest, OnlyHarmlessWritesAreRepeatedAfterAnUnknownOutcome) {
  answer_with({Response{500, {}, {}}});
  auto tries = [&](auto&& write) {
    requests_.clear();
    EXPECT_FALSE(write().has_value());
    return requests_.size();
  };
  Row increment{kAlice, {{"n", CellOp::kIncrement, CellValue::of_integer(1), {}}}, false, {}};
  Row new_key{{{"uid", CellValue::auto_increment()}}, {}, false, {}};
  EXPECT_EQ(tries([&] { return client_.put_row("t1", kRow); }), 6u);
  EXPECT_EQ(tries([&] { return client_.delete_row("t1", kAlice); }), 6u);
  EXPECT_EQ(tries([&] { return client_.batch_write("t1", {{WriteType::kPut, kRow}}); }), 6u);
  EXPECT_EQ(tries([&] { return client_.put_row("t1", kRow, RowExistence::kExpectNotExist); }), 1u);
  EXPECT_EQ(tries([&] {
              return client_.put_row_if("t1", kRow, RowExistence::kIgnore,
                                        encode_column_equals("a", CellValue::of_integer(1)));
            }),
            1u);
  EXPECT_EQ(tries([&] { return client_.update_row("t1", increment); }), 1u);
  EXPECT_EQ(tries([&] { return client_.put_row("t1", new_key); }), 1u);
  EXPECT_EQ(tries([&] { return client_.delete_row("t1", kAlice, RowExistence::kExpectExist); }),
            1u);
  EXPECT_EQ(tries([&] {
              return client_.batch_write("t1", {{WriteType::kUpdate, increment}});
            }),
            1u);
}

TEST_F(ClientTest, GetRangeFollowsItsPages) {
  GetRangeResponse last;
  answer_with({signed_answer("GetRange", 200, test::load_hex("resp_get_range")),
               signed_answer("GetRange", 200, encode(last))});
  auto rows =
      client_.get_range_all("t1", {{"uid", CellValue::inf_min()}}, {{"uid", CellValue::inf_max()}});
  ASSERT_TRUE(rows.has_value()) << rows.error().to_string();
  EXPECT_EQ(rows->size(), 2u);
  EXPECT_EQ(requests_.size(), 2u);
  RowView start;
  const auto second = sent<GetRangeRequest>();
  ASSERT_TRUE(read_single_row(second.inclusive_start.view(), start).has_value());
  EXPECT_EQ(start.primary_key[0].value.bytes, "bob");
}

// An empty page that leads back to its beginning would be asked for without end.
TEST_F(ClientTest, GetRangeThatDoesNotMoveIsRefused) {
  GetRangeResponse stuck;
  stuck.next_start = SharedBuffer(encode_key(kAlice));
  answer_with({signed_answer("GetRange", 200, encode(stuck))});
  auto rows = client_.get_range_all("t1", kAlice,
                                    {{"uid", CellValue::inf_max()}, {"seq", CellValue::inf_max()}});
  ASSERT_FALSE(rows.has_value());
  EXPECT_EQ(rows.error().code, "Tablestore-RangeStuck");
  EXPECT_EQ(requests_.size(), 1u);
}

TEST_F(ClientTest, BatchWriteNamesTheFirstFailedRow) {
  const std::vector<Client::Write> writes = {{WriteType::kPut, kRow},
                                             {WriteType::kDelete, {kAlice, {}, false, {}}}};
  BatchWriteRowResponse answer;
  answer.tables = {{"t1", {RowResult{}, RowResult{}}}};
  answer_with({signed_answer("BatchWriteRow", 200, encode(answer))});
  EXPECT_TRUE(client_.batch_write("t1", writes).has_value());
  const auto request = sent<BatchWriteRowRequest>();
  EXPECT_EQ(to_hex(request.tables[0].changes[1].row.view()), to_hex(encode_delete_key(kAlice)));

  answer.tables[0].rows[1].error = ErrorMessage{"OTSInvalidPK", "wrong"};
  answer_with({signed_answer("BatchWriteRow", 200, encode(answer))});
  auto failed = client_.batch_write("t1", writes);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, "OTSInvalidPK");
  EXPECT_THAT(failed.error().message, HasSubstr("table t1: row 1 of 2: wrong"));

  answer.tables[0].rows.pop_back();
  answer_with({signed_answer("BatchWriteRow", 200, encode(answer))});
  EXPECT_EQ(client_.batch_write("t1", writes).error().kind, ErrorKind::kCorrupt);
  EXPECT_TRUE(client_.batch_write("t1", {}).has_value());
}

// Only what was put off goes out again.
TEST_F(ClientTest, BatchWriteSendsBusyRowsAgain) {
  const std::vector<Client::Write> writes = {{WriteType::kPut, kRow},
                                             {WriteType::kDelete, {kAlice, {}, false, {}}}};
  BatchWriteRowResponse busy, done;
  busy.tables = {{"t1", {RowResult{}, RowResult{}}}};
  busy.tables[0].rows[1].error = ErrorMessage{"OTSServerBusy", "later"};
  done.tables = {{"t1", {RowResult{}}}};
  answer_with({signed_answer("BatchWriteRow", 200, encode(busy)),
               signed_answer("BatchWriteRow", 200, encode(done))});
  Status written = client_.batch_write("t1", writes);
  ASSERT_TRUE(written.has_value()) << written.error().to_string();
  const auto again = sent<BatchWriteRowRequest>();
  ASSERT_EQ(again.tables[0].changes.size(), 1u);
  EXPECT_EQ(again.tables[0].changes[0].type, WriteType::kDelete);

  answer_with({signed_answer("BatchWriteRow", 200, encode(busy)),
               signed_answer("BatchWriteRow", 200, encode(busy))});
  EXPECT_FALSE(client_.batch_write("t1", writes).has_value())
      << "an answer with more rows than were sent again is no answer";
}

TEST_F(ClientTest, DescribeStreamCollectsItsPages) {
  DescribeStreamResponse last;
  last.stream_id = "s";
  last.shards = {{"shard-3", "", ""}};
  answer_with({signed_answer("DescribeStream", 200, test::load_hex("resp_describe_stream")),
               signed_answer("DescribeStream", 200, encode(last))});
  auto stream = client_.describe_stream("t1_1700000000000000");
  ASSERT_TRUE(stream.has_value()) << stream.error().to_string();
  EXPECT_EQ(stream->shards.size(), 4u);
  EXPECT_EQ(stream->next_shard_id, "");
  EXPECT_EQ(sent<DescribeStreamRequest>().inclusive_start_shard_id, "shard-3");

  answer_with_vector("DescribeStream", "resp_describe_stream");  // the same page for ever
  EXPECT_EQ(client_.describe_stream("t1_1700000000000000").error().code, "Tablestore-PageStuck");

  answer_with_vector("ListStream", "resp_list_stream");
  EXPECT_EQ(client_.list_stream("t1").value().streams.size(), 1u);
}

TEST_F(ClientTest, GetShardIteratorFollowsTokens) {
  answer_with(
      {signed_answer("GetShardIterator", 200, encode(GetShardIteratorResponse{"", "token"})),
       signed_answer("GetShardIterator", 200, test::load_hex("resp_get_shard_iterator"))});
  auto iterator = client_.get_shard_iterator("s", "shard-1", 5);
  ASSERT_TRUE(iterator.has_value());
  EXPECT_FALSE(iterator->empty());
  const auto request = sent<GetShardIteratorRequest>();
  EXPECT_EQ(request.token, "token");
  EXPECT_EQ(request.timestamp, 5);
  EXPECT_EQ(request.shard_id, "shard-1");

  answer_with({signed_answer("GetShardIterator", 200, encode(GetShardIteratorResponse{}))});
  EXPECT_EQ(client_.get_shard_iterator("s", "shard-1", 5).value(), "");
}

TEST_F(ClientTest, GetStreamRecordOpensThePage) {
  auto get = [&] {
    return await<StreamPage>(
        executor_, [&](auto done) { client_.get_stream_record_async("it-0", 100, done); });
  };
  answer_with_vector("GetStreamRecord", "resp_get_stream_record");
  EXPECT_EQ(get().value().record_count(), 3u);
  EXPECT_EQ(sent<GetStreamRecordRequest>().limit, 100);

  answer_with({signed_answer("GetStreamRecord", 404, test::load_hex("resp_error_trimmed"))});
  EXPECT_EQ(get().error().kind, ErrorKind::kDataLost);
}

}  // namespace
}  // namespace otsstream::tablestore
