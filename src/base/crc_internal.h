#pragma once
// The two ways to compute CRC-32C, apart, so that the test can hold them against each other.
// Everyone else calls crc32c().

#include <cstdint>
#include <string_view>

namespace otsstream::internal {

uint32_t crc32c_tables(uint32_t crc, std::string_view bytes);
// The SSE4.2 instruction; only where crc32c_hardware_available().
uint32_t crc32c_hardware(uint32_t crc, std::string_view bytes);
bool crc32c_hardware_available();

}  // namespace otsstream::internal
