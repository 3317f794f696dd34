#include "reader/window.h"

#include <fmt/format.h>

#include <algorithm>

namespace otsstream::reader {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kHourMs = 60 * kMinuteMs;

// "5 min", or the ms when they are no whole minutes.
std::string duration_text(int64_t ms) {
  return ms % kMinuteMs == 0 ? fmt::format("{} min", ms / kMinuteMs) : fmt::format("{} ms", ms);
}

std::string in_full(int64_t ms, const Zone& zone) {
  return fmt::format("{} {} ({}, {} ms)", format_local(ms, zone), zone.name(), format_iso_utc(ms),
                     ms);
}

}  // namespace

AllowedRange allowed_range(int64_t now_ms, int32_t expiration_hours, const SafetyOffsets& offsets) {
  return {now_ms - expiration_hours * kHourMs + offsets.before_ms, now_ms - offsets.after_ms,
          expiration_hours, offsets};
}

Status check_allowed(const Window& window, const AllowedRange& allowed, const Zone& zone) {
  if (window.start_ms < allowed.earliest_start_ms) {
    return fail(
        ErrorKind::kConfig, "Window-TooEarly",
        fmt::format("As expiration time is {} h, the window must not start at {}",
                    allowed.expiration_hours, in_full(window.start_ms, zone)),
        fmt::format(
            "start at {} or later; older changes are gone or may vanish while the job reads",
            in_full(allowed.earliest_start_ms, zone)));
  }
  if (window.end_ms > allowed.latest_end_ms) {
    return fail(ErrorKind::kConfig, "Window-TooLate",
                fmt::format("end timestamp must smaller than now - {}, but is {}",
                            duration_text(allowed.offsets.after_ms), in_full(window.end_ms, zone)),
                fmt::format("end at {} or earlier, or run the job later; changes younger than that "
                            "may still be on their way into the log",
                            in_full(allowed.latest_end_ms, zone)));
  }
  return {};
}

Result<Window> clamp_to(const Window& window, const AllowedRange& allowed) {
  const Window cut{std::max(window.start_ms, allowed.earliest_start_ms),
                   std::min(window.end_ms, allowed.latest_end_ms)};
  if (cut.start_ms >= cut.end_ms) {
    return fail(
        ErrorKind::kConfig, "Window-Outside",
        "nothing of the window lies in the range that the Stream can give",
        fmt::format("choose a window within {} … {}", format_iso_utc(allowed.earliest_start_ms),
                    format_iso_utc(allowed.latest_end_ms)));
  }
  return cut;
}

std::string to_string(const Window& window, const Zone& zone) {
  return fmt::format("{} … {} {} ({} … {})", format_local(window.start_ms, zone),
                     format_local(window.end_ms, zone), zone.name(),
                     format_iso_utc(window.start_ms), format_iso_utc(window.end_ms));
}

}  // namespace otsstream::reader
