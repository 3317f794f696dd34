#include "base/wall_time.h"

namespace otsstream {

namespace {

// Years begin on March 1, so that the leap day is their last; eras are 400 years.
constexpr int64_t kDaysPerEra = 146097;
constexpr int64_t kEpochDay = 719468;  // 1970-01-01, counted from 0000-03-01

}  // namespace

int64_t days_of(int64_t year, int month, int day) {
  if (month <= 2) --year;
  const int64_t era = floor_div(year, 400);
  const int64_t year_of_era = floor_mod(year, 400);
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * kDaysPerEra + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         kEpochDay;
}

int days_in_month(int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

WallTime wall_time(int64_t wall_ms) {
  const int64_t days = floor_div(wall_ms, kMsPerDay) + kEpochDay;
  const int64_t day_of_era = floor_mod(days, kDaysPerEra);
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int64_t ms = floor_mod(wall_ms, kMsPerDay);
  WallTime out;
  out.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  out.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  out.year = year_of_era + floor_div(days, kDaysPerEra) * 400 + (out.month <= 2 ? 1 : 0);
  out.hour = static_cast<int>(ms / 3'600'000);
  out.minute = static_cast<int>(ms / 60'000 % 60);
  out.second = static_cast<int>(ms / 1000 % 60);
  out.millisecond = static_cast<int>(ms % 1000);
  return out;
}

int64_t wall_ms_of(const WallTime& time) {
  return days_of(time.year, time.month, time.day) * kMsPerDay + time.hour * int64_t{3'600'000} +
         time.minute * int64_t{60'000} + time.second * int64_t{1000} + time.millisecond;
}

}  // namespace otsstream
