#include "base/time_zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>
#include <optional>

#include "base/wall_time.h"

namespace otsstream {
namespace {

constexpr int64_t kMinuteMs = 60'000;

WallTime local_time(int64_t epoch_ms, const Zone& zone) {
  // Far outside of every calendar the offset does not matter, an overflow would.
  constexpr int64_t kFar = std::numeric_limits<int64_t>::max() - kMsPerDay;
  return wall_time(std::clamp(epoch_ms, -kFar, kFar) + zone.offset_ms_at(epoch_ms));
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Only after all_digits().
int number(std::string_view digits) {
  int v = 0;
  for (char c : digits) v = v * 10 + (c - '0');
  return v;
}

// Says which field is out of range, or nothing.
std::optional<std::string> out_of_range(const WallTime& f) {
  if (f.month < 1 || f.month > 12) return fmt::format("month {:02} is not 01 to 12", f.month);
  if (const int last = days_in_month(f.year, f.month); f.day < 1 || f.day > last) {
    return fmt::format("day {:02} is not 01 to {} in {:04}-{:02}", f.day, last, f.year, f.month);
  }
  if (f.hour > 23) return fmt::format("hour {:02} is not 00 to 23", f.hour);
  if (f.minute > 59) return fmt::format("minute {:02} is not 00 to 59", f.minute);
  if (f.second > 59) return fmt::format("second {:02} is not 00 to 59", f.second);
  return std::nullopt;
}

// A text is quoted in errors up to here; more would only hide the message.
std::string quoted(std::string_view text) {
  constexpr size_t kShown = 60;
  return "\"" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "…\"" : "\"");
}

tl::unexpected<Error> bad_time(std::string_view text, std::string_view why, std::string remedy) {
  return fail(ErrorKind::kConfig, "Config-Time",
              fmt::format("{} is not a time: {}", quoted(text), why), std::move(remedy));
}

// What the user probably meant, by the number of digits.
std::string hint_for_digits(size_t digits, std::string_view expected) {
  switch (digits) {
    case 8:
      return fmt::format("give {}; 8 digits are a date (parameter date)", expected);
    case 10:
      return fmt::format("give {}; 10 digits look like epoch seconds", expected);
    case 12:
      return fmt::format("give {}; 12 digits lack the seconds: append 00", expected);
    case 13:
      return fmt::format(
          "give {}; 13 digits look like epoch milliseconds (the …TimestampMillis parameters)",
          expected);
    default:
      return fmt::format("give {}", expected);
  }
}

constexpr std::string_view kTime14 = "exactly 14 digits yyyyMMddHHmmss, such as 20171019161000";
constexpr std::string_view kDate8 = "exactly 8 digits yyyyMMdd, such as 20171019";

// "8", "08", "08:30", "0830" after the sign. `bare`: no GMT or UTC stands before it, so the hour
// needs two digits.
std::optional<int64_t> parse_offset(std::string_view text, bool bare) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int64_t sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  std::string_view hours = text, minutes = "00";
  if (size_t colon = text.find(':'); colon != std::string_view::npos) {
    hours = text.substr(0, colon);
    minutes = text.substr(colon + 1);
  } else if (text.size() == 4) {
    hours = text.substr(0, 2);
    minutes = text.substr(2);
  }
  if (hours.empty() || hours.size() > 2 || (bare && hours.size() != 2) || minutes.size() != 2) {
    return std::nullopt;
  }
  if (!all_digits(hours) || !all_digits(minutes)) return std::nullopt;
  const int64_t total = number(hours) * 60 + number(minutes);
  if (number(minutes) > 59 || total > 18 * 60) return std::nullopt;  // as far as any zone ever was
  return sign * total * kMinuteMs;
}

// nullopt: not the form of a fixed offset (it may still be an IANA name).
std::optional<int64_t> fixed_offset(std::string_view name) {
  if (name == "UTC" || name == "GMT" || name == "Z") return 0;
  const bool prefixed = name.starts_with("GMT") || name.starts_with("UTC");
  return parse_offset(prefixed ? name.substr(3) : name, !prefixed);
}

constexpr std::string_view kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string_view weekday_of(int64_t epoch_ms) {
  const int64_t days = floor_div(epoch_ms, kMsPerDay);
  return kWeekdays[floor_mod(days + 4, 7)];  // 1970-01-01 was a Thursday
}

}  // namespace

