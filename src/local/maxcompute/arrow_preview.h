#pragma once
// The first rows of a table as one whole Arrow IPC stream, with its schema and without chunks
// (maxcompute-protocol.md 3.5).

#include <string>

#include "base/result.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"

namespace otsstream::local {

inline constexpr uint64_t kMaxPreviewRows = 10'000;

// `limit` (-1: as many as there may be), `partition`, `columns`. Partition columns are columns and
// come last. Fails with "InvalidArgument", "InvalidColumnSpec", "NoSuchTable", "NoSuchPartition",
// "NotImplemented".
Result<Response> answer_preview(const Backend& backend, const Call& call, const std::string& table);

}  // namespace otsstream::local
