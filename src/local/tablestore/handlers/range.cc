#include <fmt/format.h>

#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/handlers/opening.h"
#include "local/tablestore/rejection.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

Result<Answer> get_range(HandlerContext& context, const SharedBuffer& message) {
  GetRangeRequest request;
  OTS_CHECK(decode(message, request));
  OTS_TRY(auto table, context.tables.find(request.table));
  if (request.limit && *request.limit < 1)
    return reject_parameter(fmt::format("Invalid limit {}: at least 1.", *request.limit));
  const LimitRules& limits = context.tables.limits();
  RangeRead read;
  OTS_TRY(read.inclusive_start,
          open_key(table->meta(), request.inclusive_start, KeyUse::kRangeBound, limits));
  OTS_TRY(read.exclusive_end,
          open_key(table->meta(), request.exclusive_end, KeyUse::kRangeBound, limits));
  OTS_TRY(read.projection, open_read(request.read, limits));
  read.backward = request.direction == Direction::kBackward;
  read.limit = request.limit;
  read.transaction_id = request.transaction_id;
  OTS_TRY(RangeResult result, table->range(read));
  GetRangeResponse response;
  response.consumed = result.consumed;
  // A matrix carries no versions: asked for more than one, the hint is not followed.
  bool as_matrix = request.block_type_hint == DataBlockType::kSimpleRowMatrix &&
                   read.projection.max_versions == 1;
  if (request.block_type_hint)
    response.block_type = as_matrix ? DataBlockType::kSimpleRowMatrix : DataBlockType::kPlainBuffer;
  response.rows = encode_block(table->meta(), request.read.columns_to_get, result.rows, as_matrix);
  if (result.next_start) response.next_start = SharedBuffer(encode_key(*result.next_start));
  return Answer(encode(response));
}

}  // namespace otsstream::local
