// The captured requests and accepted answers of this slice: decoded to what the SDK was told to
// send, and written back byte for byte (tablestore-protocol.md 2, 7).

#include "tablestore/wire/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/vectors.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::tablestore {
namespace {

using test::load_hex;
using testing::ElementsAre;
using testing::HasSubstr;

const PrimaryKey kAlice = {{"uid", CellValue::of_string("alice")},
                           {"seq", CellValue::of_integer(7)}};
const PrimaryKey kBob = {{"uid", CellValue::of_string("bob")}, {"seq", CellValue::of_integer(1)}};
const std::string kStreamId = "t1_1700000000000000";
constexpr int64_t kTime = 1700000000000;

// Decodes, and checks that encoding gives the vector again.
template <class Message>
Message round_trip(const char* vector) {
  const std::string bytes = load_hex(vector);
  Message m;
  Status decoded = decode(SharedBuffer(bytes), m);
  EXPECT_TRUE(decoded.has_value()) << vector << ": " << (decoded ? "" : decoded.error().message);
  EXPECT_EQ(to_hex(encode(m)), to_hex(bytes)) << vector;
  return m;
}

Row row_of(const SharedBuffer& bytes) {
  RowView view;
  Status read = read_single_row(bytes.view(), view);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
  return to_row(view);
}

Cell put(std::string name, CellValue value, std::optional<int64_t> timestamp = {}) {
  return {std::move(name), CellOp::kPut, std::move(value), timestamp};
}

const Cell kBin = put("bin", CellValue::of_blob(std::string("\0\xff", 2)));

TEST(Messages, CreateTable) {
  auto m = round_trip<CreateTableRequest>("java_create_table");
  EXPECT_EQ(m.meta.name, "t1");
  EXPECT_THAT(m.meta.primary_key, ElementsAre(KeySchema{"uid", KeyType::kString, false},
                                              KeySchema{"seq", KeyType::kInteger, false}));
  EXPECT_THAT(m.meta.defined_columns,
              ElementsAre(DefinedColumn{"age", DefinedColumnType::kInteger}));
  EXPECT_EQ(m.options, (TableOptions{-1, 2, 86400, {}, {}}));
  ASSERT_TRUE(m.stream.has_value());
  EXPECT_TRUE(m.stream->enable);
  EXPECT_EQ(m.stream->expiration_hours, 24);
  EXPECT_FALSE(m.has_indexes);

  m = round_trip<CreateTableRequest>("node_create_table");
  EXPECT_EQ(m.meta.primary_key[2], (KeySchema{"b", KeyType::kBinary, false}));
  EXPECT_EQ(m.meta.primary_key[3], (KeySchema{"ai", KeyType::kInteger, true}));

  m = round_trip<CreateTableRequest>("go_create_table_stream_columns");
  EXPECT_THAT(m.stream->columns_to_get, ElementsAre("age"));

  // Indexes are noticed, not opened, in this slice.
  ASSERT_TRUE(decode(SharedBuffer(load_hex("python_create_table_index")), m).has_value());
  EXPECT_TRUE(m.has_indexes);
  EXPECT_EQ(m.meta.defined_columns[1], (DefinedColumn{"city", DefinedColumnType::kString}));
}

// Parts of CreateTable that no vector shows.
TEST(Messages, CreateTablePartitionsEncryptionAndTransactions) {
  CreateTableRequest m;
  m.meta = {"t1", {{"seq", KeyType::kInteger, false}}, {}};
  m.partitions = {{CellValue::inf_min(), CellValue::of_integer(100)},
                  {CellValue::of_integer(100), CellValue::inf_max()}};
  m.sse = SseSpec{true, 2, "key", "role"};
  m.enable_local_transaction = true;
  CreateTableRequest back;
  ASSERT_TRUE(decode(SharedBuffer(encode(m)), back).has_value());
  EXPECT_EQ(back.partitions, m.partitions);
  ASSERT_TRUE(back.sse.has_value());
  EXPECT_EQ(back.sse->key_type, 2);
  EXPECT_EQ(back.sse->role_arn, "role");
  EXPECT_EQ(back.enable_local_transaction, true);
}

TEST(Messages, UpdateTable) {
  auto m = round_trip<UpdateTableRequest>("node_update_table");
  EXPECT_EQ(m.table, "t1");
  EXPECT_FALSE(m.reserved.has_value());
  EXPECT_EQ(m.options, (TableOptions{{}, 5, {}, {}, {}}));
  EXPECT_EQ(m.stream->expiration_hours, 12);

  auto answer = round_trip<UpdateTableResponse>("resp_update_table");
  EXPECT_EQ(answer.throughput.last_increase_time, 1700000000);
  EXPECT_FALSE(answer.throughput.last_decrease_time.has_value());
  EXPECT_EQ(answer.options, (TableOptions{-1, 1, 86400, true, {}}));
  EXPECT_EQ(answer.stream->stream_id, kStreamId);
}

TEST(Messages, DescribeTable) {
  EXPECT_EQ(round_trip<DescribeTableRequest>("java_describe_table").table, "t1");
  EXPECT_EQ(round_trip<DescribeTableRequest>("java_describe_table_v4").table, "t1");
  auto m = round_trip<DescribeTableResponse>("resp_describe_table");
  EXPECT_EQ(m.meta.primary_key.size(), 2u);
  EXPECT_EQ(m.options, (TableOptions{-1, 1, 86400, true, {}}));
  EXPECT_EQ(m.status, 1);
  ASSERT_TRUE(m.stream.has_value());
  EXPECT_TRUE(m.stream->enable);
  EXPECT_EQ(m.stream->stream_id, kStreamId);
  EXPECT_EQ(m.stream->expiration_hours, 24);
  EXPECT_EQ(m.stream->last_enable_time, 1700000000000000);
  EXPECT_TRUE(m.shard_splits.empty());
}

TEST(Messages, ListTableAndEmptyBodies) {
  for (const char* name :
       {"java_list_table_sts", "java_list_table_v4", "node_list_table", "go_list_table"})
    round_trip<ListTableRequest>(name);
  EXPECT_EQ(round_trip<ListTableResponse>("resp_list_table").tables.size(), 2u);
  EXPECT_EQ(round_trip<ListTableResponse>("resp_list_table_v4").tables.size(), 2u);
  CreateTableResponse created;
  EXPECT_TRUE(decode(SharedBuffer(load_hex("resp_create_table")), created).has_value());
  DeleteTableRequest drop;
  ASSERT_TRUE(decode(SharedBuffer(encode(DeleteTableRequest{"t1"})), drop).has_value());
  EXPECT_EQ(drop.table, "t1");
  DeleteTableResponse dropped;
  EXPECT_TRUE(decode(SharedBuffer(), dropped).has_value());
}

// Put, Update and Delete of one vector each; `rebuilt` is the row of the golden cells, for the
// vectors without trailing zeros.
TEST(Messages, PutRow) {
  const std::vector<Cell> common = {put("ok", CellValue::of_boolean(true)),
                                    put("score", CellValue::of_double(1.5)), kBin};
  for (const char* name : {"java_put_row", "node_put_row", "python_put_row", "go_put_row"}) {
    const std::string bytes = load_hex(name);
    WriteRowRequest m;
    ASSERT_TRUE(decode_put(SharedBuffer(bytes), m).has_value()) << name;
    EXPECT_EQ(to_hex(encode_put(m)), to_hex(bytes)) << name;
    const Row row = row_of(m.row);
    EXPECT_EQ(m.table, "t1");
    EXPECT_EQ(row.primary_key, kAlice) << name;
    EXPECT_EQ(to_hex(encode_row(row)), to_hex(m.row.view())) << name;
    for (const Cell& cell : common) EXPECT_THAT(row.cells, testing::Contains(cell)) << name;
  }
  WriteRowRequest m;
  ASSERT_TRUE(decode_put(SharedBuffer(load_hex("python_put_row")), m).has_value());
  EXPECT_EQ(
      row_of(m.row).cells,
      (std::vector<Cell>{
          put("age", CellValue::of_integer(30), kTime), put("name", CellValue::of_string("Ann")),
          put("ok", CellValue::of_boolean(true)), put("score", CellValue::of_double(1.5)), kBin,
          put("neg", CellValue::of_integer(-2)), put("s", CellValue::of_string("\xe4\xb8\xad"))}));
  EXPECT_EQ(m.condition.row_existence, RowExistence::kIgnore);
  EXPECT_EQ(m.return_content->type, ReturnType::kPrimaryKey);
  auto answer = round_trip<WriteRowResponse>("resp_put_row");
  EXPECT_EQ(answer.consumed, (CapacityUnit{0, 1}));
  EXPECT_TRUE(answer.row.empty());
}

TEST(Messages, UpdateRow) {
  const std::vector<Cell> cells = {put("age", CellValue::of_integer(31)),
                                   {"name", CellOp::kDeleteOneVersion, {}, kTime},
                                   {"tmp", CellOp::kDeleteAllVersions, {}, {}},
                                   {"cnt", CellOp::kIncrement, CellValue::of_integer(2), {}}};
  for (const char* name :
       {"java_update_row", "node_update_row", "python_update_row", "go_update_row"}) {
    const std::string bytes = load_hex(name);
    WriteRowRequest m;
    ASSERT_TRUE(decode_update(SharedBuffer(bytes), m).has_value()) << name;
    EXPECT_EQ(to_hex(encode_update(m)), to_hex(bytes)) << name;
    const Row row = row_of(m.row);
    EXPECT_EQ(row.primary_key, kAlice);
    for (const Cell& cell : row.cells) EXPECT_THAT(cells, testing::Contains(cell)) << name;
    // Node pads its buffer with zeros; what we write ends at the row's checksum.
    const size_t padding = std::string_view(name) == "node_update_row" ? 5 : 0;
    EXPECT_EQ(to_hex(encode_row(row)), to_hex(m.row.view().substr(0, m.row.size() - padding)))
        << name;
  }
  WriteRowRequest m;
  ASSERT_TRUE(decode_update(SharedBuffer(load_hex("java_update_row")), m).has_value());
  EXPECT_EQ(row_of(m.row).cells, cells);
  EXPECT_EQ(m.condition.row_existence, RowExistence::kExpectExist);
  EXPECT_FALSE(m.condition.column_condition.empty());
  EXPECT_EQ(m.return_content->type, ReturnType::kNone);
}

TEST(Messages, DeleteRow) {
  for (const char* name : {"java_delete_row", "node_delete_row", "go_delete_row"}) {
    const std::string bytes = load_hex(name);
    WriteRowRequest m;
    ASSERT_TRUE(decode_delete(SharedBuffer(bytes), m).has_value()) << name;
    EXPECT_EQ(to_hex(encode_delete(m)), to_hex(bytes)) << name;
    const Row row = row_of(m.row);
    EXPECT_EQ(row.primary_key, kAlice);
    EXPECT_TRUE(row.delete_marker) << name;
    EXPECT_EQ(to_hex(encode_delete_key(kAlice)), to_hex(m.row.view())) << name;
  }
}

TEST(Messages, GetRow) {
  auto m = round_trip<GetRowRequest>("node_get_row");
  EXPECT_EQ(row_of(m.primary_key).primary_key, kAlice);
  EXPECT_THAT(m.read.columns_to_get, ElementsAre("age", "name"));
  EXPECT_EQ(m.read.max_versions, 1);
  EXPECT_TRUE(m.read.filter.empty());
  EXPECT_FALSE(round_trip<GetRowRequest>("java_get_row_pagination_filter").read.filter.empty());

  auto answer = round_trip<GetRowResponse>("resp_get_row");
  EXPECT_EQ(answer.consumed, (CapacityUnit{1, 0}));
  const Row row = row_of(answer.row);
  EXPECT_EQ(row.cells,
            (std::vector<Cell>{put("age", CellValue::of_integer(30), kTime),
                               put("name", CellValue::of_string("Ann"), kTime),
                               put("ok", CellValue::of_boolean(true), kTime),
                               put("score", CellValue::of_double(1.5), kTime),
                               put("bin", CellValue::of_blob(std::string("\0\xff", 2)), kTime)}));
  // No such row: the required field is there, empty (trap 10).
  EXPECT_EQ(to_hex(encode(GetRowResponse{{1, 0}, {}})), "0a060a04080110001200");
}

TEST(Messages, GetRange) {
  auto m = round_trip<GetRangeRequest>("node_get_range");
  EXPECT_EQ(m.direction, Direction::kForward);
  EXPECT_EQ(m.limit, 10);
  EXPECT_EQ(row_of(m.inclusive_start).primary_key,
            (PrimaryKey{{"uid", CellValue::inf_min()}, {"seq", CellValue::inf_min()}}));
  EXPECT_EQ(row_of(m.exclusive_end).primary_key,
            (PrimaryKey{{"uid", CellValue::inf_max()}, {"seq", CellValue::inf_max()}}));
  m = round_trip<GetRangeRequest>("python_get_range_backward");
  EXPECT_EQ(m.direction, Direction::kBackward);
  EXPECT_EQ(m.limit, 5);
  round_trip<GetRangeRequest>("java_get_range");

  // Go adds two hints that nobody here reads; the rest is the same.
  ASSERT_TRUE(decode(SharedBuffer(load_hex("go_get_range")), m).has_value());
  EXPECT_EQ(m.limit, 10);
  EXPECT_EQ(to_hex(encode_key({{"uid", CellValue::inf_max()}, {"seq", CellValue::inf_max()}})),
            to_hex(m.exclusive_end.view()));

  auto answer = round_trip<GetRangeResponse>("resp_get_range");
  PlainBufferReader reader(answer.rows.view());
  RowView view;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(reader.next(view).value());
    EXPECT_EQ(to_row(view).primary_key, kAlice);
    EXPECT_EQ(view.cells.size(), 5u);
  }
  EXPECT_FALSE(reader.next(view).value());
  EXPECT_EQ(row_of(answer.next_start).primary_key, kBob);
  // An exhausted range has no next key at all (trap 11).
  EXPECT_EQ(to_hex(encode(GetRangeResponse{{1, 0}, {}, {}, {}})), "0a060a04080110001200");
}

