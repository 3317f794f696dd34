#include "sync/partition_span.h"

#include <string>

#include "base/time_zone.h"
#include "base/wall_time.h"

namespace otsstream::sync {

namespace {

constexpr int64_t kSecondMs = 1000;

struct Spelling {
  size_t digits;
  PartitionSpan span;
};
constexpr Spelling kSpellings[] = {
    {4, {365 * kMsPerDay, "a year"}},   {6, {28 * kMsPerDay, "a month"}},
    {8, {kMsPerDay, "a day"}},          {10, {3600 * kSecondMs, "an hour"}},
    {12, {60 * kSecondMs, "a minute"}}, {14, {kSecondMs, "a second"}},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits of all values; empty when a value holds anything but digits and what stands between
// them in a time.
std::string digits_of(std::string_view partition) {
  std::string digits;
  bool in_value = false;
  for (char c : partition) {
    if (c == ',' || c == '/') {
      in_value = false;
    } else if (!in_value) {
      in_value = c == '=';
    } else if (is_digit(c)) {
      digits += c;
    } else if (c != '-' && c != ':' && c != ' ' && c != '_') {
      return {};
    }
  }
  return digits;
}

}  // namespace

std::optional<PartitionSpan> partition_span(std::string_view partition) {
  const std::string digits = digits_of(partition);
  constexpr std::string_view kFill = "20000101000000";
  for (const Spelling& spelling : kSpellings) {
    if (digits.size() != spelling.digits) continue;
    const bool is_time =
        (digits.starts_with("19") || digits.starts_with("2")) &&
        parse_time14(digits + std::string(kFill.substr(digits.size())), Zone::utc()).has_value();
    if (is_time) return spelling.span;
  }
  return std::nullopt;
}

}  // namespace otsstream::sync