Result<Zone> Zone::parse(std::string_view name) {
  Zone zone;
  zone.name_ = name;
  if (auto offset = fixed_offset(name)) {
    zone.fixed_offset_ms_ = *offset;
    return zone;
  }
  try {
    zone.tz_ = date::locate_zone(std::string(name));
    return zone;
  } catch (const std::exception&) {  // unknown name, or no tzdata on this machine
  }
  bool database = false;
  try {
    database = !date::get_tzdb().zones.empty();
  } catch (const std::exception&) {
  }
  return fail(ErrorKind::kConfig, "Config-TimeZone", "unknown time zone " + quoted(name),
              database ? "use GMT+8, +08:00, UTC or an IANA name such as Asia/Shanghai"
                       : "use GMT+8, +08:00 or UTC; IANA names need the tzdata package, which this "
                         "machine lacks");
}

Zone Zone::utc() {
  Zone zone;
  zone.name_ = "UTC";
  return zone;
}

Zone Zone::china() {
  Zone zone;
  zone.name_ = "GMT+8";
  zone.fixed_offset_ms_ = 8 * 60 * kMinuteMs;
  return zone;
}

int64_t Zone::to_epoch_ms(int year, int month, int day, int hour, int minute, int second) const {
  const int64_t local_ms = wall_ms_of({year, month, day, hour, minute, second, 0});
  if (tz_ == nullptr) return local_ms - fixed_offset_ms_;
  const auto info = static_cast<const date::time_zone*>(tz_)->get_info(
      date::local_time<std::chrono::seconds>(std::chrono::seconds(local_ms / 1000)));
  // `first` is the offset before the change, for skipped and repeated times alike.
  return local_ms - std::chrono::milliseconds(info.first.offset).count();
}

int64_t Zone::offset_ms_at(int64_t epoch_ms) const {
  if (tz_ == nullptr) return fixed_offset_ms_;
  // The rules of the database are made for four-digit years.
  static const int64_t kFirst = days_of(0, 1, 1) * kMsPerDay,
                       kLast = days_of(10000, 1, 1) * kMsPerDay;
  const auto at = date::floor<std::chrono::seconds>(
      std::chrono::milliseconds(std::clamp(epoch_ms, kFirst, kLast)));
  const auto info =
      static_cast<const date::time_zone*>(tz_)->get_info(date::sys_time<std::chrono::seconds>(at));
  return std::chrono::milliseconds(info.offset).count();
}

Result<int64_t> parse_time14(std::string_view text, const Zone& zone) {
  if (text.empty()) return bad_time(text, "it is empty", hint_for_digits(0, kTime14));
  if (!all_digits(text)) {
    return bad_time(text, "only digits are allowed", hint_for_digits(0, kTime14));
  }
  if (text.size() != 14) {
    return bad_time(text, fmt::format("it has {} digits instead of 14", text.size()),
                    hint_for_digits(text.size(), kTime14));
  }
  const WallTime f{number(text.substr(0, 4)),
                   number(text.substr(4, 2)),
                   number(text.substr(6, 2)),
                   number(text.substr(8, 2)),
                   number(text.substr(10, 2)),
                   number(text.substr(12, 2)),
                   0};
  if (auto why = out_of_range(f)) return bad_time(text, *why, hint_for_digits(14, kTime14));
  const int64_t ms =
      zone.to_epoch_ms(static_cast<int>(f.year), f.month, f.day, f.hour, f.minute, f.second);
  if (format_time14(ms, zone) != text)
    return bad_time(text, "the clocks of " + zone.name() + " skip that time",
                    "use a time before or behind the change");
  return ms;
}