TEST(Messages, BatchGetRow) {
  auto m = round_trip<BatchGetRowRequest>("node_batch_get_row");
  ASSERT_EQ(m.tables.size(), 1u);
  ASSERT_EQ(m.tables[0].keys.size(), 2u);
  EXPECT_EQ(row_of(m.tables[0].keys[1]).primary_key, kBob);
  EXPECT_THAT(m.tables[0].read.columns_to_get, ElementsAre("age"));
}

TEST(Messages, BatchWriteRow) {
  for (const char* name : {"java_batch_write_row", "node_batch_write_row"}) {
    auto m = round_trip<BatchWriteRowRequest>(name);
    ASSERT_EQ(m.tables.size(), 1u);
    const auto& changes = m.tables[0].changes;
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_EQ(changes[0].type, WriteType::kPut);
    EXPECT_EQ(row_of(changes[0].row),
              (Row{{{"uid", CellValue::of_string("p")}, {"seq", CellValue::auto_increment()}},
                   {put("a", CellValue::of_string("x"))},
                   false,
                   {}}));
    EXPECT_EQ(changes[0].return_content->type, ReturnType::kPrimaryKey);
    EXPECT_EQ(changes[1].type, WriteType::kUpdate);
    EXPECT_EQ(row_of(changes[1].row).cells, std::vector<Cell>{put("a", CellValue::of_integer(-1))});
    EXPECT_EQ(changes[2].type, WriteType::kDelete);
    EXPECT_TRUE(row_of(changes[2].row).delete_marker);
  }
  auto answer = round_trip<BatchWriteRowResponse>("resp_batch_write_row");
  ASSERT_EQ(answer.tables.size(), 1u);
  ASSERT_EQ(answer.tables[0].rows.size(), 3u);
  EXPECT_EQ(answer.tables[0].rows[2].consumed, (CapacityUnit{1, 1}));
}

