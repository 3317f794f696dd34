#pragma once
// What the service looks at before it keeps a block: its checksums, and whether its columns can
// hold its values.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local {

inline constexpr size_t kMaxFieldSize = 8'388'608;  // bytes of one string or binary value

// The number of records. Fails with kCorrupt "MalformedDataStream" or "CorruptedDataStream" for a
// damaged stream (which integers outside their type's range are, too), kConfig "InvalidArgument"
// for the first value that its column does not take: NULL where it is NOT NULL, a time or decimal
// out of range, a text that is too long. Values inside complex types are not looked at.
Result<uint64_t> check_block(std::string_view stream,
                             const std::vector<maxcompute::Column>& columns);

}  // namespace otsstream::local
