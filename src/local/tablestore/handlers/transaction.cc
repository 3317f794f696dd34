// Local transactions; what is written in them is in row.cc and batch.cc.

#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/handlers/opening.h"
#include "local/tablestore/rejection.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_reader.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

using EndOfTransaction = Status (StoredTable::*)(std::string_view);

Result<Answer> end_transaction(HandlerContext& context, const SharedBuffer& message,
                               EndOfTransaction end) {
  EndTransactionRequest request;
  OTS_CHECK(decode(message, request));
  if (request.transaction_id.empty()) return reject_parameter("TransactionID is invalid.");
  auto table = context.tables.find(table_of_transaction(request.transaction_id));
  if (!table) return reject_missing_transaction();
  OTS_CHECK(((**table).*end)(request.transaction_id));
  return Answer();
}

}  // namespace

Result<Answer> start_local_transaction(HandlerContext& context, const SharedBuffer& message) {
  StartLocalTransactionRequest request;
  OTS_CHECK(decode(message, request));
  const LimitRules& limits = context.tables.limits();
  OTS_CHECK(limits.check_name(LimitName::kTableName, request.table));
  OTS_TRY(auto table, context.tables.find(request.table));
  TableMeta partition_key;
  partition_key.primary_key = {table->meta().primary_key.front()};
  RowView view;
  OTS_CHECK(read_single_row(request.key.view(), view));
  if (view.primary_key.size() != 1)
    return reject_parameter("StartLocalTransaction support only one primary key.");
  OTS_TRY(PrimaryKey key, open_key(partition_key, request.key, KeyUse::kRead, limits));
  StartLocalTransactionResponse response;
  OTS_TRY(response.transaction_id, table->start_transaction(key.front().value));
  return Answer(encode(response));
}

Result<Answer> commit_transaction(HandlerContext& context, const SharedBuffer& message) {
  return end_transaction(context, message, &StoredTable::commit_transaction);
}

Result<Answer> abort_transaction(HandlerContext& context, const SharedBuffer& message) {
  return end_transaction(context, message, &StoredTable::abort_transaction);
}

}  // namespace otsstream::local