TEST(Messages, BatchAnswersCarryErrorsPerRow) {
  BatchGetRowResponse m;
  m.tables = {{"t1",
               {{ErrorMessage{"OTSServerBusy", "busy"}, {}, {}},
                {{}, {1, 0}, SharedBuffer(encode_key(kBob))},
                {{}, {1, 0}, {}}}}};
  BatchGetRowResponse back;
  ASSERT_TRUE(decode(SharedBuffer(encode(m)), back).has_value());
  EXPECT_EQ(back.tables[0].rows[0].error->code, "OTSServerBusy");
  EXPECT_EQ(row_of(back.tables[0].rows[1].row).primary_key, kBob);
  EXPECT_TRUE(back.tables[0].rows[2].row.empty());
  EXPECT_FALSE(back.tables[0].rows[2].error.has_value());
  // is_ok = false and no error: table 1 {name "t", row 2 {is_ok 0}}
  Status silent = decode(SharedBuffer(from_hex("0a070a017412020800")), back);
  ASSERT_FALSE(silent.has_value());
  EXPECT_THAT(silent.error().message, HasSubstr("row 0 of table t"));
}

TEST(Messages, Streams) {
  EXPECT_EQ(round_trip<ListStreamRequest>("java_list_stream").table, "t1");
  auto list = round_trip<ListStreamResponse>("resp_list_stream");
  ASSERT_EQ(list.streams.size(), 1u);
  EXPECT_EQ(list.streams[0].stream_id, kStreamId);
  EXPECT_EQ(list.streams[0].creation_time, 1700000000000000);

  auto describe = round_trip<DescribeStreamRequest>("java_describe_stream");
  EXPECT_EQ(describe.stream_id, kStreamId);
  EXPECT_FALSE(describe.shard_limit.has_value());
  describe = round_trip<DescribeStreamRequest>("java_describe_stream_paged");
  EXPECT_EQ(describe.inclusive_start_shard_id, "shard-3");
  EXPECT_EQ(describe.shard_limit, 100);
  EXPECT_EQ(describe.support_timeseries, true);
  auto described = round_trip<DescribeStreamResponse>("resp_describe_stream");
  EXPECT_EQ(described.expiration_hours, 24);
  EXPECT_EQ(described.table, "t1");
  EXPECT_EQ(described.status, StreamStatus::kActive);
  EXPECT_THAT(described.shards,
              ElementsAre(StreamShard{"shard-0", "", ""}, StreamShard{"shard-1", "shard-0", ""},
                          StreamShard{"shard-2", "shard-0", "shard-9"}));
  EXPECT_EQ(described.next_shard_id, "shard-3");

  auto seek = round_trip<GetShardIteratorRequest>("java_get_shard_iterator");
  EXPECT_FALSE(seek.timestamp.has_value());
  EXPECT_EQ(seek.token, "");
  seek = round_trip<GetShardIteratorRequest>("java_get_shard_iterator_ts_token");
  EXPECT_EQ(seek.shard_id, "shard-1");
  EXPECT_EQ(seek.timestamp, 1700000000000000);
  EXPECT_EQ(seek.token, "tok");
  auto position = round_trip<GetShardIteratorResponse>("resp_get_shard_iterator");
  EXPECT_FALSE(position.iterator.empty());
  EXPECT_EQ(position.next_token, "");

  auto get = round_trip<GetStreamRecordRequest>("java_get_stream_record");
  EXPECT_EQ(get.iterator, "it-0");
  EXPECT_EQ(get.limit, 100);
  EXPECT_EQ(get.table, "t1");
  EXPECT_FALSE(round_trip<GetStreamRecordRequest>("go_get_stream_record").table.has_value());
}

