#include "local/maxcompute/sql/calendar.h"

#include <algorithm>

#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

bool is_valid(const WallTime& time) {
  return time.year >= 0 && time.year <= 9999 && time.month >= 1 && time.month <= 12 &&
         time.day >= 1 && time.day <= days_in_month(time.year, time.month) && time.hour >= 0 &&
         time.hour < 24 && time.minute >= 0 && time.minute < 60 && time.second >= 0 &&
         time.second < 60;
}

int64_t epoch_ms_of_wall(int64_t wall_ms, const Zone& zone) {
  const WallTime time = wall_time(wall_ms);
  if (time.year < 0 || time.year > 9999) return wall_ms - zone.offset_ms_at(wall_ms);
  return zone.to_epoch_ms(static_cast<int>(time.year), time.month, time.day, time.hour, time.minute,
                          time.second) +
         time.millisecond;
}

namespace {

enum class Field { kYear, kMonth, kDay, kHour, kMinute, kSecond, kFraction };
struct Part {
  Field field;
  size_t length;  // of the pattern and of the digits
};

// In SimpleDateFormat "mm" are minutes and "MM" months; to_char has "mm" and "mi".
bool is_java_pattern(std::string_view pattern) {
  return pattern.find("MM") != std::string_view::npos &&
         maxcompute::ascii::lower(pattern) != pattern &&
         (pattern.find("yyyy") != std::string_view::npos ||
          pattern.find("dd") != std::string_view::npos ||
          pattern.find("mm") != std::string_view::npos);
}

std::optional<Part> part_at(std::string_view rest, bool java) {
  struct Name {
    std::string_view text;
    Field field;
  };
  constexpr Name kOracle[] = {{"yyyy", Field::kYear},   {"mm", Field::kMonth},
                              {"dd", Field::kDay},      {"hh", Field::kHour},
                              {"mi", Field::kMinute},   {"ss", Field::kSecond},
                              {"ff3", Field::kFraction}};
  constexpr Name kJava[] = {{"yyyy", Field::kYear},   {"MM", Field::kMonth},
                            {"dd", Field::kDay},      {"HH", Field::kHour},
                            {"mm", Field::kMinute},   {"ss", Field::kSecond},
                            {"SSS", Field::kFraction}};
  if (java) {
    for (const Name& name : kJava) {
      if (rest.starts_with(name.text)) return Part{name.field, name.text.size()};
    }
    return std::nullopt;
  }
  const std::string lower = maxcompute::ascii::lower(rest.substr(0, 6));
  if (lower.starts_with("hh24")) return Part{Field::kHour, 4};
  for (const Name& name : kOracle) {
    if (lower.starts_with(name.text)) return Part{name.field, name.text.size()};
  }
  return std::nullopt;
}

size_t digits_of(Field field) {
  return field == Field::kYear ? 4 : field == Field::kFraction ? 3 : 2;
}

int64_t value_in(const WallTime& time, Field field) {
  switch (field) {
    case Field::kYear:
      return time.year;
    case Field::kMonth:
      return time.month;
    case Field::kDay:
      return time.day;
    case Field::kHour:
      return time.hour;
    case Field::kMinute:
      return time.minute;
    case Field::kSecond:
      return time.second;
    default:
      return time.millisecond;
  }
}

void set(WallTime& time, Field field, int value) {
  switch (field) {
    case Field::kYear:
      time.year = value;
      break;
    case Field::kMonth:
      time.month = value;
      break;
    case Field::kDay:
      time.day = value;
      break;
    case Field::kHour:
      time.hour = value;
      break;
    case Field::kMinute:
      time.minute = value;
      break;
    case Field::kSecond:
      time.second = value;
      break;
    case Field::kFraction:
      time.millisecond = value;
      break;
  }
}

}  // namespace

std::string format_wall(const WallTime& time, std::string_view pattern) {
  const bool java = is_java_pattern(pattern);
  std::string out;
  while (!pattern.empty()) {
    const auto part = part_at(pattern, java);
    if (!part) {
      out += pattern[0];
      pattern.remove_prefix(1);
      continue;
    }
    const std::string digits = std::to_string(value_in(time, part->field));
    const size_t width = digits_of(part->field);
    out.append(width - std::min(width, digits.size()), '0').append(digits);
    pattern.remove_prefix(part->length);
  }
  return out;
}

std::optional<WallTime> parse_wall(std::string_view text, std::string_view pattern) {
  const bool java = is_java_pattern(pattern);
  WallTime time;
  while (!pattern.empty()) {
    const auto part = part_at(pattern, java);
    if (!part) {
      if (text.empty() || text[0] != pattern[0]) return std::nullopt;
      text.remove_prefix(1);
      pattern.remove_prefix(1);
      continue;
    }
    const size_t width = digits_of(part->field);
    if (text.size() < width) return std::nullopt;
    int value = 0;
    for (char c : text.substr(0, width)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    set(time, part->field, value);
    text.remove_prefix(width);
    pattern.remove_prefix(part->length);
  }
  if (!text.empty() || !is_valid(time)) return std::nullopt;
  return time;
}

}  // namespace otsstream::local
