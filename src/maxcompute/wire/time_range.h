#pragma once
// The times that datetime, date and timestamp columns hold (maxcompute-protocol.md 5.2, extra
// checks): the years 0 to 9999, in ms since 1970.

#include <cstdint>

namespace otsstream::maxcompute {

inline constexpr int64_t kFirstTimeMs = -62'167'305'600'000;
inline constexpr int64_t kLastTimeMs = 253'402'387'200'000;

}  // namespace otsstream::maxcompute