TEST(Messages, Errors) {
  EXPECT_EQ(round_trip<ErrorMessage>("resp_error_404").code, "OTSObjectNotExist");
  EXPECT_EQ(round_trip<ErrorMessage>("resp_error_404").message, "Requested table does not exist.");
  EXPECT_EQ(round_trip<ErrorMessage>("resp_error_trimmed").code, "OTSTrimmedDataAccess");
  EXPECT_EQ(round_trip<ErrorMessage>("resp_error_403_auth").code, "OTSAuthFailed");
}

TEST(Messages, MissingRequiredFieldsAreNamed) {
  auto reason = [](Status decoded) {
    return decoded ? std::string("accepted") : decoded.error().code + " " + decoded.error().message;
  };
  const SharedBuffer empty, garbage(std::string("\xff\xff\xff"));
  CreateTableRequest create;
  EXPECT_THAT(reason(decode(empty, create)),
              HasSubstr("Wire-Protobuf CreateTableRequest: required fields are missing: "
                        "table_meta, reserved_throughput"));
  EXPECT_THAT(reason(decode(SharedBuffer(from_hex("0a0312010a12020a00")), create)),
              HasSubstr("no protobuf message"));
  EXPECT_THAT(reason(decode(SharedBuffer(from_hex("0a070a017412020801"
                                                  "12020a00")),
                            create)),
              HasSubstr("CreateTableRequest"));
  WriteRowRequest write;
  EXPECT_THAT(reason(decode_put(empty, write)),
              HasSubstr("PutRowRequest: required fields are missing: table_name, row, condition"));
  EXPECT_THAT(reason(decode_update(empty, write)), HasSubstr("UpdateRowRequest"));
  EXPECT_THAT(reason(decode_delete(empty, write)), HasSubstr("DeleteRowRequest"));
  GetRangeRequest range;
  EXPECT_THAT(reason(decode(empty, range)), HasSubstr("direction"));
  DescribeStreamResponse described;
  EXPECT_THAT(reason(decode(empty, described)), HasSubstr("stream_status"));
  GetStreamRecordRequest get;
  EXPECT_THAT(reason(decode(garbage, get)),
              HasSubstr("GetStreamRecordRequest: the 3 bytes are no protobuf message"));
  // A value that the enum lacks counts as missing: direction = 7.
  EXPECT_THAT(reason(decode(SharedBuffer(from_hex("0a01741007"
                                                  "3a00"
                                                  "4200")),
                            range)),
              HasSubstr("direction"));
}

}  // namespace
}  // namespace otsstream::tablestore
