#pragma once
// A Tablestore small enough to see through, behind LoopTransport in virtual time: rows with
// conditions, one Stream whose iterators are what the test says.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/log.h"
#include "base/random.h"
#include "net/loop_transport.h"
#include "tablestore/client/client.h"
#include "tablestore/wire/filter.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"
#include "tablestore/wire/service_error.h"
#include "tablestore/wire/signature.h"

namespace otsstream::reader::test {

namespace ts = tablestore;

class FakeTablestore {
 public:
  struct KeyLess {
    bool operator()(const ts::PrimaryKey& a, const ts::PrimaryKey& b) const {
      return ts::compare_key(a, b) < 0;
    }
  };
  struct Table {
    ts::TableMeta meta;
    ts::TableOptions options;
    std::optional<ts::StreamDetails> stream;
    std::map<ts::PrimaryKey, ts::Row, KeyLess> rows;
  };

  explicit FakeTablestore(const Clock& clock) : clock_(clock) {}

  std::map<std::string, Table> tables;
  std::vector<ts::StreamInfo> streams;
  std::vector<ts::StreamShard> shards;
  size_t shards_per_page = 100;
  // Answer of GetShardIterator; "" = closed and all older.
  std::function<std::string(const std::string& shard, std::optional<int64_t> timestamp_us)>
      iterator = [](const std::string& shard, std::optional<int64_t>) { return "it:" + shard; };
  // Code to refuse an operation with, before or after it took effect; "" = none.
  std::function<std::string(const std::string& operation)> refuse_before = [](const std::string&) {
    return "";
  };
  std::function<std::string(const std::string& operation)> refuse_after = [](const std::string&) {
    return "";
  };
  size_t range_page_rows = 3;

  std::vector<std::string> calls;
  size_t count(const std::string& operation) const {
    return static_cast<size_t>(std::count(calls.begin(), calls.end(), operation));
  }
  size_t largest_batch = 0;

  Response handle(const Request& request) {
    const std::string operation(request.path().substr(1));
    calls.push_back(operation);
    if (std::string code = refuse_before(operation); !code.empty()) return error(operation, code);
    code_.clear();
    std::string body = act(operation, request.body.flat());
    if (code_.empty()) code_ = refuse_after(operation);
    return code_.empty() ? answer(operation, 200, std::move(body)) : error(operation, code_);
  }

  static constexpr const char* kKey = "secret";

 private:
  Response answer(const std::string& operation, int status, std::string body) {
    Response response;
    response.status = status;
    ts::HeaderList headers = {{"x-ots-contentmd5", ts::content_md5(body)},
                              {"x-ots-contenttype", "protocol buffer"},
                              {"x-ots-date", ts::format_date(clock_.wall_ms())},
                              {"x-ots-requestid", "r" + std::to_string(calls.size())}};
    for (const auto& [name, value] : headers) response.headers.add(name, value);
    response.headers.add("Authorization",
                         "OTS id:" + ts::sign_response(kKey, "/" + operation, headers));
    response.body = Body(std::move(body));
    return response;
  }

  Response error(const std::string& operation, const std::string& code) {
    const ts::ServiceError* known = ts::find_service_error(code);
    return answer(operation, known ? known->http_status : 500,
                  ts::encode(ts::ErrorMessage{code, "said the fake"}));
  }

  std::string refuse(std::string code) {
    code_ = std::move(code);
    return {};
  }

  template <class Message>
  Message open(const SharedBuffer& body) {
    Message message;
    EXPECT_TRUE(ts::decode(body, message));
    return message;
  }

  static ts::Row row_of(std::string_view plain_buffer) {
    ts::RowView view;
    EXPECT_TRUE(ts::read_single_row(plain_buffer, view));
    return ts::to_row(view);
  }

  Table* find(const std::string& name) {
    auto it = tables.find(name);
    if (it == tables.end()) code_ = "OTSObjectNotExist";
    return it == tables.end() ? nullptr : &it->second;
  }

  bool holds(const Table& table, const ts::PrimaryKey& key, const ts::Condition& condition) {
    auto row = table.rows.find(key);
    const bool exists = row != table.rows.end();
    if (condition.row_existence == ts::RowExistence::kExpectExist && !exists) return false;
    if (condition.row_existence == ts::RowExistence::kExpectNotExist && exists) return false;
    if (condition.column_condition.empty() || !exists) return true;
    auto filter = ts::decode_filter(condition.column_condition.view());
    EXPECT_TRUE(filter && filter->comparator == ts::Comparator::kEqual &&
                filter->filter_if_missing);
    for (const ts::Cell& cell : row->second.cells) {
      if (cell.name == filter->column) return *cell.value == filter->value;
    }
    return false;
  }

  void write(Table& table, const SharedBuffer& plain_buffer, bool is_delete) {
    ts::Row row = row_of(plain_buffer.view());
    const ts::PrimaryKey key = row.primary_key;
    if (is_delete) {
      table.rows.erase(key);
    } else {
      for (ts::Cell& cell : row.cells) cell.timestamp = clock_.wall_ms();
      table.rows[key] = std::move(row);
    }
  }

  std::string write_row(const ts::WriteRowRequest& request, bool is_delete) {
    Table* table = find(request.table);
    if (!table) return {};
    if (!holds(*table, row_of(request.row.view()).primary_key, request.condition))
      return refuse("OTSConditionCheckFail");
    write(*table, request.row, is_delete);
    return ts::encode(ts::WriteRowResponse{});
  }

