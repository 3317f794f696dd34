#include "tablestore/client/client.h"

#include <fmt/format.h>

#include <algorithm>

#include "tablestore/wire/filter.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"
#include "tablestore/wire/service_error.h"

namespace otsstream::tablestore {
namespace {

// Decodes a verified answer; what fails here is our mistake or the server's, so nobody sends the
// request again.
template <class Answer>
Result<Answer> open(const SharedBuffer& body, std::string_view operation,
                    std::string_view subject) {
  Answer answer;
  if (Status opened = decode(body, answer); !opened) {
    return fail(wrap_error(std::move(opened).error(),
                           fmt::format("{} {}: the answer cannot be decoded", operation, subject)));
  }
  return answer;
}

template <class Answer>
Result<Answer> call(Caller& caller, const char* operation, std::string request, std::string subject,
                    Repeat repeat = Repeat::kSafe) {
  OTS_TRY(SharedBuffer body, await<SharedBuffer>(caller.executor(), [&](auto done) {
            caller.call(operation, SharedBuffer(std::move(request)), subject, std::move(done),
                        repeat);
          }));
  return open<Answer>(body, operation, subject);
}

template <class Answer>
Status ignore_answer(Result<Answer> answer) {
  if (!answer) return fail(std::move(answer).error());
  return {};
}

std::string of_table(const std::string& table) { return "table " + table; }

Error undecodable(Error cause, std::string_view operation, std::string_view subject) {
  return wrap_error(std::move(cause), fmt::format("{} {}: the rows of the answer cannot be decoded",
                                                  operation, subject));
}

// Whether the same change may be made twice without harm.
Repeat repeat_of(const Row& row, RowExistence expect, bool has_condition) {
  if (expect != RowExistence::kIgnore || has_condition) return Repeat::kOnlyIfRefused;
  bool increments = std::any_of(row.cells.begin(), row.cells.end(),
                                [](const Cell& c) { return c.op == CellOp::kIncrement; });
  bool makes_keys =
      std::any_of(row.primary_key.begin(), row.primary_key.end(),
                  [](const KeyColumn& k) { return k.value.type == CellType::kAutoIncrement; });
  return increments || makes_keys ? Repeat::kOnlyIfRefused : Repeat::kSafe;
}

WriteRowRequest write_request(const std::string& table, std::string row, RowExistence expect,
                              std::string column_condition = {}) {
  WriteRowRequest request;
  request.table = table;
  request.row = SharedBuffer(std::move(row));
  request.condition = {expect, SharedBuffer(std::move(column_condition))};
  return request;
}

}  // namespace

Status Client::create_table(const CreateTableRequest& request) {
  return ignore_answer(call<CreateTableResponse>(*caller_, "CreateTable", encode(request),
                                                 of_table(request.meta.name)));
}

Result<ListTableResponse> Client::list_table() {
  return call<ListTableResponse>(*caller_, "ListTable", encode(ListTableRequest{}),
                                 "instance " + caller_->connection().instance);
}

Status Client::delete_table(const std::string& table) {
  return ignore_answer(call<DeleteTableResponse>(
      *caller_, "DeleteTable", encode(DeleteTableRequest{table}), of_table(table)));
}

Result<DescribeTableResponse> Client::describe_table(const std::string& table) {
  return call<DescribeTableResponse>(*caller_, "DescribeTable", encode(DescribeTableRequest{table}),
                                     of_table(table));
}

Result<UpdateTableResponse> Client::update_table(const UpdateTableRequest& request) {
  return call<UpdateTableResponse>(*caller_, "UpdateTable", encode(request),
                                   of_table(request.table));
}

Result<std::optional<Row>> Client::get_row(const std::string& table, const PrimaryKey& key) {
  GetRowRequest request;
  request.table = table;
  request.primary_key = SharedBuffer(encode_key(key));
  request.read.max_versions = 1;
  OTS_TRY(GetRowResponse answer,
          call<GetRowResponse>(*caller_, "GetRow", encode(request), of_table(table)));
  if (answer.row.empty()) return std::optional<Row>();
  RowView view;
  if (Status read = read_single_row(answer.row.view(), view); !read) {
    return fail(undecodable(std::move(read).error(), "GetRow", of_table(table)));
  }
  return std::optional<Row>(to_row(view));
}

Status Client::put_row(const std::string& table, const Row& row, RowExistence expect) {
  return put_row_if(table, row, expect, {});
}

Status Client::put_row_if(const std::string& table, const Row& row, RowExistence expect,
                          std::string column_condition) {
  const Repeat repeat = repeat_of(row, expect, !column_condition.empty());
  const auto request = write_request(table, encode_row(row), expect, std::move(column_condition));
  return ignore_answer(
      call<WriteRowResponse>(*caller_, "PutRow", encode_put(request), of_table(table), repeat));
}

Status Client::update_row(const std::string& table, const Row& row, RowExistence expect) {
  const auto request = write_request(table, encode_row(row), expect);
  return ignore_answer(call<WriteRowResponse>(*caller_, "UpdateRow", encode_update(request),
                                              of_table(table), repeat_of(row, expect, false)));
}

Status Client::delete_row(const std::string& table, const PrimaryKey& key, RowExistence expect) {
  return delete_row_if(table, key, expect, {});
}

Status Client::delete_row_if(const std::string& table, const PrimaryKey& key, RowExistence expect,
                             std::string column_condition) {
  const Repeat repeat = repeat_of({}, expect, !column_condition.empty());
  const auto request =
      write_request(table, encode_delete_key(key), expect, std::move(column_condition));
  return ignore_answer(call<WriteRowResponse>(*caller_, "DeleteRow", encode_delete(request),
                                              of_table(table), repeat));
}

namespace {

Result<Client::RangePage> open_range(const SharedBuffer& body, const std::string& table) {
  OTS_TRY(GetRangeResponse answer, open<GetRangeResponse>(body, "GetRange", of_table(table)));
  Client::RangePage page;
  RowView view;
  PlainBufferReader reader(answer.rows.view());
  while (true) {
    auto more = reader.next(view);
    if (!more) return fail(undecodable(std::move(more).error(), "GetRange", of_table(table)));
    if (!*more) break;
    page.rows.push_back(to_row(view));
  }
  if (!answer.next_start.empty()) {
    if (Status read = read_single_row(answer.next_start.view(), view); !read) {
      return fail(undecodable(std::move(read).error(), "GetRange", of_table(table)));
    }
    page.next_start = to_row(view).primary_key;
  }
  return page;
}

void send_range(Caller& caller, const std::string& table, Direction direction,
                const PrimaryKey& start, const PrimaryKey& end, std::optional<int32_t> limit,
                Repeat repeat, Client::RangeCallback done) {
  GetRangeRequest request;
  request.table = table;
  request.direction = direction;
  request.read.max_versions = 1;
  request.limit = limit;
  request.inclusive_start = SharedBuffer(encode_key(start));
  request.exclusive_end = SharedBuffer(encode_key(end));
  caller.call(
      "GetRange", SharedBuffer(encode(request)), of_table(table),
      [table, done = std::move(done)](Result<SharedBuffer> body) {
        if (!body) return done(fail(std::move(body).error()));
        done(open_range(*body, table));
      },
      repeat);
}

}  // namespace

Result<Client::RangePage> Client::get_range(const std::string& table, Direction direction,
                                            const PrimaryKey& start, const PrimaryKey& end,
                                            std::optional<int32_t> limit) {
  return await<RangePage>(caller_->executor(), [&](RangeCallback done) {
    get_range_async(table, direction, start, end, limit, std::move(done));
  });
}

void Client::get_range_async(const std::string& table, Direction direction, const PrimaryKey& start,
                             const PrimaryKey& end, std::optional<int32_t> limit,
                             RangeCallback done) {
  send_range(*caller_, table, direction, start, end, limit, Repeat::kSafe, std::move(done));
}

Status Client::probe_range(const std::string& table, const PrimaryKey& start,
                           const PrimaryKey& end) {
  return ignore_answer(await<RangePage>(caller_->executor(), [&](RangeCallback done) {
    send_range(*caller_, table, Direction::kForward, start, end, 1, Repeat::kNever,
               std::move(done));
  }));
}

Result<std::vector<Row>> Client::get_range_all(const std::string& table, const PrimaryKey& start,
                                               const PrimaryKey& end) {
  std::vector<Row> rows;
  std::optional<PrimaryKey> from = start;
  while (from) {
    OTS_TRY(RangePage page, get_range(table, Direction::kForward, *from, end));
    if (page.next_start && compare_key(*page.next_start, *from) <= 0 && page.rows.empty()) {
      return fail(
          ErrorKind::kCorrupt, "Tablestore-RangeStuck",
          fmt::format("GetRange table {}: an empty page leads back to where it began", table));
    }
    std::move(page.rows.begin(), page.rows.end(), std::back_inserter(rows));
    from = std::move(page.next_start);
  }
  return rows;
}

// Rows that the service put off are sent again, only those, in their order.
Status Client::batch_write(const std::string& table, const std::vector<Write>& writes) {
  constexpr int kRounds = 10;
  std::vector<const Write*> left;
  for (const Write& write : writes) left.push_back(&write);
  for (int round = 1; !left.empty(); ++round) {
    OTS_TRY(std::vector<FailedRow> failed, batch_write_once(table, left));
    if (failed.empty()) return {};
    for (const FailedRow& row : failed) {
      if (row.may_repeat && round < kRounds) continue;
      Error error = row.error;
      error.message = fmt::format("BatchWriteRow table {}: row {} of {}: {} ({} rows failed)",
                                  table, row.index, left.size(), error.message, failed.size());
      return fail(std::move(error));
    }
    std::vector<const Write*> again;
    for (const FailedRow& row : failed) again.push_back(left[row.index]);
    left = std::move(again);
    pause(std::min<Duration>(milliseconds(100) * (1 << (round - 1)), seconds(10)));
  }
  return {};
}

Result<std::vector<Client::FailedRow>> Client::batch_write_once(
    const std::string& table, const std::vector<const Write*>& writes) {
  BatchWriteRowRequest request;
  auto& target = request.tables.emplace_back();
  target.table = table;
  Repeat repeat = Repeat::kSafe;
  for (const Write* write : writes) {
    auto& change = target.changes.emplace_back();
    change.type = write->type;
    change.row =
        SharedBuffer(write->type == WriteType::kDelete ? encode_delete_key(write->row.primary_key)
                                                       : encode_row(write->row));
    if (repeat_of(write->row, RowExistence::kIgnore, false) != Repeat::kSafe)
      repeat = Repeat::kOnlyIfRefused;
  }
  OTS_TRY(BatchWriteRowResponse answer,
          call<BatchWriteRowResponse>(*caller_, "BatchWriteRow", encode(request), of_table(table),
                                      repeat));
  if (answer.tables.size() != 1 || answer.tables[0].table != table ||
      answer.tables[0].rows.size() != writes.size()) {
    return fail(
        ErrorKind::kCorrupt, "Wire-Protobuf",
        fmt::format(
            "BatchWriteRow table {}: the answer does not hold one result for each of the {} rows",
            table, writes.size()));
  }
  std::vector<FailedRow> failed;
  for (size_t i = 0; i < writes.size(); ++i) {
    const RowResult& result = answer.tables[0].rows[i];
    if (!result.error) continue;
    Error error = to_error(result.error->code, result.error->message, 200, {});
    const bool may_repeat = error.retry == RetryClass::kAlways ||
                            (error.retry == RetryClass::kIdempotentOnly && repeat == Repeat::kSafe);
    failed.push_back({i, std::move(error), may_repeat});
  }
  return failed;
}

void Client::pause(Duration span) {
  Executor& executor = caller_->executor();
  (void)await<bool>(executor,
                    [&](auto done) { executor.post_after(span, [done] { done(true); }); });
}

Result<ListStreamResponse> Client::list_stream(const std::string& table) {
  ListStreamRequest request;
  if (!table.empty()) request.table = table;
  return call<ListStreamResponse>(*caller_, "ListStream", encode(request), of_table(table));
}

Result<DescribeStreamResponse> Client::describe_stream(const std::string& stream_id,
                                                       bool timeseries) {
  DescribeStreamRequest request;
  request.stream_id = stream_id;
  if (timeseries) request.support_timeseries = true;
  const std::string subject = "stream " + stream_id;
  OTS_TRY(DescribeStreamResponse all,
          call<DescribeStreamResponse>(*caller_, "DescribeStream", encode(request), subject));
  while (!all.next_shard_id.empty()) {
    request.inclusive_start_shard_id = all.next_shard_id;
    OTS_TRY(DescribeStreamResponse page,
            call<DescribeStreamResponse>(*caller_, "DescribeStream", encode(request), subject));
    if (page.shards.empty() || page.next_shard_id == all.next_shard_id) {
      return fail(ErrorKind::kCorrupt, "Tablestore-PageStuck",
                  fmt::format("DescribeStream {}: the page that begins with shard {} leads nowhere",
                              subject, all.next_shard_id));
    }
    all.shards.insert(all.shards.end(), page.shards.begin(), page.shards.end());
    all.next_shard_id = std::move(page.next_shard_id);
  }
  return all;
}

Result<std::string> Client::get_shard_iterator(const std::string& stream_id,
                                               const std::string& shard_id,
                                               std::optional<int64_t> timestamp_us) {
  return await<std::string>(caller_->executor(), [&](auto done) {
    get_shard_iterator_async(stream_id, shard_id, timestamp_us, std::move(done));
  });
}

namespace {

void follow_tokens(std::shared_ptr<Caller> caller, GetShardIteratorRequest request,
                   Client::IteratorCallback done) {
  const std::string subject = "shard " + request.shard_id;
  SharedBuffer bytes(encode(request));
  Caller& target = *caller;
  target.call("GetShardIterator", std::move(bytes), subject,
              [caller = std::move(caller), request = std::move(request), subject,
               done = std::move(done)](Result<SharedBuffer> body) mutable {
                if (!body) return done(fail(std::move(body).error()));
                auto answer = open<GetShardIteratorResponse>(*body, "GetShardIterator", subject);
                if (!answer) return done(fail(std::move(answer).error()));
                if (answer->next_token.empty()) return done(std::move(answer->iterator));
                request.token = std::move(answer->next_token);
                follow_tokens(std::move(caller), std::move(request), std::move(done));
              });
}

}  // namespace

void Client::get_shard_iterator_async(const std::string& stream_id, const std::string& shard_id,
                                      std::optional<int64_t> timestamp_us, IteratorCallback done) {
  follow_tokens(caller_, {stream_id, shard_id, timestamp_us, {}}, std::move(done));
}

void Client::get_stream_record_async(std::string iterator, std::optional<int32_t> limit,
                                     PageCallback done, std::optional<std::string> table) {
  SharedBuffer request(
      encode(GetStreamRecordRequest{std::move(iterator), limit, std::move(table)}));
  caller_->call("GetStreamRecord", std::move(request), "page",
                [done = std::move(done)](Result<SharedBuffer> body) {
                  if (!body) return done(fail(std::move(body).error()));
                  done(StreamPage::skim(*std::move(body)));
                });
}

std::string encode_column_equals(std::string_view name, const CellValue& value) {
  Filter filter;
  filter.comparator = Comparator::kEqual;
  filter.column = name;
  filter.value = value;
  filter.filter_if_missing = true;
  filter.latest_version_only = true;
  return encode_filter(filter);
}

}  // namespace otsstream::tablestore
