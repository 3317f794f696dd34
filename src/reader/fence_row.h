#pragma once
// The row that keeps two runs of one window apart and remembers how far a commit is
// (docs/formats/fence-row.md). Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::reader {

struct Fence {
  std::string owner;       // id of the attempt
  std::string state;       // "RUNNING", "PREPARED", "COMMITTED"
  int64_t expires_ms = 0;  // by the holder's clock; a RUNNING fence behind it may be taken over
  std::string staging;     // Writer::begin()'s text
  std::string manifest;  // PREPARED: the commit record (docs/formats/manifest.md); the row holds it
                         // as zlib chunks
  bool operator==(const Fence&) const = default;
};

inline constexpr std::string_view kFenceOwnerColumn = "Owner";

tablestore::Row to_row(std::string_view stream_id, int64_t end_ms, const Fence& fence);
// Fails with kCorrupt "Status-Row".
Result<Fence> read_fence_row(const tablestore::Row& row);

}  // namespace otsstream::reader
