// BulkImport and BulkExport: writes without conditions, and a forward range as a block.

#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/handlers/opening.h"
#include "local/tablestore/rejection.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

Result<Answer> bulk_import(HandlerContext& context, const SharedBuffer& message) {
  BulkImportRequest request;
  OTS_CHECK(decode(message, request));
  if (request.changes.empty()) return reject_parameter("No row is specified in BulkImport.");
  const LimitRules& limits = context.tables.limits();
  OTS_CHECK(limits.check(LimitName::kBulkImportRows, request.changes.size()));
  OTS_CHECK(limits.check(LimitName::kBulkImportBytes, message.size()));
  OTS_TRY(auto table, context.tables.find(request.table));
  std::vector<Result<RowWrite>> changes;
  for (const BulkImportRequest::Change& change : request.changes)
    changes.push_back(open_write(change.type, change.row, {}, {}, limits));
  BulkImportResponse response;
  response.result.table = request.table;
  response.result.rows = write_opened(*table, std::move(changes), {});
  return Answer(encode(response));
}

Result<Answer> bulk_export(HandlerContext& context, const SharedBuffer& message) {
  BulkExportRequest request;
  OTS_CHECK(decode(message, request));
  OTS_TRY(auto table, context.tables.find(request.table));
  const LimitRules& limits = context.tables.limits();
  RangeRead read;
  OTS_TRY(read.inclusive_start,
          open_key(table->meta(), request.inclusive_start, KeyUse::kRangeBound, limits));
  OTS_TRY(read.exclusive_end,
          open_key(table->meta(), request.exclusive_end, KeyUse::kRangeBound, limits));
  ReadOptions options;
  options.columns_to_get = request.columns_to_get;
  options.max_versions = 1;
  options.filter = request.filter;
  OTS_TRY(read.projection, open_read(options, limits));
  OTS_TRY(RangeResult result, table->range(read));
  BulkExportResponse response;
  response.consumed = result.consumed;
  response.block_type = request.block_type_hint.value_or(DataBlockType::kSimpleRowMatrix);
  response.rows = encode_block(table->meta(), request.columns_to_get, result.rows,
                               response.block_type == DataBlockType::kSimpleRowMatrix);
  if (result.next_start) response.next_start = SharedBuffer(encode_key(*result.next_start));
  return Answer(encode(response));
}

}  // namespace otsstream::local
