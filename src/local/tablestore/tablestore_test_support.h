#pragma once
// A local Tablestore with one instance and one key on a clock that stands still, and calls to it as
// a client signs them. Every answer's MD5 and signature are verified on the way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "local/tablestore/server.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"
#include "tablestore/wire/signature.h"
#include "tablestore/wire/stream_page.h"

namespace otsstream::local::tablestore_test {

using namespace tablestore;  // NOLINT: the tests speak of nothing else

inline constexpr int64_t kNowMs =
    1'795'356'600'000;  // 2026-11-22T14:10:00Z, within 15 minutes of every captured request
inline constexpr char kSecret[] = "testkey";

inline PrimaryKey key(std::string_view id) { return {{"id", CellValue::of_string(id)}}; }
inline PrimaryKey low() { return {{"id", CellValue::inf_min()}}; }
inline PrimaryKey high() { return {{"id", CellValue::inf_max()}}; }
inline Cell put(std::string name, CellValue value, std::optional<int64_t> version = {}) {
  return {std::move(name), CellOp::kPut, std::move(value), version};
}
inline Cell put(std::string name, int64_t value, std::optional<int64_t> version = {}) {
  return put(std::move(name), CellValue::of_integer(value), version);
}
inline Cell delete_all(std::string name) {
  return {std::move(name), CellOp::kDeleteAllVersions, {}, {}};
}
inline Cell delete_one(std::string name, int64_t version) {
  return {std::move(name), CellOp::kDeleteOneVersion, {}, version};
}
inline Cell increment(std::string name, int64_t by) {
  return {std::move(name), CellOp::kIncrement, CellValue::of_integer(by), {}};
}
inline Row row(PrimaryKey primary_key, std::vector<Cell> cells = {}) {
  return {std::move(primary_key), std::move(cells), false, {}};
}

inline TableMeta person(std::string name = "person") {
  TableMeta meta;
  meta.name = std::move(name);
  meta.primary_key = {{"id", KeyType::kString, false}};
  return meta;
}

inline std::string code_of(const Response& response) {
  ErrorMessage error;
  if (response.status == 200 || !decode(response.body.flat(), error)) return {};
  return error.code;
}
inline std::string message_of(const Response& response) {
  ErrorMessage error;
  if (response.status == 200 || !decode(response.body.flat(), error)) return {};
  return error.message;
}

inline std::vector<Row> rows_of(const SharedBuffer& buffer) {
  std::vector<Row> rows;
  PlainBufferReader reader(buffer.view());
  RowView view;
  while (true) {
    auto more = reader.next(view);
    EXPECT_TRUE(more) << (more ? "" : more.error().to_string());
    if (!more || !*more) return rows;
    rows.push_back(to_row(view));
  }
}

struct LoggedRecord {
  ActionType action;
  Row row;
  std::string origin;
};
struct ReadPage {
  std::vector<LoggedRecord> records;
  std::optional<std::string> next;
  std::optional<bool> may_more;
};

class TablestoreFixture {
 public:
  explicit TablestoreFixture(TablestoreServerOptions options = {})
      : clock(kNowMs * 1000), random(7), options_(std::move(options)) {
    if (options_.instances.empty())
      options_.instances["inst"]["testid"] = {Secret(kSecret), Secret()};
    start();
  }
  // Ends the server and starts it again.
  void restart() {
    server.reset();
    start();
  }

  // A request as a client sends it, signed with V2; change what you like, then sign() again.
  Request request(std::string_view operation, std::string body,
                  std::string_view secret = kSecret) const {
    Request out;
    out.method = "POST";
    out.target = "/" + std::string(operation);
    out.headers.set("x-ots-date", format_date(clock.wall_ms()));
    out.headers.set("x-ots-apiversion", "2015-12-31");
    out.headers.set("x-ots-accesskeyid", "testid");
    out.headers.set("x-ots-instancename", "inst");
    out.headers.set("x-ots-contentmd5", content_md5(body));
    out.body = Body(std::move(body));
    sign(out, secret);
    return out;
  }
  static HeaderList list_of(const Headers& headers) {
    HeaderList list;
    for (const Header& header : headers.list()) list.emplace_back(header.name, header.value);
    return list;
  }
  static void sign(Request& request, std::string_view secret = kSecret) {
    request.headers.set("x-ots-signature",
                        sign_request_v2(secret, request.target, list_of(request.headers)));
  }

  Response call(std::string_view operation, std::string body) const {
    Response response = server->handle(request(operation, std::move(body)));
    EXPECT_EQ(response.headers.get("x-ots-contentmd5"), content_md5(response.body.flat().view()));
    EXPECT_EQ(response.headers.get("Authorization"),
              "OTS testid:" +
                  sign_response(kSecret, "/" + std::string(operation), list_of(response.headers)));
    for (const char* name : {"x-ots-contenttype", "x-ots-date", "x-ots-requestid"})
      EXPECT_NE(response.headers.get(name), "") << name;
    return response;
  }
  // A call that must succeed, its answer opened.
  template <class Answer>
  Answer ask(std::string_view operation, std::string body) const {
    Response response = call(operation, std::move(body));
    EXPECT_EQ(response.status, 200)
        << operation << ": " << code_of(response) << " " << message_of(response);
    Answer answer;
    EXPECT_TRUE(response.status != 200 || decode(response.body.flat(), answer)) << operation;
    return answer;
  }

