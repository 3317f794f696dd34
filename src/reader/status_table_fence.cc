// StatusTable's fence row: compare and swap on its Owner (docs/formats/fence-row.md).

#include <fmt/format.h>

#include <algorithm>

#include "reader/status_table.h"

namespace otsstream::reader {
namespace {

using tablestore::CellValue;
using tablestore::RowExistence;

// Each try stands for one unknown outcome; reading the row in between has the client's own retries.
constexpr int kSwapTries = 10;
constexpr Duration kFirstSwapPause = milliseconds(100);
constexpr Duration kLongestSwapPause = seconds(10);

Duration swap_pause(int tries) {
  return std::min(kFirstSwapPause * (1 << (tries - 1)), kLongestSwapPause);
}

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
  OTS_TRY(std::optional<Fence> held, this->fence(stream_id, end_ms));
  if (held && (!previous_owner || held->owner != *previous_owner))
    return fail(conflict("Fence-Held", end_ms, held));
  std::optional<std::string> old_owner;
  if (held) old_owner = held->owner;
  return swap_fence(stream_id, end_ms, fence, old_owner, "Fence-Held");
}

Status StatusTable::update_fence(const std::string& stream_id, int64_t end_ms, const Fence& fence,
                                 const std::optional<std::string>& previous_owner) {
  return swap_fence(stream_id, end_ms, fence, previous_owner.value_or(fence.owner), "Fence-Lost");
}

// The client does not repeat a conditional write whose answer was lost: it may have taken effect.
// The row itself knows; while it is still the old one, the write is tried again.
Status StatusTable::swap_fence(const std::string& stream_id, int64_t end_ms, const Fence& wanted,
                               const std::optional<std::string>& old_owner,
                               std::string_view conflict_code) {
  const tablestore::Row row = to_row(stream_id, end_ms, wanted);
  for (int tries = 1;; ++tries) {
    Status put = old_owner
                     ? client_.put_row_if(name_, row, RowExistence::kExpectExist,
                                          tablestore::encode_column_equals(
                                              kFenceOwnerColumn, CellValue::of_string(*old_owner)))
                     : client_.put_row(name_, row, RowExistence::kExpectNotExist);
    if (put) return {};
    auto held = fence(stream_id, end_ms);
    if (!held) return fail(put.error());  // still unknown; the first error says more
    if (*held && **held == wanted) return {};
    const bool unchanged = old_owner ? *held && (*held)->owner == *old_owner : !*held;
    if (!unchanged) return fail(conflict(conflict_code, end_ms, *held));
    if (put.error().retry == RetryClass::kNever || tries == kSwapTries) return fail(put.error());
    pause(swap_pause(tries));
  }
}

Status StatusTable::release_fence(const std::string& stream_id, int64_t end_ms,
                                  const std::string& owner) {
  for (int tries = 1;; ++tries) {
    const Status deleted = client_.delete_row_if(
        name_, fence_key(stream_id, end_ms), RowExistence::kExpectExist,
        tablestore::encode_column_equals(kFenceOwnerColumn, CellValue::of_string(owner)));
    if (deleted) return {};
    // Refused, or the answer was lost: what counts is that the row is not ours any more.
    auto held = fence(stream_id, end_ms);
    if (held && (!*held || (*held)->owner != owner)) return {};
    if (!held || deleted.error().retry == RetryClass::kNever || tries == kSwapTries) return deleted;
    pause(swap_pause(tries));
  }
}

}  // namespace otsstream::reader
