#include <fmt/format.h>

#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/handlers/opening.h"
#include "local/tablestore/rejection.h"
#include "tablestore/wire/messages.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

RowResult get_one(const StoredTable& table, const SharedBuffer& key_row,
                  const RowProjection& projection, const LimitRules& limits) {
  auto key = open_key(table.meta(), key_row, KeyUse::kRead, limits);
  if (!key) return failed_row(std::move(key).error());
  auto found = table.get(*key, projection);
  if (!found) return failed_row(std::move(found).error());
  RowResult out;
  out.consumed = found->consumed;
  out.row = std::move(found->row);
  return out;
}

std::vector<Result<RowWrite>> open_changes(const BatchWriteRowRequest::Table& request,
                                           const LimitRules& limits) {
  std::vector<Result<RowWrite>> changes;
  changes.reserve(request.changes.size());
  for (const BatchWriteRowRequest::Change& change : request.changes)
    changes.push_back(
        open_write(change.type, change.row, change.condition, change.return_content, limits));
  return changes;
}

// The rows of an atomic batch share one table and one partition key. A row that cannot be opened
// is left to its own error.
Status check_atomic(const BatchWriteRowRequest& request,
                    const std::vector<Result<RowWrite>>& changes) {
  if (request.tables.size() != 1)
    return reject_parameter("An atomic BatchWriteRow must name exactly one table.");
  std::optional<CellValue> partition_key;
  for (const auto& change : changes) {
    if (!change || change->row.primary_key.empty()) continue;
    CellValue value(change->row.primary_key.front().value);
    if (!partition_key) partition_key = value;
    if (!(*partition_key == value))
      return reject_parameter("The rows of an atomic BatchWriteRow must share one partition key.");
  }
  return {};
}

}  // namespace

Result<Answer> batch_get_row(HandlerContext& context, const SharedBuffer& message) {
  BatchGetRowRequest request;
  OTS_CHECK(decode(message, request));
  size_t rows = 0;
  for (const auto& table : request.tables) rows += table.keys.size();
  if (rows == 0) return reject_parameter("No row is specified in BatchGetRow.");
  const LimitRules& limits = context.tables.limits();
  OTS_CHECK(limits.check(LimitName::kBatchGetRows, rows));

  BatchGetRowResponse response;
  for (const BatchGetRowRequest::Table& wanted : request.tables) {
    BatchTableResult& out = response.tables.emplace_back();
    out.table = wanted.table;
    OTS_TRY(RowProjection projection, open_read(wanted.read, limits));
    auto table = context.tables.find(wanted.table);
    for (const SharedBuffer& key : wanted.keys) {
      out.rows.push_back(table ? get_one(**table, key, projection, limits)
                               : failed_row(table.error()));
    }
  }
  return Answer(encode(response));
}

Result<Answer> batch_write_row(HandlerContext& context, const SharedBuffer& message) {
  BatchWriteRowRequest request;
  OTS_CHECK(decode(message, request));
  size_t rows = 0;
  for (const auto& table : request.tables) rows += table.changes.size();
  if (rows == 0) return reject_parameter("No row is specified in BatchWriteRow.");
  const LimitRules& limits = context.tables.limits();
  OTS_CHECK(limits.check(LimitName::kBatchWriteRows, rows));
  OTS_CHECK(limits.check(LimitName::kBatchWriteBytes, message.size()));
  if (!request.transaction_id.empty() && request.tables.size() != 1)
    return reject_parameter("A BatchWriteRow in a transaction must name exactly one table.");
  WriteOptions options{request.atomic.value_or(false), request.transaction_id};

  BatchWriteRowResponse response;
  for (const BatchWriteRowRequest::Table& wanted : request.tables) {
    std::vector<Result<RowWrite>> changes = open_changes(wanted, limits);
    if (options.all_or_nothing) OTS_CHECK(check_atomic(request, changes));
    BatchTableResult& out = response.tables.emplace_back();
    out.table = wanted.table;
    auto table = context.tables.find(wanted.table);
    if (table) {
      out.rows = write_opened(**table, std::move(changes), options);
    } else {
      out.rows.assign(wanted.changes.size(), failed_row(table.error()));
    }
  }
  return Answer(encode(response));
}

}  // namespace otsstream::local
