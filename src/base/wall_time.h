#pragma once
// Days and wall-clock fields of the proleptic Gregorian calendar, without zones (time_zone.h). In
// 64 bits, unlike date::year: messages print whatever number a user gave for an epoch.

#include <cstdint>

namespace otsstream {

inline constexpr int64_t kMsPerDay = 24 * 3600 * 1000;

// Rounded down, also below zero; b > 0.
inline int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
inline int64_t floor_mod(int64_t a, int64_t b) { return a - floor_div(a, b) * b; }

// Days since 1970-01-01; month 1 ... 12.
int64_t days_of(int64_t year, int month, int day);
int days_in_month(int64_t year, int month);

struct WallTime {
  int64_t year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
};
// `wall_ms`: ms since 1970-01-01 00:00 of a clock that no zone shifts.
WallTime wall_time(int64_t wall_ms);
int64_t wall_ms_of(const WallTime& time);

}  // namespace otsstream
