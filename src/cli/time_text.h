#pragma once
// Times as they are written on the command line.

#include <cstdint>
#include <string>

#include "base/time_zone.h"

namespace otsstream::cli {

// "2026-11-22T14:10:00Z", 14 digits in `zone`, or ms since 1970. Fails with kUsage "Usage-Time".
Result<int64_t> parse_moment(const std::string& text, const Zone& zone);

}  // namespace otsstream::cli
