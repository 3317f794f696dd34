// Every refusal by its words, as a client sees them: who changes one changes it here.

#include <cmath>

#include "local/tablestore/tablestore_test_support.h"
#include "tablestore/wire/filter.h"

namespace otsstream::local::tablestore_test {
namespace {

struct Refused {
  const char* message;
  Response (*call)(const TablestoreFixture&);
  const char* code = "OTSParameterInvalid";
};

Response put_cells(const TablestoreFixture& local, std::vector<Cell> cells) {
  return local.write(WriteType::kPut, row(key("a"), std::move(cells)));
}
Response update_cells(const TablestoreFixture& local, std::vector<Cell> cells) {
  return local.write(WriteType::kUpdate, row(key("a"), std::move(cells)));
}
Response raw_write(const TablestoreFixture& local, std::string row,
                   std::string (*encode_as)(const WriteRowRequest&) = encode_put) {
  WriteRowRequest request;
  request.table = "person";
  request.row = SharedBuffer(std::move(row));
  const char* operation = encode_as == encode_put      ? "PutRow"
                          : encode_as == encode_delete ? "DeleteRow"
                                                       : "UpdateRow";
  return local.call(operation, encode_as(request));
}
Response read(const TablestoreFixture& local, ReadOptions options) {
  GetRowRequest request;
  request.table = "person";
  request.primary_key = SharedBuffer(encode_key(key("a")));
  request.read = std::move(options);
  return local.call("GetRow", encode(request));
}
Response read_times(const TablestoreFixture& local, TimeRange range) {
  ReadOptions options;
  options.time_range = range;
  return read(local, std::move(options));
}
SharedBuffer page_filter(int32_t offset, int32_t limit) {
  Filter page;
  page.kind = Filter::Kind::kPagination;
  page.offset = offset;
  page.limit = limit;
  return SharedBuffer(encode_filter(page));
}
Condition expecting_none() {
  Condition condition;
  condition.row_existence = RowExistence::kExpectNotExist;
  return condition;
}
Response create(const TablestoreFixture& local, void (*change)(CreateTableRequest&)) {
  CreateTableRequest request;
  request.meta = person("t");
  request.options.max_versions = 1;
  request.options.time_to_live = -1;
  change(request);
  return local.call("CreateTable", encode(request));
}
std::string transaction(const TablestoreFixture& local, const std::string& table = "person") {
  StartLocalTransactionRequest request{table, SharedBuffer(encode_key(key("a")))};
  return local.ask<StartLocalTransactionResponse>("StartLocalTransaction", encode(request))
      .transaction_id;
}
BatchWriteRowRequest batch_on(std::vector<std::string> tables) {
  BatchWriteRowRequest request;
  for (std::string& table : tables) {
    request.tables.push_back({std::move(table), {}});
    request.tables.back().changes.push_back(
        {WriteType::kPut, SharedBuffer(encode_row(row(key("a"), {put("n", 1)}))), {}, {}});
  }
  return request;
}
// A table whose second key column is generated.
void create_generating(const TablestoreFixture& local) {
  TableMeta meta = person("numbered");
  meta.primary_key.push_back({"n", KeyType::kInteger, true});
  EXPECT_EQ(code_of(local.create(meta)), "");
}
PrimaryKey generated_key() {
  return {{"id", CellValue::of_string("a")}, {"n", CellValue::auto_increment()}};
}
Response split_points(const TablestoreFixture& local, int64_t size, std::optional<int32_t> limit) {
  ComputeSplitPointsBySizeRequest request;
  request.table = "person";
  request.split_size = size;
  request.point_limit = limit;
  return local.call("ComputeSplitPointsBySize", encode(request));
}
Response describe_stream(const TablestoreFixture& local, std::string stream,
                         std::optional<std::string> from, std::optional<int32_t> limit) {
  DescribeStreamRequest request;
  request.stream_id = std::move(stream);
  request.inclusive_start_shard_id = std::move(from);
  request.shard_limit = limit;
  return local.call("DescribeStream", encode(request));
}

const Refused kRefused[] = {
    // Batches and transactions.
    {"A BatchWriteRow in a transaction must name exactly one table.",
     [](const TablestoreFixture& local) {
       BatchWriteRowRequest request = batch_on({"person", "other"});
       request.transaction_id = transaction(local);
       return local.call("BatchWriteRow", encode(request));
     }},
    {"An atomic BatchWriteRow must name exactly one table.",
     [](const TablestoreFixture& local) {
       BatchWriteRowRequest request = batch_on({"person", "other"});
       request.atomic = true;
       return local.call("BatchWriteRow", encode(request));
     }},
    {"The partition key differs from the one that the transaction was started on.",
     [](const TablestoreFixture& local) {
       WriteRowRequest request;
       request.table = "person";
       request.row = SharedBuffer(encode_row(row(key("b"), {put("n", 1)})));
       request.transaction_id = transaction(local);
       return local.call("PutRow", encode_put(request));
     },
     "OTSDataOutOfRange"},
    {"AUTO_INCREMENT is not allowed in a local transaction.",
     [](const TablestoreFixture& local) {
       create_generating(local);
       WriteRowRequest request;
       request.table = "numbered";
       request.row = SharedBuffer(encode_row(row(generated_key(), {put("v", 1)})));
       request.transaction_id = transaction(local, "numbered");
       return local.call("PutRow", encode_put(request));
     }},
    {"AUTO_INCREMENT is allowed in PutRow only.",
     [](const TablestoreFixture& local) {
       create_generating(local);
       return local.write(WriteType::kUpdate, row(generated_key(), {put("v", 1)}), {}, {},
                          "numbered");
     }},
    // Definitions.
    {"AUTO_INCREMENT needs an INTEGER primary key column that is not the first, and at most one of "
     "them.",
     [](const TablestoreFixture& local) {
       return create(local, [](auto& r) {
         r.meta.primary_key = {{"id", KeyType::kInteger, true}};
       });
     }},
    {"Defined column does not exist: 'none'.",
     [](const TablestoreFixture& local) {
       return local.call("DeleteDefinedColumn",
                         encode(DeleteDefinedColumnRequest{"person", {"none"}}));
     }},
    {"No defined column is given to add.",
     [](const TablestoreFixture& local) {
       return local.call("AddDefinedColumn", encode(AddDefinedColumnRequest{"person", {}}));
     }},
    {"No defined column is given to delete.",
     [](const TablestoreFixture& local) {
       return local.call("DeleteDefinedColumn", encode(DeleteDefinedColumnRequest{"person", {}}));
     }},
    {"Original column 'id' is a primary key column.",
     [](const TablestoreFixture& local) { return local.create(person("t"), 24, {}, {"id"}); }},
    // Written rows.
    {"Column 'age' is defined as INTEGER, the value is STRING.",
     [](const TablestoreFixture& local) {
       return put_cells(local, {put("age", CellValue::of_string("old"))});
     }},
    {"A delete marker is allowed in DeleteRow only.",
     [](const TablestoreFixture& local) { return raw_write(local, encode_delete_key(key("a"))); }},
    {"DeleteRow needs a delete marker and no columns.",
     [](const TablestoreFixture& local) {
       return raw_write(local, encode_row(row(key("a"), {put("n", 1)})), encode_delete);
     }},
    {"Invalid request: PlainBuffer at byte 36: a cell without an op needs a value",
     [](const TablestoreFixture& local) {
       return put_cells(local, {{"n", CellOp::kPut, {}, {}}});
     }},
    {"Column 'n' holds a DOUBLE that is not finite.",
     [](const TablestoreFixture& local) {
       return put_cells(local, {put("n", CellValue::of_double(INFINITY))});
     }},
    {"Invalid request: PlainBuffer at byte 42: an attribute cell holds an integer, double, "
     "boolean, string or blob",
     [](const TablestoreFixture& local) {
       return put_cells(local, {put("n", CellValue::inf_min())});
     }},
    {"Column 'id' is a primary key column.",
     [](const TablestoreFixture& local) { return put_cells(local, {put("id", 1)}); }},
    {"Column 'n' of a PutRow carries an operation; only UpdateRow may.",
     [](const TablestoreFixture& local) { return put_cells(local, {delete_all("n")}); }},
    {"Invalid request: PlainBuffer at byte 47: DELETE_ALL_VERSION takes neither value nor "
     "timestamp",
     [](const TablestoreFixture& local) {
       return update_cells(local, {{"n", CellOp::kDeleteAllVersions, {}, 1}});
     }},
    {"Invalid request: PlainBuffer at byte 38: DELETE_ONE_VERSION takes a timestamp and no value",
     [](const TablestoreFixture& local) {
       return update_cells(local, {{"n", CellOp::kDeleteOneVersion, {}, {}}});
     }},
    {"Invalid request: PlainBuffer at byte 49: INCREMENT takes an integer value",
     [](const TablestoreFixture& local) {
       return update_cells(local, {{"n", CellOp::kIncrement, CellValue::of_string("1"), {}}});
     }},
    {"Column 'name' cannot be incremented: it does not hold an INTEGER.",
     [](const TablestoreFixture& local) {
       put_cells(local, {put("name", CellValue::of_string("x"))});
       return update_cells(local, {increment("name", 1)});
     }},
    {"Column 'n' cannot be incremented: the result exceeds the range of INTEGER.",
     [](const TablestoreFixture& local) {
       put_cells(local, {put("n", INT64_MAX)});
       return update_cells(local, {increment("n", 1)});
     }},
    {"Invalid request: PlainBuffer at byte 57: the timestamp of a cell is negative",
     [](const TablestoreFixture& local) { return put_cells(local, {put("n", 1, -1)}); }},
    {"Timestamp 5 of column 'n' is out of range [1795270200000, 1795443000000).",
     [](const TablestoreFixture& local) { return put_cells(local, {put("n", 1, 5)}); }},
    {"Invalid condition: EXPECT_NOT_EXIST while deleting row.",
     [](const TablestoreFixture& local) {
       return local.write(WriteType::kDelete, row(key("a")), expecting_none());
     }},
    {"Invalid condition: EXPECT_NOT_EXIST while updating row.",
     [](const TablestoreFixture& local) {
       return local.write(WriteType::kUpdate, row(key("a"), {put("n", 1)}), expecting_none());
     }},
    {"A column condition cannot hold a pagination filter.",
     [](const TablestoreFixture& local) {
       Condition condition;
       condition.column_condition = page_filter(0, 1);
       return local.write(WriteType::kPut, row(key("a"), {put("n", 1)}), condition);
     }},
    // Reads.
    {"A key must hold primary key columns only.",
     [](const TablestoreFixture& local) {
       GetRowRequest request;
       request.table = "person";
       request.primary_key = SharedBuffer(encode_row(row(key("a"), {put("n", 1)})));
       request.read.max_versions = 1;
       return local.call("GetRow", encode(request));
     }},
    {"A specific time must not be negative, and excludes start and end time.",
     [](const TablestoreFixture& local) {
       return read_times(local, {{}, {}, -1});
     }},
    {"A time range needs a start time of at least 0 and a greater end time.",
     [](const TablestoreFixture& local) {
       return read_times(local, {2, 2, {}});
     }},
    {"Offset and limit of a pagination filter must not be negative.",
     [](const TablestoreFixture& local) {
       ReadOptions options;
       options.max_versions = 1;
       options.filter = page_filter(-1, 1);
       return read(local, std::move(options));
     }},
    {"Invalid limit 0: at least 1.",
     [](const TablestoreFixture& local) {
       GetRangeRequest request = local.range_request(low(), high());
       request.limit = 0;
       return local.call("GetRange", encode(request));
     }},
    {"Invalid split size: 0 units of 104857600 bytes.",
     [](const TablestoreFixture& local) { return split_points(local, 0, {}); }},
    {"Invalid limit of split points 0: at least 1.",
     [](const TablestoreFixture& local) { return split_points(local, 1, 0); }},
    // Streams.
    {"Invalid shard limit 0: at least 1.",
     [](const TablestoreFixture& local) {
       return describe_stream(local, local.stream().stream_id, {}, 0);
     }},
    {"Requested shard does not exist: 'none'.",
     [](const TablestoreFixture& local) {
       return describe_stream(local, local.stream().stream_id, "none", {});
     },
     "OTSObjectNotExist"},
    {"Requested stream does not exist.",
     [](const TablestoreFixture& local) { return describe_stream(local, "person_1", {}, {}); },
     "OTSObjectNotExist"},
    {"The iterator does not belong to table 'other'.",
     [](const TablestoreFixture& local) {
       GetStreamRecordRequest request;
       request.iterator = local.iterator(local.shards()[0].shard_id);
       request.table = "other";
       return local.call("GetStreamRecord", encode(request));
     }},
    // The server.
    {"Unsupported operation: 'Fly'.",
     [](const TablestoreFixture& local) { return local.call("Fly", ""); }},
    {"Unsupported compress type: 'gzip'.",
     [](const TablestoreFixture& local) {
       Request request = local.request("ListTable", "x");
       request.headers.set("x-ots-request-compress-type", "gzip");
       TablestoreFixture::sign(request);
       return local.server->handle(request);
     }},
};

TEST(RefusalsTest, SayTheirWords) {
  for (const Refused& c : kRefused) {
    TablestoreFixture local;
    TableMeta meta = person();
    meta.defined_columns = {{"age", DefinedColumnType::kInteger}};
    ASSERT_EQ(code_of(local.create(meta)), "");
    ASSERT_EQ(code_of(local.create(person("other"))), "");
    Response response = c.call(local);
    EXPECT_EQ(code_of(response), c.code) << c.message;
    EXPECT_EQ(message_of(response), c.message);
  }
}

TEST(RefusalsTest, AMessageThatCannotBeReadIsNamed) {
  TablestoreFixture local;
  EXPECT_THAT(message_of(local.call("DeleteTable", "\xff")),
              ::testing::StartsWith("Invalid request: DeleteTableRequest"));
}

// Captured from a client that asks for an index.
TEST(RefusalsTest, IndexesAreNotServed) {
  TablestoreFixture local;
  CreateTableRequest request;
  request.meta = person("t");
  request.options.max_versions = 1;
  request.options.time_to_live = -1;
  const std::string no_index = encode(request);
  const std::string index("\x0a\x01i\x12\x02id\x20\x00\x28\x00", 11);  // name, key, mode, type
  Response response = local.call("CreateTable", no_index + "\x3a\x0b" + index);
  EXPECT_EQ(message_of(response), "Secondary indexes are not supported by the local Tablestore.");
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
