#pragma once
// Wall-clock times in zones and the patterns of to_char, to_date and date_format.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_zone.h"
#include "base/wall_time.h"

namespace otsstream::local {

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
