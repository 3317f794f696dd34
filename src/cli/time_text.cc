#include "cli/time_text.h"

#include <charconv>

#include "tablestore/wire/signature.h"

namespace otsstream::cli {

Result<int64_t> parse_moment(const std::string& text, const Zone& zone) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (digits && text.size() == 14) return parse_time14(text, zone);
  int64_t ms = 0;
  if (digits && std::from_chars(text.data(), text.data() + text.size(), ms).ec == std::errc())
    return ms;
  if (auto parsed = tablestore::parse_date(text)) return *parsed;
  return fail(ErrorKind::kUsage, "Usage-Time", "'" + text + "' is no time",
              "write 2026-11-22T14:10:00Z, 14 digits in the zone, or ms since 1970");
}

}  // namespace otsstream::cli
