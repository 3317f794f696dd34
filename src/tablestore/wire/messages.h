#pragma once
// One struct per request and answer of the operations of this slice, and their protobuf forms in
// both directions (tablestore-protocol.md 2). The client encodes requests and decodes answers, the
// local server the other way round. Generated headers stop in messages.cc. Rows travel inside as
// PlainBuffer bytes: plain_buffer_reader.h and plain_buffer_writer.h open and make them.
//
// Every decode_* fails with kCorrupt "Wire-Protobuf" (message malformed; a required field missing:
// named). Everything decoded is owned by the struct; SharedBuffer members hold their own bytes, so
// that they may outlive the input.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::tablestore {

struct ErrorMessage {
  std::string code;
  std::string message;
};

struct CreateTableRequest {
  TableMeta meta;
  CapacityUnit reserved;
  TableOptions options;
  std::vector<std::pair<CellValue, CellValue>> partitions;  // [begin, end) of the first key column
  std::optional<StreamSpec> stream;
  std::optional<SseSpec> sse;
  bool has_indexes = false;  // index_metas present (not opened in this slice)
  std::optional<bool> enable_local_transaction;
};
struct CreateTableResponse {};
struct ListTableRequest {};
struct ListTableResponse {
  std::vector<std::string> tables;
};
struct DeleteTableRequest {
  std::string table;
};
struct DeleteTableResponse {};
struct DescribeTableRequest {
  std::string table;
};
struct DescribeTableResponse {
  TableMeta meta;
  ThroughputDetails throughput;
  TableOptions options;
  int32_t status = 1;  // ACTIVE
  std::optional<StreamDetails> stream;
  std::vector<SharedBuffer> shard_splits;  // PlainBuffer key rows
  std::optional<SseSpec> sse;
  std::optional<int64_t> creation_time;  // µs
};
struct UpdateTableRequest {
  std::string table;
  std::optional<CapacityUnit> reserved;
  std::optional<TableOptions> options;
  std::optional<StreamSpec> stream;
};
struct UpdateTableResponse {
  ThroughputDetails throughput;
  TableOptions options;
  std::optional<StreamDetails> stream;
};

struct AddDefinedColumnRequest {
  std::string table;
  std::vector<DefinedColumn> columns;
};
struct DeleteDefinedColumnRequest {
  std::string table;
  std::vector<std::string> columns;
};
struct ComputeSplitPointsBySizeRequest {
  std::string table;
  int64_t split_size = 0;  // in units
  std::optional<int64_t> unit_bytes;
  std::optional<int32_t> point_limit;
};
struct ComputeSplitPointsBySizeResponse {
  struct Location {  // of a run of neighbouring splits
    std::string location;
    int64_t repeat = 0;
  };
  CapacityUnit consumed;
  std::vector<KeySchema> schema;
  std::vector<SharedBuffer> points;  // PlainBuffer key rows
  std::vector<Location> locations;
};

struct TimeRange {
  std::optional<int64_t> start;     // ms, inclusive
  std::optional<int64_t> end;       // ms, exclusive
  std::optional<int64_t> specific;  // excludes the other two
};
struct Condition {
  RowExistence row_existence = RowExistence::kIgnore;
  SharedBuffer column_condition;  // serialized Filter; empty = none
};
struct ReturnContent {
  std::optional<ReturnType> type;
  std::vector<std::string> columns;
};

