#pragma once
// Numbers of the Tunnel record stream (maxcompute-protocol.md 4.1), shared by writer and reader.

#include <cstdint>

namespace otsstream::maxcompute::stream_format {

enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

constexpr uint32_t kEndOfRecord = (1u << 25) - 1024;
constexpr uint32_t kEndOfMetrics = (1u << 25) - 256;
constexpr uint32_t kRecordCount = (1u << 25) - 2;
constexpr uint32_t kStreamChecksum = (1u << 25) - 1;

constexpr uint32_t tag(uint32_t field, WireType type) { return field << 3 | type; }

}  // namespace otsstream::maxcompute::stream_format