  Response create(TableMeta meta = person(), std::optional<int32_t> stream_hours = 24,
                  TableOptions options = {}, std::vector<std::string> origin_columns = {}) const {
    CreateTableRequest request;
    request.meta = std::move(meta);
    request.options = options;
    if (!request.options.max_versions) request.options.max_versions = 1;
    if (!request.options.time_to_live) request.options.time_to_live = -1;
    if (stream_hours) request.stream = StreamSpec{true, stream_hours, std::move(origin_columns)};
    return call("CreateTable", encode(request));
  }

  Response write(WriteType type, const Row& change, Condition condition = {},
                 std::optional<ReturnContent> wanted = {},
                 const std::string& table = "person") const {
    WriteRowRequest request;
    request.table = table;
    request.row = SharedBuffer(type == WriteType::kDelete ? encode_delete_key(change.primary_key)
                                                          : encode_row(change));
    request.condition = std::move(condition);
    request.return_content = std::move(wanted);
    switch (type) {
      case WriteType::kPut:
        return call("PutRow", encode_put(request));
      case WriteType::kUpdate:
        return call("UpdateRow", encode_update(request));
      case WriteType::kDelete:
        return call("DeleteRow", encode_delete(request));
    }
    return {};
  }
  // The same, which must succeed.
  void put_row(const Row& change) const { EXPECT_EQ(code_of(write(WriteType::kPut, change)), ""); }
  void update_row(const Row& change) const {
    EXPECT_EQ(code_of(write(WriteType::kUpdate, change)), "");
  }
  void delete_row(const PrimaryKey& k) const {
    EXPECT_EQ(code_of(write(WriteType::kDelete, row(k))), "");
  }

  std::optional<Row> get(const PrimaryKey& primary_key, ReadOptions read = {},
                         const std::string& table = "person") const {
    GetRowRequest request;
    request.table = table;
    request.primary_key = SharedBuffer(encode_key(primary_key));
    request.read = std::move(read);
    if (!request.read.max_versions && !request.read.time_range) request.read.max_versions = 100;
    auto rows = rows_of(ask<GetRowResponse>("GetRow", encode(request)).row);
    if (rows.empty()) return std::nullopt;
    return rows.front();
  }

  GetRangeRequest range_request(const PrimaryKey& start, const PrimaryKey& end,
                                Direction direction = Direction::kForward) const {
    GetRangeRequest request;
    request.table = "person";
    request.direction = direction;
    request.inclusive_start = SharedBuffer(encode_key(start));
    request.exclusive_end = SharedBuffer(encode_key(end));
    request.read.max_versions = 1;
    return request;
  }

  StreamDetails stream(const std::string& table = "person") const {
    return ask<DescribeTableResponse>("DescribeTable", encode(DescribeTableRequest{table}))
        .stream.value_or(StreamDetails{});
  }
  std::vector<StreamShard> shards(const std::string& table = "person") const {
    DescribeStreamRequest request;
    request.stream_id = stream(table).stream_id;
    return ask<DescribeStreamResponse>("DescribeStream", encode(request)).shards;
  }
  std::string iterator(const std::string& shard_id, std::optional<int64_t> timestamp_us = {},
                       const std::string& table = "person") const {
    GetShardIteratorRequest request;
    request.stream_id = stream(table).stream_id;
    request.shard_id = shard_id;
    request.timestamp = timestamp_us;
    return ask<GetShardIteratorResponse>("GetShardIterator", encode(request)).iterator;
  }
  ReadPage read(const std::string& iterator, std::optional<int32_t> limit = {}) const {
    GetStreamRecordRequest request;
    request.iterator = iterator;
    request.limit = limit;
    Response response = call("GetStreamRecord", encode(request));
    EXPECT_EQ(code_of(response), "");
    ReadPage out;
    auto page = StreamPage::skim(response.body.flat());
    EXPECT_TRUE(page);
    if (!page) return out;
    StreamRecordView view;
    for (size_t i = 0; i < page->record_count(); ++i) {
      EXPECT_TRUE(page->decode(i, view));
      out.records.push_back({view.action, to_row(view.row), std::string(view.origin)});
    }
    out.next = page->next_iterator();
    out.may_more = page->may_more_record();
    return out;
  }
  // Everything in a shard from its oldest record on.
  std::vector<LoggedRecord> read_all(const std::string& shard_id) const {
    std::vector<LoggedRecord> all;
    std::optional<std::string> next = iterator(shard_id);
    while (next) {
      ReadPage page = read(*next);
      if (page.records.empty()) break;
      std::move(page.records.begin(), page.records.end(), std::back_inserter(all));
      next = page.next;
    }
    return all;
  }

  StoredTable& table(const std::string& name = "person") const {
    return **server->find_instance("inst")->find(name);
  }

  ManualClock clock;
  Random random;
  std::unique_ptr<TablestoreServer> server;

 private:
  void start() {
    auto opened = TablestoreServer::open(options_, clock, random);
    ASSERT_TRUE(opened) << opened.error().to_string();
    server = std::move(*opened);
  }
  TablestoreServerOptions options_;
};

}  // namespace otsstream::local::tablestore_test
