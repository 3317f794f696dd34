#include <fmt/format.h>

#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/handlers/opening.h"
#include "local/tablestore/rejection.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/messages.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

// A row that fails does so in its own place of the answer; the others go on (1.9).
RowResult failed_row(Error error) {
  Error rejection = as_rejection(std::move(error));
  RowResult out;
  out.error = ErrorMessage{std::move(rejection.code), std::move(rejection.message)};
  return out;
}

RowResult get_one(const StoredTable& table, const SharedBuffer& key_row,
                  const RowProjection& projection) {
  auto key = open_key(table.meta(), key_row, KeyUse::kRead);
  if (!key) return failed_row(std::move(key).error());
  auto found = table.get(*key, projection);
  if (!found) return failed_row(std::move(found).error());
  RowResult out;
  out.consumed = found->consumed;
  out.row = std::move(found->row);
  return out;
}

std::vector<RowResult> write_table(TableStore& tables, const BatchWriteRowRequest::Table& request,
                                   bool atomic) {
  std::vector<RowResult> results(request.changes.size());
  auto table = tables.find(request.table);
  if (!table) {
    results.assign(request.changes.size(), failed_row(table.error()));
    return results;
  }
  std::vector<RowWrite> writes;
  std::vector<size_t> places;
  for (size_t i = 0; i < request.changes.size(); ++i) {
    const BatchWriteRowRequest::Change& change = request.changes[i];
    auto opened = open_write(change.type, change.row, change.condition, change.return_content);
    if (opened) {
      writes.push_back(std::move(*opened));
      places.push_back(i);
      continue;
    }
    RowResult failed = failed_row(std::move(opened).error());
    if (atomic) {
      results.assign(request.changes.size(), failed);
      return results;
    }
    results[i] = std::move(failed);
  }
  auto written = (*table)->write(writes, atomic);
  for (size_t i = 0; i < written.size(); ++i) {
    RowResult& result = results[places[i]];
    if (!written[i]) {
      result = failed_row(std::move(written[i]).error());
      continue;
    }
    result.consumed = written[i]->consumed;
    result.row = std::move(written[i]->row);
  }
  return results;
}

}  // namespace

Result<Answer> batch_get_row(HandlerContext& context, const SharedBuffer& message) {
  BatchGetRowRequest request;
  OTS_CHECK(decode(message, request));
  size_t rows = 0;
  for (const auto& table : request.tables) rows += table.keys.size();
  if (rows == 0) return reject_parameter("No row is specified in BatchGetRow.");
  if (rows > kMaxBatchGetRows)
    return reject_parameter(
        fmt::format("Rows count exceeds the upper limit: {}, count: {}.", kMaxBatchGetRows, rows));

  BatchGetRowResponse response;
  for (const BatchGetRowRequest::Table& wanted : request.tables) {
    BatchTableResult& out = response.tables.emplace_back();
    out.table = wanted.table;
    OTS_TRY(RowProjection projection, open_read(wanted.read));
    auto table = context.tables.find(wanted.table);
    for (const SharedBuffer& key : wanted.keys) {
      out.rows.push_back(table ? get_one(**table, key, projection) : failed_row(table.error()));
    }
  }
  return Answer(encode(response));
}

Result<Answer> batch_write_row(HandlerContext& context, const SharedBuffer& message) {
  BatchWriteRowRequest request;
  OTS_CHECK(decode(message, request));
  OTS_CHECK(refuse_transaction(request.transaction_id));
  size_t rows = 0;
  for (const auto& table : request.tables) rows += table.changes.size();
  if (rows == 0) return reject_parameter("No row is specified in BatchWriteRow.");
  if (rows > kMaxBatchWriteRows)
    return reject_parameter(fmt::format("Rows count exceeds the upper limit: {}, count: {}.",
                                        kMaxBatchWriteRows, rows));
  if (message.size() > kMaxBatchWriteBytes)
    return reject_parameter(
        fmt::format("The total data size of BatchWriteRow exceeds the limit, limit: {}, size: {}.",
                    kMaxBatchWriteBytes, message.size()));
  bool atomic = request.atomic.value_or(false);
  if (atomic && request.tables.size() != 1)
    return reject_parameter("An atomic BatchWriteRow must name exactly one table.");

  BatchWriteRowResponse response;
  for (const BatchWriteRowRequest::Table& table : request.tables) {
    BatchTableResult& out = response.tables.emplace_back();
    out.table = table.table;
    out.rows = write_table(context.tables, table, atomic);
  }
  return Answer(encode(response));
}

}  // namespace otsstream::local