Result<int64_t> parse_date8(std::string_view text, const Zone& zone) {
  if (text.empty()) return bad_time(text, "it is empty", hint_for_digits(0, kDate8));
  if (!all_digits(text)) {
    return bad_time(text, "only digits are allowed", hint_for_digits(0, kDate8));
  }
  if (text.size() != 8) {
    return bad_time(
        text, fmt::format("it has {} digits instead of 8", text.size()),
        fmt::format(
            "give {}{}", kDate8,
            text.size() == 14 ? "; 14 digits belong into startTimeString and endTimeString" : ""));
  }
  const WallTime f{
      number(text.substr(0, 4)), number(text.substr(4, 2)), number(text.substr(6, 2)), 0, 0, 0, 0};
  if (auto why = out_of_range(f)) return bad_time(text, *why, fmt::format("give {}", kDate8));
  return zone.to_epoch_ms(static_cast<int>(f.year), f.month, f.day, 0, 0, 0);
}

std::string format_time14(int64_t epoch_ms, const Zone& zone) {
  const WallTime f = local_time(epoch_ms, zone);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", f.year, f.month, f.day, f.hour, f.minute,
                     f.second);
}

std::string format_date8(int64_t epoch_ms, const Zone& zone) {
  const WallTime f = local_time(epoch_ms, zone);
  return fmt::format("{:04}{:02}{:02}", f.year, f.month, f.day);
}

std::string format_local(int64_t epoch_ms, const Zone& zone) {
  const WallTime f = local_time(epoch_ms, zone);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", f.year, f.month, f.day, f.hour,
                     f.minute, f.second);
}

std::string format_iso_utc(int64_t epoch_ms) {
  const WallTime f = wall_time(epoch_ms);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", f.year, f.month, f.day, f.hour,
                     f.minute, f.second, f.millisecond);
}

std::string format_http_date(int64_t epoch_ms) {
  const WallTime f = wall_time(epoch_ms);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekday_of(epoch_ms), f.day,
                     kMonths[f.month - 1], f.year, f.hour, f.minute, f.second);
}

Result<int64_t> parse_http_date(std::string_view text) {
  auto bad = [&](std::string_view why) {
    return fail(ErrorKind::kCorrupt, "Http-Date",
                fmt::format("{} is not an HTTP date: {}", quoted(text), why),
                "expected is the form of RFC 1123: Fri, 02 Jan 2026 03:04:05 GMT");
  };
  // "Fri, 02 Jan 2026 03:04:05 GMT": every part has its place.
  constexpr std::string_view kShape = "aaa, dd aaa dddd dd:dd:dd GMT";
  if (text.size() != kShape.size()) return bad("wrong length");
  for (size_t i = 0; i < kShape.size(); ++i) {
    const bool fits = kShape[i] == 'd'   ? all_digits(text.substr(i, 1))
                      : kShape[i] == 'a' ? true
                                         : text[i] == kShape[i];
    if (!fits) return bad(fmt::format("unexpected character at offset {}", i));
  }
  const auto month = std::find(std::begin(kMonths), std::end(kMonths), text.substr(8, 3));
  if (month == std::end(kMonths)) return bad("unknown month");
  const WallTime f{number(text.substr(12, 4)),
                   static_cast<int>(month - std::begin(kMonths)) + 1,
                   number(text.substr(5, 2)),
                   number(text.substr(17, 2)),
                   number(text.substr(20, 2)),
                   number(text.substr(23, 2)),
                   0};
  if (auto why = out_of_range(f)) return bad(*why);
  const int64_t epoch_ms = wall_ms_of(f);
  if (text.substr(0, 3) != weekday_of(epoch_ms)) return bad("the weekday does not fit the date");
  return epoch_ms;
}

}  // namespace otsstream
