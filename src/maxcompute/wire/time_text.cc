#include "maxcompute/wire/time_text.h"

#include <charconv>
#include <limits>
#include <string>

namespace otsstream::maxcompute {
namespace {

constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kNanosPerSecond = 1000000000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits of `text` when it has the shape of `shape`, where 'd' is any digit and everything else
// itself.
std::optional<std::string> digits_of(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return std::nullopt;
  std::string digits;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i]) return std::nullopt;
    if (shape[i] == 'd') digits += text[i];
  }
  return digits;
}

// All of `text` as a number without sign.
std::optional<int64_t> whole_number(std::string_view text) {
  int64_t v = 0;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return v;
}

// Cuts ".123" off the end of `text`: 123000000; zero when there is no point.
std::optional<int32_t> take_fraction(std::string_view& text) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return 0;
  std::string digits(text.substr(point + 1));
  text = text.substr(0, point);
  if (digits.empty() || digits.size() > 9) return std::nullopt;
  digits.resize(9, '0');
  const auto nanos = whole_number(digits);
  if (!nanos) return std::nullopt;
  return static_cast<int32_t>(*nanos);
}

bool take_minus(std::string_view& text) {
  if (!text.starts_with('-')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<int64_t> parse_date_text(std::string_view text) {
  const auto digits = digits_of(text, "dddd-dd-dd");
  if (!digits) return std::nullopt;
  const auto ms = parse_date8(*digits, Zone::utc());
  if (!ms) return std::nullopt;
  return *ms / (kSecondsPerDay * 1000);  // a multiple, so it needs no flooring
}

std::optional<TextTime> parse_timestamp_text(std::string_view text, const Zone& zone) {
  const auto nanos = take_fraction(text);
  if (!nanos) return std::nullopt;
  auto digits = digits_of(text, "dddd-dd-dd dd:dd:dd");
  if (!digits && *nanos == 0) {
    digits = digits_of(text, "dddd-dd-dd");
    if (digits) *digits += "000000";
  }
  if (!digits) return std::nullopt;
  const auto ms = parse_time14(*digits, zone);
  if (!ms) return std::nullopt;
  return TextTime{*ms / 1000, *nanos};
}

std::optional<TextTime> parse_day_time_text(std::string_view text) {
  const bool negative = take_minus(text);
  const auto fraction = take_fraction(text);
  const size_t blank = text.find(' ');
  if (!fraction || blank == std::string_view::npos) return std::nullopt;
  const auto days = whole_number(text.substr(0, blank));
  const auto digits = digits_of(text.substr(blank + 1), "dd:dd:dd");
  if (!days || !digits) return std::nullopt;
  const int64_t hour = *whole_number(digits->substr(0, 2));
  const int64_t minute = *whole_number(digits->substr(2, 2));
  const int64_t second = *whole_number(digits->substr(4, 2));
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  auto nanos = static_cast<__int128>(*days) * kSecondsPerDay + hour * 3600 + minute * 60 + second;
  nanos = nanos * kNanosPerSecond + *fraction;
  if (negative) nanos = -nanos;
  auto rest = static_cast<int32_t>(nanos % kNanosPerSecond);
  auto seconds = nanos / kNanosPerSecond;
  if (rest < 0) {
    rest += kNanosPerSecond;
    --seconds;
  }
  constexpr auto kMost = std::numeric_limits<int64_t>::max();
  if (seconds > kMost || seconds < std::numeric_limits<int64_t>::min()) return std::nullopt;
  return TextTime{static_cast<int64_t>(seconds), rest};
}

std::optional<int64_t> parse_year_month_text(std::string_view text) {
  const bool negative = take_minus(text);
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto years = whole_number(text.substr(0, dash));
  const auto months = whole_number(text.substr(dash + 1));
  if (!years || !months || *months > 11) return std::nullopt;
  const auto total = (static_cast<__int128>(*years) * 12 + *months) * (negative ? -1 : 1);
  if (total != static_cast<int64_t>(total)) return std::nullopt;
  return static_cast<int64_t>(total);
}

}  // namespace otsstream::maxcompute