// The members that GetRow, GetRange and each table of BatchGetRow share.
struct ReadOptions {
  std::vector<std::string> columns_to_get;  // empty = all
  std::optional<TimeRange> time_range;
  std::optional<int32_t> max_versions;
  SharedBuffer filter;  // serialized Filter; empty = none
  std::optional<std::string> start_column;
  std::optional<std::string> end_column;
};
struct GetRowRequest {
  std::string table;
  SharedBuffer primary_key;
  ReadOptions read;
  std::string transaction_id;
};
struct GetRowResponse {
  CapacityUnit consumed;
  SharedBuffer row;  // empty = no such row
};
// PutRow, UpdateRow and DeleteRow differ only in what `row` holds (3.7).
struct WriteRowRequest {
  std::string table;
  SharedBuffer row;
  Condition condition;
  std::optional<ReturnContent> return_content;
  std::string transaction_id;
};
struct WriteRowResponse {
  CapacityUnit consumed;
  SharedBuffer row;  // empty = nothing asked for
};
struct GetRangeRequest {
  std::string table;
  Direction direction = Direction::kForward;
  ReadOptions read;
  std::optional<int32_t> limit;
  SharedBuffer inclusive_start;
  SharedBuffer exclusive_end;
  std::string transaction_id;
  std::optional<DataBlockType> block_type_hint;
};
struct GetRangeResponse {
  CapacityUnit consumed;
  SharedBuffer rows;        // of block_type (absent: PlainBuffer); empty = none
  SharedBuffer next_start;  // PlainBuffer key row; empty = range exhausted
  std::optional<DataBlockType> block_type;
};
struct BatchGetRowRequest {
  struct Table {
    std::string table;
    std::vector<SharedBuffer> keys;
    ReadOptions read;
  };
  std::vector<Table> tables;
};
struct RowResult {                    // of one row in a batch
  std::optional<ErrorMessage> error;  // present: failed
  CapacityUnit consumed;
  SharedBuffer row;
};
struct BatchTableResult {
  std::string table;
  std::vector<RowResult> rows;
};
struct BatchGetRowResponse {
  std::vector<BatchTableResult> tables;
};
struct BatchWriteRowRequest {
  struct Change {
    WriteType type = WriteType::kPut;
    SharedBuffer row;
    Condition condition;
    std::optional<ReturnContent> return_content;
  };
  struct Table {
    std::string table;
    std::vector<Change> changes;
  };
  std::vector<Table> tables;
  std::string transaction_id;
  std::optional<bool> atomic;
};
struct BatchWriteRowResponse {
  std::vector<BatchTableResult> tables;
};

struct BulkImportRequest {
  struct Change {
    WriteType type = WriteType::kPut;
    SharedBuffer row;
  };
  std::string table;
  std::vector<Change> changes;
};
struct BulkImportResponse {
  BatchTableResult result;
};
struct BulkExportRequest {
  std::string table;
  std::vector<std::string> columns_to_get;
  SharedBuffer inclusive_start;
  SharedBuffer exclusive_end;
  SharedBuffer filter;  // serialized Filter; empty = none
  std::optional<DataBlockType> block_type_hint;
};
struct BulkExportResponse {
  CapacityUnit consumed;
  SharedBuffer rows;        // of block_type; empty = none
  SharedBuffer next_start;  // PlainBuffer key row; empty = range exhausted
  DataBlockType block_type = DataBlockType::kSimpleRowMatrix;
};

struct StartLocalTransactionRequest {
  std::string table;
  SharedBuffer key;  // PlainBuffer key row of the first key column
};
struct StartLocalTransactionResponse {
  std::string transaction_id;
};
struct EndTransactionRequest {  // CommitTransaction and AbortTransaction
  std::string transaction_id;
};

struct ListStreamRequest {
  std::optional<std::string> table;
};
struct ListStreamResponse {
  std::vector<StreamInfo> streams;
};
struct DescribeStreamRequest {
  std::string stream_id;
  std::optional<std::string> inclusive_start_shard_id;
  std::optional<int32_t> shard_limit;
  std::optional<bool> support_timeseries;
};
struct DescribeStreamResponse {
  std::string stream_id;
  int32_t expiration_hours = 0;
  std::string table;
  int64_t creation_time = 0;  // µs
  StreamStatus status = StreamStatus::kActive;
  std::vector<StreamShard> shards;
  std::string next_shard_id;  // "" = last page
  std::optional<bool> is_timeseries;
};
struct GetShardIteratorRequest {
  std::string stream_id;
  std::string shard_id;
  std::optional<int64_t> timestamp;  // µs
  std::string token;
};
struct GetShardIteratorResponse {
  std::string iterator;  // "" with no token: the shard is closed and everything in it is older
  std::string next_token;
};
struct GetStreamRecordRequest {
  std::string iterator;
  std::optional<int32_t> limit;
  std::optional<std::string> table;
};
// The answer of GetStreamRecord is opened by stream_page.h, not here; the server writes it with
// encode_stream_page_*.

std::string encode(const CreateTableRequest&);
std::string encode(const ListTableRequest&);
std::string encode(const DeleteTableRequest&);
std::string encode(const DescribeTableRequest&);
std::string encode(const UpdateTableRequest&);
std::string encode(const GetRowRequest&);
std::string encode_put(
    const WriteRowRequest&);  // Put and Delete share one form on the wire but not their messages
std::string encode_update(const WriteRowRequest&);
std::string encode_delete(const WriteRowRequest&);
std::string encode(const GetRangeRequest&);
std::string encode(const BatchGetRowRequest&);
std::string encode(const BatchWriteRowRequest&);
std::string encode(const AddDefinedColumnRequest&);
std::string encode(const DeleteDefinedColumnRequest&);
std::string encode(const ComputeSplitPointsBySizeRequest&);
std::string encode(const BulkImportRequest&);
std::string encode(const BulkExportRequest&);
std::string encode(const StartLocalTransactionRequest&);
std::string encode(const EndTransactionRequest&);
std::string encode(const ListStreamRequest&);
std::string encode(const DescribeStreamRequest&);
std::string encode(const GetShardIteratorRequest&);
std::string encode(const GetStreamRecordRequest&);

