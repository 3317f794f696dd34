// StatusTable's fence row: compare and swap on its Owner (docs/formats/fence-row.md).

#include <fmt/format.h>

#include "reader/status_table.h"

namespace otsstream::reader {
namespace {

using tablestore::CellValue;
using tablestore::RowExistence;

std::string who(const std::optional<Fence>& holder) {
  if (!holder) return "nobody";
  return fmt::format("attempt {} ({}, until {})", holder->owner, holder->state,
                     format_iso_utc(holder->expires_ms));
}

Error conflict(std::string_view code, int64_t end_ms, const std::optional<Fence>& holder) {
  const bool lost = code == "Fence-Lost";
  return make_error(
      ErrorKind::kConflict, std::string(code),
      fmt::format("the window that ends at {} {} {}", format_iso_utc(end_ms),
                  lost ? "was taken away from this run by" : "is being exported by", who(holder)),
      lost ? "nothing was published by this run; see what the other run reports"
           : "wait until that run has ended, or, if it is another job on the same table, give each "
             "job its own statusTable");
}

}  // namespace

Result<std::optional<Fence>> StatusTable::fence(const std::string& stream_id, int64_t end_ms) {
  OTS_TRY(auto row, client_.get_row(name_, fence_key(stream_id, end_ms)));
  if (!row) return std::optional<Fence>();
  OTS_TRY(Fence held, read_fence_row(*row));
  return std::optional(std::move(held));
}

Status StatusTable::take_fence(const std::string& stream_id, int64_t end_ms, const Fence& fence,
                               const std::optional<std::string>& previous_owner) {
  const tablestore::Row row = to_row(stream_id, end_ms, fence);
  OTS_TRY(std::optional<Fence> held, this->fence(stream_id, end_ms));
  Status put;
  if (!held) {
    put = client_.put_row(name_, row, RowExistence::kExpectNotExist);
  } else if (previous_owner && held->owner == *previous_owner) {
    put = client_.put_row_if(
        name_, row, RowExistence::kExpectExist,
        tablestore::encode_column_equals(kFenceOwnerColumn, CellValue::of_string(held->owner)));
  } else {
    return fail(conflict("Fence-Held", end_ms, held));
  }
  if (put) return {};
  return settle(stream_id, end_ms, fence, std::move(put).error(), "Fence-Held");
}

Status StatusTable::update_fence(const std::string& stream_id, int64_t end_ms, const Fence& fence) {
  Status put = client_.put_row_if(
      name_, to_row(stream_id, end_ms, fence), RowExistence::kExpectExist,
      tablestore::encode_column_equals(kFenceOwnerColumn, CellValue::of_string(fence.owner)));
  if (put) return {};
  return settle(stream_id, end_ms, fence, std::move(put).error(), "Fence-Lost");
}

Status StatusTable::settle(const std::string& stream_id, int64_t end_ms, const Fence& wanted,
                           Error error, std::string_view conflict_code) {
  // A refused condition is no proof either: the first try may have been written and only its answer
  // lost.
  auto held = fence(stream_id, end_ms);
  if (!held) return fail(std::move(error));  // still unknown; the first error says more
  if (*held && **held == wanted) return {};
  const bool ours = *held && (*held)->owner == wanted.owner;
  if (error.code == "OTSConditionCheckFail" && !ours)
    return fail(conflict(conflict_code, end_ms, *held));
  return fail(std::move(error));
}

Status StatusTable::release_fence(const std::string& stream_id, int64_t end_ms,
                                  const std::string& owner) {
  const Status deleted = client_.delete_row_if(
      name_, fence_key(stream_id, end_ms), RowExistence::kExpectExist,
      tablestore::encode_column_equals(kFenceOwnerColumn, CellValue::of_string(owner)));
  if (deleted) return {};
  // Refused, or the answer was lost: what counts is that the row is not ours any more.
  auto held = fence(stream_id, end_ms);
  if (held && (!*held || (*held)->owner != owner)) return {};
  return deleted;
}

}  // namespace otsstream::reader
