#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/rejection.h"
#include "local/tablestore/schema_rules.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

Result<Answer> create_table(HandlerContext& context, const SharedBuffer& message) {
  CreateTableRequest request;
  OTS_CHECK(decode(message, request));
  if (request.has_indexes)
    return reject_parameter("Secondary indexes are not supported by the local Tablestore.");
  const LimitRules& limits = context.tables.limits();
  TableDefinition definition;
  OTS_CHECK(check_meta(request.meta, limits));
  OTS_CHECK(check_reserved(request.reserved, limits));
  if (request.sse) OTS_CHECK(check_sse(*request.sse));
  OTS_TRY(definition.split_keys, check_partitions(request.meta, request.partitions));
  definition.meta = std::move(request.meta);
  definition.options = std::move(request.options);
  definition.reserved = request.reserved;
  definition.stream = std::move(request.stream);
  definition.sse = std::move(request.sse);
  // Two of the four SDKs cannot ask for transactions: only who says no has none.
  definition.local_transactions = request.enable_local_transaction.value_or(true);
  OTS_CHECK(context.tables.create(std::move(definition)));
  return Answer();
}

Result<Answer> list_table(HandlerContext& context, const SharedBuffer& message) {
  ListTableRequest request;
  OTS_CHECK(decode(message, request));
  ListTableResponse response;
  response.tables = context.tables.names();
  return Answer(encode(response));
}

Result<Answer> describe_table(HandlerContext& context, const SharedBuffer& message) {
  DescribeTableRequest request;
  OTS_CHECK(decode(message, request));
  OTS_TRY(auto table, context.tables.find(request.table));
  TableDescription description = table->describe();
  DescribeTableResponse response;
  response.throughput = description.throughput;
  response.meta = std::move(description.meta);
  response.options = std::move(description.options);
  response.stream = std::move(description.stream);
  response.sse = std::move(description.sse);
  response.creation_time = description.created_us;
  for (const PrimaryKey& key : description.split_keys)
    response.shard_splits.emplace_back(encode_key(key));
  return Answer(encode(response));
}

Result<Answer> update_table(HandlerContext& context, const SharedBuffer& message) {
  UpdateTableRequest request;
  OTS_CHECK(decode(message, request));
  if (!request.reserved && !request.options && !request.stream)
    return reject_parameter(
        "UpdateTable needs a reserved throughput, table options or a stream specification.");
  OTS_TRY(auto table, context.tables.find(request.table));
  const LimitRules& limits = context.tables.limits();
  if (request.reserved) OTS_CHECK(check_reserved(*request.reserved, limits));
  if (request.options) OTS_CHECK(check_options(*request.options, limits));
  if (request.stream) OTS_CHECK(check_stream_spec(table->meta(), *request.stream, limits));
  OTS_CHECK(table->update(request.options, request.reserved, request.stream));
  TableDescription description = table->describe();
  UpdateTableResponse response;
  response.throughput = description.throughput;
  response.options = std::move(description.options);
  // There even when the Stream was never on: the Go SDK reads it without asking.
  response.stream = std::move(description.stream).value_or(StreamDetails{});
  return Answer(encode(response));
}

Result<Answer> add_defined_column(HandlerContext& context, const SharedBuffer& message) {
  AddDefinedColumnRequest request;
  OTS_CHECK(decode(message, request));
  if (request.columns.empty()) return reject_parameter("No defined column is given to add.");
  OTS_TRY(auto table, context.tables.find(request.table));
  OTS_CHECK(table->add_defined_columns(request.columns));
  return Answer();
}

Result<Answer> delete_defined_column(HandlerContext& context, const SharedBuffer& message) {
  DeleteDefinedColumnRequest request;
  OTS_CHECK(decode(message, request));
  if (request.columns.empty()) return reject_parameter("No defined column is given to delete.");
  OTS_TRY(auto table, context.tables.find(request.table));
  OTS_CHECK(table->delete_defined_columns(request.columns));
  return Answer();
}

Result<Answer> delete_table(HandlerContext& context, const SharedBuffer& message) {
  DeleteTableRequest request;
  OTS_CHECK(decode(message, request));
  OTS_CHECK(context.tables.remove(request.table));
  return Answer();
}

}  // namespace otsstream::local