  std::string range(const ts::GetRangeRequest& request) {
    Table* table = find(request.table);
    if (!table) return {};
    const ts::PrimaryKey start = row_of(request.inclusive_start.view()).primary_key;
    const ts::PrimaryKey end = row_of(request.exclusive_end.view()).primary_key;
    const bool backward = request.direction == ts::Direction::kBackward;
    std::vector<const ts::Row*> hits;
    for (const auto& [key, row] : table->rows) {
      const bool in = backward ? ts::compare_key(key, start) <= 0 && ts::compare_key(key, end) > 0
                               : ts::compare_key(key, start) >= 0 && ts::compare_key(key, end) < 0;
      if (in) hits.push_back(&row);
    }
    if (backward) std::reverse(hits.begin(), hits.end());
    const size_t limit = std::min<size_t>(request.limit.value_or(1000), range_page_rows);
    ts::GetRangeResponse response;
    std::string rows;
    for (size_t i = 0; i < hits.size() && i < limit; ++i) {
      if (i == 0) ts::append_header(rows);
      ts::append_row(rows, *hits[i]);
    }
    response.rows = SharedBuffer(rows);
    if (hits.size() > limit)
      response.next_start = SharedBuffer(ts::encode_key(hits[limit]->primary_key));
    return ts::encode(response);
  }

  std::string batch(const ts::BatchWriteRowRequest& request) {
    ts::BatchWriteRowResponse response;
    for (const auto& part : request.tables) {
      Table* table = find(part.table);
      if (!table) return {};
      largest_batch = std::max(largest_batch, part.changes.size());
      response.tables.push_back({part.table, {}});
      for (const auto& change : part.changes) {
        write(*table, change.row, change.type == ts::WriteType::kDelete);
        response.tables.back().rows.emplace_back();
      }
    }
    return ts::encode(response);
  }

  std::string describe_stream(const ts::DescribeStreamRequest& request) {
    ts::DescribeStreamResponse response;
    response.stream_id = request.stream_id;
    response.table = "person";
    size_t from = 0;
    while (request.inclusive_start_shard_id && from < shards.size() &&
           shards[from].shard_id != *request.inclusive_start_shard_id)
      ++from;
    for (; from < shards.size() && response.shards.size() < shards_per_page; ++from)
      response.shards.push_back(shards[from]);
    if (from < shards.size()) response.next_shard_id = shards[from].shard_id;
    return ts::encode(response);
  }

  std::string act(const std::string& operation, const SharedBuffer& body) {
    if (operation == "CreateTable") {
      auto request = open<ts::CreateTableRequest>(body);
      if (tables.contains(request.meta.name)) return refuse("OTSObjectAlreadyExist");
      tables[request.meta.name] = {request.meta, request.options, {}, {}};
      return {};
    }
    if (operation == "DescribeTable") {
      Table* table = find(open<ts::DescribeTableRequest>(body).table);
      if (!table) return {};
      ts::DescribeTableResponse response;
      response.meta = table->meta;
      response.options = table->options;
      response.stream = table->stream;
      return ts::encode(response);
    }
    if (operation == "GetRow") {
      auto request = open<ts::GetRowRequest>(body);
      Table* table = find(request.table);
      if (!table) return {};
      auto row = table->rows.find(row_of(request.primary_key.view()).primary_key);
      ts::GetRowResponse response;
      if (row != table->rows.end()) response.row = SharedBuffer(ts::encode_row(row->second));
      return ts::encode(response);
    }
    if (operation == "PutRow" || operation == "DeleteRow") {
      ts::WriteRowRequest request;
      const bool is_delete = operation == "DeleteRow";
      EXPECT_TRUE(is_delete ? ts::decode_delete(body, request) : ts::decode_put(body, request));
      return write_row(request, is_delete);
    }
    if (operation == "GetRange") return range(open<ts::GetRangeRequest>(body));
    if (operation == "BatchWriteRow") return batch(open<ts::BatchWriteRowRequest>(body));
    if (operation == "ListStream") return ts::encode(ts::ListStreamResponse{streams});
    if (operation == "DescribeStream")
      return describe_stream(open<ts::DescribeStreamRequest>(body));
    if (operation == "GetShardIterator") {
      auto request = open<ts::GetShardIteratorRequest>(body);
      return ts::encode(
          ts::GetShardIteratorResponse{iterator(request.shard_id, request.timestamp), ""});
    }
    ADD_FAILURE() << "the fake knows no " << operation;
    return refuse("OTSUnsupportOperation");
  }

  const Clock& clock_;
  std::string code_;  // of the refusal, while an operation runs
};

// The fake, and a client that talks to it in virtual time.
struct FakeService {
  explicit FakeService(int64_t now_ms = 1508403600000, int max_retries = 2) : clock(now_ms * 1000) {
    set_log_level("warn");  // retries in virtual time come by the hundred
    transport.route("http://fake",
                    [this](const Request& request) { return server.handle(request); });
    ts::CallerOptions options;
    options.retry.max_retries = max_retries;
    client.emplace(
        ts::Caller::create({"http://fake", "inst", "id", Secret(FakeTablestore::kKey), {}},
                           transport, executor, random, options));
  }
  ManualClock clock;
  VirtualExecutor executor{clock, 1};
  Random random{1};
  LoopTransport transport{executor, milliseconds(2)};
  FakeTablestore server{clock};
  std::optional<ts::Client> client;
};

}  // namespace otsstream::reader::test
