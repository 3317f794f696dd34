#include <fmt/format.h>

#include "local/tablestore/handlers/handlers.h"
#include "local/tablestore/rejection.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

Result<Answer> compute_split_points_by_size(HandlerContext& context, const SharedBuffer& message) {
  ComputeSplitPointsBySizeRequest request;
  OTS_CHECK(decode(message, request));
  int64_t unit = request.unit_bytes.value_or(kDefaultSplitUnitBytes);
  int64_t split_bytes = 0;
  if (request.split_size < 1 || unit < 1 ||
      __builtin_mul_overflow(request.split_size, unit, &split_bytes))
    return reject_parameter(
        fmt::format("Invalid split size: {} units of {} bytes.", request.split_size, unit));
  if (request.point_limit && *request.point_limit < 1)
    return reject_parameter(
        fmt::format("Invalid limit of split points {}: at least 1.", *request.point_limit));
  OTS_TRY(auto table, context.tables.find(request.table));
  std::optional<size_t> limit;
  if (request.point_limit) limit = static_cast<size_t>(*request.point_limit);
  OTS_TRY(SplitPoints splits, table->split_points(static_cast<uint64_t>(split_bytes), limit));
  ComputeSplitPointsBySizeResponse response;
  response.consumed = splits.consumed;
  response.schema = table->meta().primary_key;
  for (const PrimaryKey& point : splits.points) response.points.emplace_back(encode_key(point));
  for (const std::string& location : splits.locations) {
    if (response.locations.empty() || response.locations.back().location != location)
      response.locations.push_back({location, 0});
    ++response.locations.back().repeat;
  }
  return Answer(encode(response));
}

}  // namespace otsstream::local
