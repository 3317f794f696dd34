#include "base/crc.h"

#include <array>
#include <cstddef>
#include <cstring>

#include "base/crc_internal.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace otsstream {
namespace {

// tables[0] steps one byte; tables[k][b] is what byte b adds when k more bytes follow it. So eight
// bytes take eight independent look-ups instead of a chain of eight ("slicing-by-8").
template <class Word>
using Tables = std::array<std::array<Word, 256>, 8>;

constexpr Tables<uint8_t> make_crc8_tables() {
  Tables<uint8_t> t{};
  for (unsigned i = 0; i < 256; ++i) {
    unsigned crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80) ? (crc << 1) ^ 0x07 : crc << 1;
    t[0][i] = static_cast<uint8_t>(crc);
  }
  for (unsigned k = 1; k < 8; ++k) {
    for (unsigned i = 0; i < 256; ++i) t[k][i] = t[0][t[k - 1][i]];
  }
  return t;
}

constexpr Tables<uint32_t> make_crc32c_tables() {
  Tables<uint32_t> t{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
    t[0][i] = crc;
  }
  for (unsigned k = 1; k < 8; ++k) {
    for (unsigned i = 0; i < 256; ++i) t[k][i] = (t[k - 1][i] >> 8) ^ t[0][t[k - 1][i] & 0xff];
  }
  return t;
}

constexpr Tables<uint8_t> kCrc8 = make_crc8_tables();
constexpr Tables<uint32_t> kCrc32c = make_crc32c_tables();
static_assert(kCrc8[0][15] == 0x2d && kCrc8[0][255] == 0xf3);

template <class Word>
Word load(const uint8_t* p) {
  Word v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

template <class T>
std::string_view bytes_of(const T& v) {
  return {reinterpret_cast<const char*>(&v), sizeof v};
}

using Crc32cFunction = uint32_t (*)(uint32_t, std::string_view);

Crc32cFunction choose_crc32c() {
  return internal::crc32c_hardware_available() ? internal::crc32c_hardware
                                               : internal::crc32c_tables;
}

}  // namespace

uint8_t crc8_byte(uint8_t crc, uint8_t byte) { return kCrc8[0][crc ^ byte]; }

uint8_t crc8(uint8_t crc, std::string_view bytes) {
  auto p = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    crc = static_cast<uint8_t>(kCrc8[7][crc ^ p[0]] ^ kCrc8[6][p[1]] ^ kCrc8[5][p[2]] ^
                               kCrc8[4][p[3]] ^ kCrc8[3][p[4]] ^ kCrc8[2][p[5]] ^ kCrc8[1][p[6]] ^
                               kCrc8[0][p[7]]);
  }
  for (; left > 0; --left, ++p) crc = kCrc8[0][crc ^ *p];
  return crc;
}

uint8_t crc8_int32(uint8_t crc, int32_t v) { return crc8(crc, bytes_of(v)); }
uint8_t crc8_int64(uint8_t crc, int64_t v) { return crc8(crc, bytes_of(v)); }

uint32_t internal::crc32c_tables(uint32_t crc, std::string_view bytes) {
  auto p = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  crc = ~crc;
  for (; left >= 8; left -= 8, p += 8) {
    uint64_t v = load<uint64_t>(p) ^ crc;
    crc = kCrc32c[7][v & 0xff] ^ kCrc32c[6][v >> 8 & 0xff] ^ kCrc32c[5][v >> 16 & 0xff] ^
          kCrc32c[4][v >> 24 & 0xff] ^ kCrc32c[3][v >> 32 & 0xff] ^ kCrc32c[2][v >> 40 & 0xff] ^
          kCrc32c[1][v >> 48 & 0xff] ^ kCrc32c[0][v >> 56];
  }
  for (; left > 0; --left, ++p) crc = (crc >> 8) ^ kCrc32c[0][(crc ^ *p) & 0xff];
  return ~crc;
}

#if defined(__x86_64__)
bool internal::crc32c_hardware_available() { return __builtin_cpu_supports("sse4.2"); }

__attribute__((target("sse4.2"))) uint32_t internal::crc32c_hardware(uint32_t crc,
                                                                     std::string_view bytes) {
  auto p = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  uint64_t wide = static_cast<uint32_t>(~crc);
  for (; left >= 8; left -= 8, p += 8) wide = _mm_crc32_u64(wide, load<uint64_t>(p));
  auto narrow = static_cast<uint32_t>(wide);
  if (left & 4) narrow = _mm_crc32_u32(narrow, load<uint32_t>(p)), p += 4;
  if (left & 2) narrow = _mm_crc32_u16(narrow, load<uint16_t>(p)), p += 2;
  if (left & 1) narrow = _mm_crc32_u8(narrow, *p);
  return ~narrow;
}
#else
bool internal::crc32c_hardware_available() { return false; }
uint32_t internal::crc32c_hardware(uint32_t crc, std::string_view bytes) {
  return crc32c_tables(crc, bytes);
}
#endif

uint32_t crc32c(uint32_t crc, std::string_view bytes) {
  static const Crc32cFunction function = choose_crc32c();
  return function(crc, bytes);
}

uint32_t crc32c_int32(uint32_t crc, int32_t v) { return crc32c(crc, bytes_of(v)); }
uint32_t crc32c_int64(uint32_t crc, int64_t v) { return crc32c(crc, bytes_of(v)); }

}  // namespace otsstream
