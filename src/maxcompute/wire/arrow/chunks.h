#pragma once
// Checksummed chunks around the Arrow messages of a Tunnel body (maxcompute-protocol.md 4.7). Their
// integers are big-endian, unlike all others of the Tunnel.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream::maxcompute::arrow {

inline constexpr uint32_t kChunkBytes = 65536;

std::string write_chunks(std::string_view payload, uint32_t chunk_bytes = kChunkBytes);

// The payload, every checksum verified; also of the two short forms that the clients send when
// nothing was written: no byte at all (Java), the checksum alone (PyODPS). Fails with kCorrupt
// "MalformedDataStream" when cut, "CorruptedDataStream" when a checksum is wrong.
Result<std::string> read_chunks(std::string_view stream);

}  // namespace otsstream::maxcompute::arrow
