#pragma once
// The window [start, end) that one run exports, and the range the Stream's retention and the
// 5-minute rule allow (otsstream-reader.md 2.2 W1 - W11, 3).

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time_zone.h"

namespace otsstream::reader {

struct Window {
  int64_t start_ms = 0;  // inclusive
  int64_t end_ms = 0;    // exclusive
  bool operator==(const Window&) const = default;
};

// BEFORE_OFFSET_TIME_MILLIS and AFTER_OFFSET_TIME_MILLIS (2.4).
struct SafetyOffsets {
  int64_t before_ms = 600'000;
  int64_t after_ms = 300'000;
};
struct AllowedRange {
  int64_t earliest_start_ms = 0;  // now - expiration + 10 min; equal is allowed
  int64_t latest_end_ms = 0;      // now - 5 min; equal is allowed
  int32_t expiration_hours = 0;   // that it was made of, for messages
  SafetyOffsets offsets;
};
AllowedRange allowed_range(int64_t now_ms, int32_t expiration_hours,
                           const SafetyOffsets& offsets = {});

// W11. Fails with kConfig "Window-TooEarly" or "Window-TooLate"; the message gives the legal bound
// in `zone`, UTC and ms.
Status check_allowed(const Window& window, const AllowedRange& allowed, const Zone& zone);

// windowPolicy "clamp": what of the window lies inside the range. Fails with kConfig
// "Window-Outside" when nothing does.
Result<Window> clamp_to(const Window& window, const AllowedRange& allowed);

// "2017-10-19 16:10:00 … 2017-10-19 16:26:00 GMT+8 (2017-10-19T08:10:00.000Z …
// 2017-10-19T08:26:00.000Z)"
std::string to_string(const Window& window, const Zone& zone);

}  // namespace otsstream::reader
