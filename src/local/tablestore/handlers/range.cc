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
  RangeRead read;
  OTS_TRY(read.inclusive_start,
          open_key(table->meta(), request.inclusive_start, KeyUse::kRangeBound));
  OTS_TRY(read.exclusive_end, open_key(table->meta(), request.exclusive_end, KeyUse::kRangeBound));
  OTS_TRY(read.projection, open_read(request.read, request.transaction_id));
  read.backward = request.direction == Direction::kBackward;
  read.limit = request.limit;
  OTS_TRY(RangeResult result, table->range(read));
  GetRangeResponse response;
  response.consumed = result.consumed;
  response.rows = SharedBuffer(std::move(result.rows));
  if (result.next_start) response.next_start = SharedBuffer(encode_key(*result.next_start));
  return Answer(encode(response));
}

}  // namespace otsstream::local
