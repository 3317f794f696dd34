#pragma once
// Days, wall-clock fields and the patterns of to_char, to_date and date_format.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_zone.h"

namespace otsstream::local {

inline constexpr int64_t kMsPerDay = 24 * 3600 * 1000;

int64_t floor_div(int64_t a, int64_t b);  // b > 0
int64_t floor_mod(int64_t a, int64_t b);

// Days since 1970-01-01 of the proleptic Gregorian calendar, and back.
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
// `wall_ms`: ms of the wall clock as if it were UTC's.
WallTime wall_time(int64_t wall_ms);
int64_t wall_ms_of(const WallTime& time);
// A field beyond its range (month 13) gives nothing.
bool is_valid(const WallTime& time);

// The epoch ms at which the clocks of `zone` show `wall_ms`; the earlier one when they do twice.
int64_t epoch_ms_of_wall(int64_t wall_ms, const Zone& zone);

// yyyy mm dd hh mi ss ff3, any letter case: the patterns of to_char and to_date. A pattern is
// taken as SimpleDateFormat's (date_format: yyyy-MM-dd HH:mm:ss) when it holds "MM" or "HH" in
// capitals together with lower-case letters. Other characters stand for themselves.
std::string format_wall(const WallTime& time, std::string_view pattern);
std::optional<WallTime> parse_wall(std::string_view text, std::string_view pattern);

}  // namespace otsstream::local
