// Functions over DATETIME (epoch ms, seen on the clocks of the session's zone).
#include <algorithm>

#include "local/maxcompute/sql/calendar.h"
#include "local/maxcompute/sql/functions.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

namespace {

enum class Unit { kNone, kYear, kMonth, kDay, kHour, kMinute, kSecond, kMillisecond, kWeek };

Unit unit_of(std::string_view text) {
  const std::string word = maxcompute::ascii::lower(text);
  if (word == "year" || word == "yyyy" || word == "yy") return Unit::kYear;
  if (word == "month" || word == "mm" || word == "mon") return Unit::kMonth;
  if (word == "day" || word == "dd") return Unit::kDay;
  if (word == "hour" || word == "hh") return Unit::kHour;
  if (word == "minute" || word == "mi") return Unit::kMinute;
  if (word == "second" || word == "ss") return Unit::kSecond;
  if (word == "ff3" || word == "millisecond") return Unit::kMillisecond;
  if (word == "week" || word == "ww") return Unit::kWeek;
  return Unit::kNone;
}

// False, with the call failed, for a word that is no unit.
bool read_unit(const SqlCall& call, int argument, Unit& unit) {
  unit = unit_of(call.text(argument));
  if (unit != Unit::kNone) return true;
  call.error("'" + std::string(call.text(argument).substr(0, 20)) +
             "' is no part of a date: yyyy, mm, dd, hh, mi, ss, ff3 or week");
  return false;
}

int64_t wall_of(const SqlCall& call, int argument) {
  const int64_t ms = call.integer(argument);
  return ms + call.session.zone.offset_ms_at(ms);
}
WallTime fields(const SqlCall& call) { return wall_time(wall_of(call, 0)); }

// A moment that no DATETIME can name is NULL.
void give_wall(const SqlCall& call, int64_t wall) {
  const int64_t year = wall_time(wall).year;
  if (year < 0 || year > 9999) return call.null();
  give_integer(call.context, epoch_ms_of_wall(wall, call.session.zone));
}

int64_t unit_ms(Unit unit) {
  switch (unit) {
    case Unit::kWeek:
      return 7 * kMsPerDay;
    case Unit::kDay:
      return kMsPerDay;
    case Unit::kHour:
      return 3'600'000;
    case Unit::kMinute:
      return 60'000;
    case Unit::kSecond:
      return 1000;
    default:
      return 1;
  }
}

int64_t plus_months(int64_t wall, int64_t months) {
  WallTime time = wall_time(wall);
  const int64_t index = time.year * 12 + time.month - 1 + months;
  time.year = floor_div(index, 12);
  time.month = static_cast<int>(floor_mod(index, 12)) + 1;
  time.day = std::min(time.day, days_in_month(time.year, time.month));
  return wall_ms_of(time);
}

constexpr int64_t kMostUnits = 1'000'000'000'000'000;  // beyond, no DATETIME is left

void dateadd(const SqlCall& call) {
  Unit unit;
  if (!read_unit(call, 2, unit)) return;
  const int64_t delta = call.integer(1);
  const int64_t wall = wall_of(call, 0);
  int64_t moved = 0;
  if (unit == Unit::kYear || unit == Unit::kMonth) {
    if (delta > 200'000 || delta < -200'000) return call.null();
    moved = plus_months(wall, unit == Unit::kYear ? delta * 12 : delta);
  } else {
    if (delta > kMostUnits / unit_ms(unit) || delta < -kMostUnits / unit_ms(unit)) {
      return call.null();
    }
    moved = wall + delta * unit_ms(unit);
  }
  give_wall(call, moved);
}

void add_days(const SqlCall& call, int sign) {
  const int64_t days = call.integer(1);
  if (days > 10'000'000 || days < -10'000'000) return call.null();
  give_integer(call.context, floor_div(wall_of(call, 0), kMsPerDay) + sign * days);
}

int64_t truncated(int64_t wall, Unit unit) {
  WallTime time = wall_time(wall);
  switch (unit) {
    case Unit::kYear:
      return days_of(time.year, 1, 1) * kMsPerDay;
    case Unit::kMonth:
      return days_of(time.year, time.month, 1) * kMsPerDay;
    case Unit::kWeek:  // to Monday; 1970-01-01 was a Thursday
      return (floor_div(floor_div(wall, kMsPerDay) + 3, 7) * 7 - 3) * kMsPerDay;
    default:
      return floor_div(wall, unit_ms(unit)) * unit_ms(unit);
  }
}

// Without a unit: whole days. Both moments are cut to the unit first, as the service does.
void datediff(const SqlCall& call) {
  Unit unit = Unit::kDay;
  if (call.count > 2 && !read_unit(call, 2, unit)) return;
  const int64_t a = truncated(wall_of(call, 0), unit);
  const int64_t b = truncated(wall_of(call, 1), unit);
  if (unit == Unit::kYear || unit == Unit::kMonth) {
    const WallTime first = wall_time(a);
    const WallTime second = wall_time(b);
    const int64_t months = (first.year - second.year) * 12 + first.month - second.month;
    return give_integer(call.context, unit == Unit::kYear ? months / 12 : months);
  }
  give_integer(call.context, (a - b) / unit_ms(unit));
}

void datetrunc(const SqlCall& call) {
  Unit unit;
  if (read_unit(call, 1, unit)) give_wall(call, truncated(wall_of(call, 0), unit));
}

void datepart(const SqlCall& call) {
  Unit unit;
  if (!read_unit(call, 1, unit)) return;
  const WallTime time = fields(call);
  const int64_t values[] = {0,           time.year,   time.month,       time.day, time.hour,
                            time.minute, time.second, time.millisecond, 0};
  give_integer(call.context, values[static_cast<size_t>(unit)]);
}

int64_t weekday(const SqlCall& call) {  // 0 = Monday
  return floor_mod(floor_div(wall_of(call, 0), kMsPerDay) + 3, 7);
}

void lastday(const SqlCall& call) {
  const WallTime time = fields(call);
  give_wall(call, days_of(time.year, time.month, days_in_month(time.year, time.month)) * kMsPerDay);
}

void to_date(const SqlCall& call) {
  const auto time = parse_wall(call.text(0), call.text(1));
  if (!time) return call.null();
  give_wall(call, wall_ms_of(*time));
}

void from_unixtime(const SqlCall& call) {
  const int64_t seconds = call.integer(0);
  if (seconds > INT64_MAX / 2000 || seconds < INT64_MIN / 2000) return call.null();
  const int64_t wall = seconds * 1000 + call.session.zone.offset_ms_at(seconds * 1000);
  give_wall(call, wall);
}

constexpr ScalarFunction kFunctions[] = {
    {"mc_now", 0, [](const SqlCall& c) { give_integer(c.context, c.session.now_ms); }},
    {"mc_unix_timestamp", -1,
     [](const SqlCall& c) {
       give_integer(c.context, floor_div(c.integer(0, c.session.now_ms), 1000));
     }},
    {"mc_to_millis", 1, [](const SqlCall& c) { give_integer(c.context, c.integer(0)); }},
    {"mc_from_unixtime", 1, from_unixtime},
    {"mc_to_date", 2, to_date},
    {"mc_isdate", 2,
     [](const SqlCall& c) { give_integer(c.context, parse_wall(c.text(0), c.text(1)) ? 1 : 0); }},
    {"mc_to_char", 2,
     [](const SqlCall& c) { give_text(c.context, format_wall(fields(c), c.text(1))); }},
    {"mc_dateadd", 3, dateadd},
    {"mc_date_add", 2, [](const SqlCall& c) { add_days(c, 1); }},
    {"mc_date_sub", 2, [](const SqlCall& c) { add_days(c, -1); }},
    {"mc_add_months", 2,
     [](const SqlCall& c) {
       if (c.integer(1) > 200'000 || c.integer(1) < -200'000) return c.null();
       give_text(c.context,
                 format_wall(wall_time(plus_months(wall_of(c, 0), c.integer(1))), "yyyy-mm-dd"));
     }},
    {"mc_datediff", -1, datediff},
    {"mc_datetrunc", 2, datetrunc},
    {"mc_datepart", 2, datepart},
    {"mc_year", 1, [](const SqlCall& c) { give_integer(c.context, fields(c).year); }},
    {"mc_quarter", 1,
     [](const SqlCall& c) { give_integer(c.context, (fields(c).month - 1) / 3 + 1); }},
    {"mc_month", 1, [](const SqlCall& c) { give_integer(c.context, fields(c).month); }},
    {"mc_day", 1, [](const SqlCall& c) { give_integer(c.context, fields(c).day); }},
    {"mc_hour", 1, [](const SqlCall& c) { give_integer(c.context, fields(c).hour); }},
    {"mc_minute", 1, [](const SqlCall& c) { give_integer(c.context, fields(c).minute); }},
    {"mc_second", 1, [](const SqlCall& c) { give_integer(c.context, fields(c).second); }},
    {"mc_weekday", 1, [](const SqlCall& c) { give_integer(c.context, weekday(c)); }},
    {"mc_dayofweek", 1,  // 1 = Sunday
     [](const SqlCall& c) { give_integer(c.context, (weekday(c) + 1) % 7 + 1); }},
    {"mc_lastday", 1, lastday},
};

}  // namespace

Status register_time_functions(sqlite3* db, SqlSession& session) {
  return register_scalars(db, session, kFunctions, std::size(kFunctions));
}

}  // namespace otsstream::local