std::string encode(const ErrorMessage&);
std::string encode(const ListTableResponse&);
std::string encode(const DescribeTableResponse&);
std::string encode(const UpdateTableResponse&);
std::string encode(const GetRowResponse&);
std::string encode(const WriteRowResponse&);
std::string encode(const GetRangeResponse&);
std::string encode(const BatchGetRowResponse&);
std::string encode(const BatchWriteRowResponse&);
std::string encode(const ComputeSplitPointsBySizeResponse&);
std::string encode(const BulkImportResponse&);
std::string encode(const BulkExportResponse&);
std::string encode(const StartLocalTransactionResponse&);
std::string encode(const ListStreamResponse&);
std::string encode(const DescribeStreamResponse&);
std::string encode(const GetShardIteratorResponse&);
// The fields after the records of a GetStreamRecord answer. The server sends the stored records
// (each one field 1, tag and length included) and this behind them, so records are never encoded
// twice.
std::string encode_stream_page_tail(const std::optional<std::string>& next_iterator,
                                    std::optional<CapacityUnit> consumed, bool may_more_record);
// One `stream_records` field, tag and length included.
void append_stream_record(std::string& out, ActionType action, std::string_view record,
                          std::string_view origin_record);

// Requests (server side). The buffer is shared by the SharedBuffer members.
Status decode(const SharedBuffer&, CreateTableRequest&);
Status decode(const SharedBuffer&, ListTableRequest&);
Status decode(const SharedBuffer&, DeleteTableRequest&);
Status decode(const SharedBuffer&, DescribeTableRequest&);
Status decode(const SharedBuffer&, UpdateTableRequest&);
Status decode(const SharedBuffer&, GetRowRequest&);
Status decode_put(const SharedBuffer&, WriteRowRequest&);
Status decode_update(const SharedBuffer&, WriteRowRequest&);
Status decode_delete(const SharedBuffer&, WriteRowRequest&);
Status decode(const SharedBuffer&, GetRangeRequest&);
Status decode(const SharedBuffer&, BatchGetRowRequest&);
Status decode(const SharedBuffer&, BatchWriteRowRequest&);
Status decode(const SharedBuffer&, AddDefinedColumnRequest&);
Status decode(const SharedBuffer&, DeleteDefinedColumnRequest&);
Status decode(const SharedBuffer&, ComputeSplitPointsBySizeRequest&);
Status decode(const SharedBuffer&, BulkImportRequest&);
Status decode(const SharedBuffer&, BulkExportRequest&);
Status decode(const SharedBuffer&, StartLocalTransactionRequest&);
Status decode(const SharedBuffer&, EndTransactionRequest&);
Status decode(const SharedBuffer&, ListStreamRequest&);
Status decode(const SharedBuffer&, DescribeStreamRequest&);
Status decode(const SharedBuffer&, GetShardIteratorRequest&);
Status decode(const SharedBuffer&, GetStreamRecordRequest&);

// Answers (client side).
Status decode(const SharedBuffer&, ErrorMessage&);
Status decode(const SharedBuffer&, CreateTableResponse&);
Status decode(const SharedBuffer&, ListTableResponse&);
Status decode(const SharedBuffer&, DeleteTableResponse&);
Status decode(const SharedBuffer&, DescribeTableResponse&);
Status decode(const SharedBuffer&, UpdateTableResponse&);
Status decode(const SharedBuffer&, GetRowResponse&);
Status decode(const SharedBuffer&, WriteRowResponse&);
Status decode(const SharedBuffer&, GetRangeResponse&);
Status decode(const SharedBuffer&, BatchGetRowResponse&);
Status decode(const SharedBuffer&, BatchWriteRowResponse&);
Status decode(const SharedBuffer&, ComputeSplitPointsBySizeResponse&);
Status decode(const SharedBuffer&, BulkImportResponse&);
Status decode(const SharedBuffer&, BulkExportResponse&);
Status decode(const SharedBuffer&, StartLocalTransactionResponse&);
Status decode(const SharedBuffer&, ListStreamResponse&);
Status decode(const SharedBuffer&, DescribeStreamResponse&);
Status decode(const SharedBuffer&, GetShardIteratorResponse&);

}  // namespace otsstream::tablestore
