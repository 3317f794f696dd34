#pragma once
// Typed calls over Caller; nothing else. The plain form waits (coordinator thread only), the _async
// form calls back on the executor.

#include <functional>
#include <memory>
#include <vector>

#include "tablestore/client/caller.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/stream_page.h"

namespace otsstream::tablestore {

class Client {
 public:
  explicit Client(std::shared_ptr<Caller> caller) : caller_(std::move(caller)) {}
  Caller& caller() const { return *caller_; }

  Status create_table(const CreateTableRequest& request);
  Result<ListTableResponse> list_table();
  Status delete_table(const std::string& table);
  Result<DescribeTableResponse> describe_table(const std::string& table);
  Result<UpdateTableResponse> update_table(const UpdateTableRequest& request);

  // Rows in their owning form; PlainBuffer is made and opened here. nullopt: no such row.
  Result<std::optional<Row>> get_row(const std::string& table, const PrimaryKey& key);
  Status put_row(const std::string& table, const Row& row,
                 RowExistence expect = RowExistence::kIgnore);
  // `column_condition`: serialized Filter (see encode_column_equals), empty = none.
  Status put_row_if(const std::string& table, const Row& row, RowExistence expect,
                    std::string column_condition);
  Status update_row(const std::string& table, const Row& row,
                    RowExistence expect = RowExistence::kIgnore);
  Status delete_row(const std::string& table, const PrimaryKey& key,
                    RowExistence expect = RowExistence::kIgnore);
  Status delete_row_if(const std::string& table, const PrimaryKey& key, RowExistence expect,
                       std::string column_condition);

  struct RangePage {
    std::vector<Row> rows;
    std::optional<PrimaryKey> next_start;
  };
  Result<RangePage> get_range(const std::string& table, Direction direction,
                              const PrimaryKey& start, const PrimaryKey& end,
                              std::optional<int32_t> limit = {});
  using RangeCallback = std::function<void(Result<RangePage>)>;
  void get_range_async(const std::string& table, Direction direction, const PrimaryKey& start,
                       const PrimaryKey& end, std::optional<int32_t> limit, RangeCallback done);
  // Reads at most one row and tries once only: does the table answer yet?
  Status probe_range(const std::string& table, const PrimaryKey& start, const PrimaryKey& end);
  // Follows next_start until the range is exhausted.
  Result<std::vector<Row>> get_range_all(const std::string& table, const PrimaryKey& start,
                                         const PrimaryKey& end);

  struct Write {
    WriteType type = WriteType::kPut;
    Row row;
  };
  // Up to 200 rows of one table per request (the caller cuts); rows that the service put off (busy,
  // conflict) are sent again; the first final per-row error fails the call and is named.
  Status batch_write(const std::string& table, const std::vector<Write>& writes);

  Result<ListStreamResponse> list_stream(const std::string& table);
  // All pages. `timeseries`: says that the caller knows what a time-series table is.
  Result<DescribeStreamResponse> describe_stream(const std::string& stream_id,
                                                 bool timeseries = false);

  // Follows tokens until the position is final; "" = the shard is closed and everything in it is
  // older than `timestamp_us`.
  Result<std::string> get_shard_iterator(const std::string& stream_id, const std::string& shard_id,
                                         std::optional<int64_t> timestamp_us = {});
  using IteratorCallback = std::function<void(Result<std::string>)>;
  void get_shard_iterator_async(const std::string& stream_id, const std::string& shard_id,
                                std::optional<int64_t> timestamp_us, IteratorCallback done);

  using PageCallback = std::function<void(Result<StreamPage>)>;
  // `table`: its name goes with the request, as instances with table groups need it.
  void get_stream_record_async(std::string iterator, std::optional<int32_t> limit,
                               PageCallback done, std::optional<std::string> table = {});

 private:
  struct FailedRow {
    size_t index = 0;
    Error error;
    bool may_repeat = false;
  };
  Result<std::vector<FailedRow>> batch_write_once(const std::string& table,
                                                  const std::vector<const Write*>& writes);
  void pause(Duration span);

  std::shared_ptr<Caller> caller_;
};

// Serialized Filter "column `name` (latest version) equals `value`; rows without the column fail"
// for put_row_if.
std::string encode_column_equals(std::string_view name, const CellValue& value);

}  // namespace otsstream::tablestore
