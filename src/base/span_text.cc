#include "base/span_text.h"

#include <fmt/format.h>

namespace otsstream {

std::string span_text(int64_t ms) {
  if (ms < 0) return "-" + span_text(ms == INT64_MIN ? INT64_MAX : -ms);
  const int64_t seconds = ms / 1000;
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  if (seconds < 48 * 3600) return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86400, seconds / 3600 % 24);
}

}  // namespace otsstream
