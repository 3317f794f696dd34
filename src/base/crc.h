#pragma once
// CRC-8 of PlainBuffer (polynomial 0x07, tablestore-protocol.md 3.5) and CRC-32C of the Tunnel
// (maxcompute-protocol.md 4.2).

#include <cstdint>
#include <string_view>

namespace otsstream {

uint8_t crc8(uint8_t crc, std::string_view bytes);
uint8_t crc8_byte(uint8_t crc, uint8_t byte);
uint8_t crc8_int32(uint8_t crc, int32_t v);  // fed as little-endian bytes
uint8_t crc8_int64(uint8_t crc, int64_t v);

// Running CRC-32C: start with 0, feed the previous result. crc32c(0, "123456789") = 0xE3069283.
uint32_t crc32c(uint32_t crc, std::string_view bytes);
uint32_t crc32c_int32(uint32_t crc, int32_t v);  // fed as little-endian bytes
uint32_t crc32c_int64(uint32_t crc, int64_t v);

}  // namespace otsstream
