#include "reader/fence_row.h"

#include "base/compress.h"
#include "reader/status_rows.h"

namespace otsstream::reader {
namespace {

using tablestore::CellOp;
using tablestore::CellValue;

constexpr size_t kMaxManifestBytes = size_t{64} << 20;

}  // namespace

tablestore::Row to_row(std::string_view stream_id, int64_t end_ms, const Fence& fence) {
  auto cell = [](std::string_view name, CellValue value) {
    return tablestore::Cell{std::string(name), CellOp::kPut, std::move(value), std::nullopt};
  };
  tablestore::Row row;
  row.primary_key = fence_key(stream_id, end_ms);
  row.cells = {cell(kFenceOwnerColumn, CellValue::of_string(fence.owner)),
               cell("State", CellValue::of_string(fence.state)),
               cell("ExpiresAt", CellValue::of_integer(fence.expires_ms)),
               cell("Staging", CellValue::of_string(fence.staging))};
  if (!fence.manifest.empty()) append_chunks(row, "Manifest", zlib_deflate(fence.manifest));
  return row;
}

Result<Fence> read_fence_row(const tablestore::Row& row) {
  OTS_TRY(auto owner, text_cell(row, kFenceOwnerColumn));
  OTS_TRY(auto state, text_cell(row, "State"));
  OTS_TRY(auto expires, integer_cell(row, "ExpiresAt"));
  OTS_TRY(auto staging, text_cell(row, "Staging"));
  OTS_TRY(std::string chunks, join_chunks(row, "Manifest"));
  if (!owner || !state || !expires) {
    return fail(ErrorKind::kCorrupt, "Status-Row", "the fence row lacks Owner, State or ExpiresAt",
                "delete the row if no run of this window is under way");
  }
  Fence fence{*owner, *state, *expires, staging.value_or(""), ""};
  if (!chunks.empty()) {
    OTS_TRY(fence.manifest, zlib_inflate(chunks, kMaxManifestBytes));
  }
  return fence;
}

}  // namespace otsstream::reader
