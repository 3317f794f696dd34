#pragma once
// Times, dates and intervals as MaxCompute writes them, read strictly: every field in its place and
// range (maxcompute-protocol.md 5.3, JSON elements).

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time_zone.h"

namespace otsstream::maxcompute {

// Floored seconds, and nanoseconds behind them.
struct TextTime {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

// "yyyy-MM-dd HH:mm:ss[.f...]", up to nine digits of fraction, or "yyyy-MM-dd" for its midnight; no
// time that the clocks of the zone skip.
std::optional<TextTime> parse_timestamp_text(std::string_view text, const Zone& zone);
// "yyyy-MM-dd" -> epoch day.
std::optional<int64_t> parse_date_text(std::string_view text);
// "[-]days HH:mm:ss[.f...]"
std::optional<TextTime> parse_day_time_text(std::string_view text);
// "[-]years-months", months 0 to 11 -> total months.
std::optional<int64_t> parse_year_month_text(std::string_view text);

}  // namespace otsstream::maxcompute
