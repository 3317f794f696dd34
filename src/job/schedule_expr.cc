#include "job/schedule_expr.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <numeric>
#include <span>
#include <vector>

#include "base/time_zone.h"

namespace otsstream::job {
namespace {

using std::chrono::days;
using std::chrono::hh_mm_ss;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

tl::unexpected<Error> bad(std::string_view expression, std::string why) {
  return fail(ErrorKind::kConfig, "Config-ScheduleExpression",
              "time expression `" + std::string(expression) + "`: " + std::move(why),
              "examples are $[yyyymmdd-1], $[yyyymmddhh24miss-5/24/60], "
              "$[add_months(yyyymmdd,-1)], ${yyyymmdd-1}");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Longest first.
constexpr std::string_view kTimeTokens[] = {"yyyy", "hh24", "hh12", "yy", "mm",
                                            "dd",   "hh",   "mi",   "ss"};
constexpr std::string_view kDateTokens[] = {"yyyy", "yy", "mm", "dd"};

// Tokens and what stands between them.
using Format = std::vector<std::string_view>;

// A format; nothing when it has an unknown letter or digit, or no token at all.
std::optional<Format> parse_format(std::string_view text,
                                   std::span<const std::string_view> tokens) {
  Format format;
  bool any = false;
  while (!text.empty()) {
    const auto token = std::find_if(tokens.begin(), tokens.end(),
                                    [&](std::string_view t) { return text.starts_with(t); });
    if (token == tokens.end() && (is_letter(text[0]) || is_digit(text[0]))) return std::nullopt;
    any = any || token != tokens.end();
    const size_t length = token == tokens.end() ? 1 : token->size();
    format.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  if (!any) return std::nullopt;
  return format;
}

std::string padded(int64_t v, size_t width) {
  std::string digits = std::to_string(v);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

std::string written(const Format& format, sys_seconds time) {
  const sys_days midnight = std::chrono::floor<days>(time);
  const year_month_day day(midnight);
  const hh_mm_ss clock(time - midnight);
  const int year = static_cast<int>(day.year());
  const int64_t hour = clock.hours().count();
  std::string out;
  for (std::string_view token : format) {
    if (token == "yyyy") {
      out += padded(year, 4);
    } else if (token == "yy") {
      out += padded(year % 100, 2);
    } else if (token == "mm") {
      out += padded(static_cast<unsigned>(day.month()), 2);
    } else if (token == "dd") {
      out += padded(static_cast<unsigned>(day.day()), 2);
    } else if (token == "hh24") {
      out += padded(hour, 2);
    } else if (token == "hh12" || token == "hh") {
      out += padded(hour % 12 == 0 ? 12 : hour % 12, 2);
    } else if (token == "mi") {
      out += padded(clock.minutes().count(), 2);
    } else if (token == "ss") {
      out += padded(clock.seconds().count(), 2);
    } else {
      out += token;
    }
  }
  return out;
}

// An exact number of days (6.4, arithmetic). Products stay small by the limit of one factor.
struct Rational {
  int64_t above = 0;
  int64_t below = 1;

  bool scale(int64_t up, int64_t down) {
    if (down == 0 || __builtin_mul_overflow(above, up, &above) ||
        __builtin_mul_overflow(below, down, &below))
      return false;
    return reduce();
  }
  bool add(const Rational& other) {
    int64_t left = 0, right = 0;
    if (__builtin_mul_overflow(above, other.below, &left) ||
        __builtin_mul_overflow(other.above, below, &right) ||
        __builtin_add_overflow(left, right, &above) ||
        __builtin_mul_overflow(below, other.below, &below))
      return false;
    return reduce();
  }
  bool reduce() {
    const int64_t common = std::gcd(above, below);
    if (common > 1) {
      above /= common;
      below /= common;
    }
    return true;
  }
};

std::optional<int64_t> take_integer(std::string_view& in) {
  int64_t v = 0;
  const auto [end, error] = std::from_chars(in.data(), in.data() + in.size(), v);
  if (error != std::errc() || !is_digit(in.empty() ? ' ' : in[0])) return std::nullopt;
  in.remove_prefix(static_cast<size_t>(end - in.data()));
  return v;
}

// ("+"|"-") int { ("*"|"/") int }, as many as there are; all of the text, else nothing. "/" only
// where `quotients`.
std::optional<Rational> parse_offset(std::string_view in, bool quotients) {
  Rational sum;
  while (!in.empty()) {
    if (in[0] != '+' && in[0] != '-') return std::nullopt;
    const bool minus = in[0] == '-';
    in.remove_prefix(1);
    const auto first = take_integer(in);
    if (!first) return std::nullopt;
    Rational term{minus ? -*first : *first, 1};
    while (!in.empty() && (in[0] == '*' || (quotients && in[0] == '/'))) {
      const bool times = in[0] == '*';
      in.remove_prefix(1);
      const auto factor = take_integer(in);
      if (!factor || !(times ? term.scale(*factor, 1) : term.scale(1, *factor)))
        return std::nullopt;
    }
    if (!sum.add(term)) return std::nullopt;
  }
  return sum;
}

struct Parts {
  Format format;
  Rational offset;
};
// The offset is the longest end of the text that reads as one: in "yyyy-mm-dd-1" it is "-1".
std::optional<Parts> split(std::string_view text, std::span<const std::string_view> tokens,
                           bool quotients) {
  for (size_t at = 1; at <= text.size(); ++at) {
    if (at < text.size() && text[at] != '+' && text[at] != '-') continue;
    if (text[at - 1] == '+' || text[at - 1] == '-') continue;  // a sign without its number
    auto offset = parse_offset(text.substr(at), quotients);
    if (!offset) continue;
    if (auto format = parse_format(text.substr(0, at), tokens))
      return Parts{std::move(*format), *offset};
  }
  return std::nullopt;
}

constexpr int64_t kMostDays = 4'000'000;  // beyond the calendar's years 1 to 9999

// The day stays within the month: one month before March 31 is the last of February.
year_month_day plus_months(year_month_day day, int64_t count) {
  day += months(count);
  return day.ok() ? day : year_month_day(day.year() / day.month() / std::chrono::last);
}

bool in_calendar(sys_days day) {
  const int year = static_cast<int>(year_month_day(day).year());
  return year >= 1 && year <= 9999;
}

std::optional<int64_t> whole(const Rational& number, int64_t most) {
  if (number.below != 1 || number.above > most || number.above < -most) return std::nullopt;
  return number.above;
}

// Of an offset in days; cut to whole seconds towards the base.
std::optional<seconds> in_seconds(Rational offset) {
  if (offset.above / offset.below > kMostDays || offset.above / offset.below < -kMostDays)
    return std::nullopt;
  if (!offset.scale(86400, 1)) return std::nullopt;
  return seconds(offset.above / offset.below);
}

}  // namespace

Result<std::string> schedule_time_text(std::string_view expression, std::string_view cyctime) {
  constexpr std::string_view kAddMonths = "add_months(";
  Format format;
  Rational offset;
  int64_t months_on = 0;
  if (expression.starts_with(kAddMonths)) {
    const size_t comma = expression.rfind(',');
    const size_t end = expression.rfind(')');
    if (comma == std::string_view::npos || end == std::string_view::npos || end < comma)
      return bad(expression, "write add_months(FORMAT,NUMBER)");
    auto read =
        parse_format(expression.substr(kAddMonths.size(), comma - kAddMonths.size()), kTimeTokens);
    std::string count_text(expression.substr(comma + 1, end - comma - 1));
    if (!count_text.empty() && is_digit(count_text[0])) count_text.insert(0, 1, '+');
    const auto count = parse_offset(count_text, false);
    const auto behind = parse_offset(expression.substr(end + 1), true);
    const auto number = count ? whole(*count, kMostDays / 31) : std::nullopt;
    if (!read || count_text.empty() || !number || !behind)
      return bad(expression, "write add_months(FORMAT,NUMBER)");
    months_on = *number;
    format = std::move(*read);
    offset = *behind;
  } else {
    auto parts = split(expression, kTimeTokens, true);
    if (!parts)
      return bad(expression,
                 "its format has the parts yyyy yy mm dd hh24 hh12 hh mi ss and no other letters, "
                 "and its offset is in days");
    format = std::move(parts->format);
    offset = parts->offset;
  }
  OTS_TRY(const int64_t base_ms, parse_time14(cyctime, Zone::utc()));
  sys_seconds time{seconds(base_ms / 1000)};
  const sys_days midnight = std::chrono::floor<days>(time);
  time = sys_days(plus_months(year_month_day(midnight), months_on)) + (time - midnight);
  const auto shift = in_seconds(offset);
  if (!shift || !in_calendar(std::chrono::floor<days>(time + *shift)))
    return bad(expression, "the time is out of the calendar");
  return written(format, time + *shift);
}

std::optional<Result<std::string>> business_date_text(std::string_view expression,
                                                      std::string_view bizdate) {
  const auto parts = split(expression, kDateTokens, false);
  if (!parts) return std::nullopt;
  for (std::string_view token : parts->format)
    if (token.size() == 1 && std::string_view("-/._").find(token) == std::string_view::npos)
      return std::nullopt;
  auto base_ms = parse_date8(bizdate, Zone::utc());
  if (!base_ms) return fail(std::move(base_ms).error());
  sys_days day = std::chrono::floor<days>(sys_seconds(seconds(*base_ms / 1000)));
  const auto count = whole(parts->offset, kMostDays);
  if (!count) return bad(expression, "the time is out of the calendar");
  const auto has = [&](std::string_view token) {
    return std::find(parts->format.begin(), parts->format.end(), token) != parts->format.end();
  };
  // In the smallest unit that is written.
  if (has("dd")) {
    day += days(*count);
  } else if (*count > kMostDays / 366 || *count < -kMostDays / 366) {
    return bad(expression, "the time is out of the calendar");
  } else {
    day = sys_days(plus_months(year_month_day(day), has("mm") ? *count : *count * 12));
  }
  if (!in_calendar(day)) return bad(expression, "the time is out of the calendar");
  return written(parts->format, day);
}

}  // namespace otsstream::job
