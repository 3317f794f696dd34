#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/handlers/opening.h"
#include "tablestore/wire/messages.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

Result<Answer> write_row(HandlerContext& context, WriteType type, const WriteRowRequest& request) {
  OTS_TRY(auto table, context.tables.find(request.table));
  std::vector<RowWrite> change(1);
  OTS_TRY(change[0], open_write(type, request.row, request.condition, request.return_content,
                                context.tables.limits()));
  auto results = table->write(change, {false, request.transaction_id});
  OTS_TRY(RowWriteResult result, std::move(results.front()));
  WriteRowResponse response;
  response.consumed = result.consumed;
  response.row = std::move(result.row);
  return Answer(encode(response));
}

}  // namespace

Result<Answer> put_row(HandlerContext& context, const SharedBuffer& message) {
  WriteRowRequest request;
  OTS_CHECK(decode_put(message, request));
  return write_row(context, WriteType::kPut, request);
}

Result<Answer> update_row(HandlerContext& context, const SharedBuffer& message) {
  WriteRowRequest request;
  OTS_CHECK(decode_update(message, request));
  return write_row(context, WriteType::kUpdate, request);
}

Result<Answer> delete_row(HandlerContext& context, const SharedBuffer& message) {
  WriteRowRequest request;
  OTS_CHECK(decode_delete(message, request));
  return write_row(context, WriteType::kDelete, request);
}

Result<Answer> get_row(HandlerContext& context, const SharedBuffer& message) {
  GetRowRequest request;
  OTS_CHECK(decode(message, request));
  OTS_TRY(auto table, context.tables.find(request.table));
  OTS_TRY(PrimaryKey key,
          open_key(table->meta(), request.primary_key, KeyUse::kRead, context.tables.limits()));
  OTS_TRY(RowProjection projection, open_read(request.read, context.tables.limits()));
  OTS_TRY(PointResult result, table->get(key, projection, request.transaction_id));
  GetRowResponse response;
  response.consumed = result.consumed;
  response.row = std::move(result.row);
  return Answer(encode(response));
}

}  // namespace otsstream::local
