#include "base/time_format.h"

#include <algorithm>
#include <chrono>

namespace otsstream {
namespace {

constexpr std::string_view kLetters = "yMdHhmsSaZX";
constexpr std::string_view kNumbers = "yMdHhmsS";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_number(char letter) {
  return letter != 0 && kNumbers.find(letter) != std::string_view::npos;
}

tl::unexpected<Error> bad_pattern(std::string_view pattern, std::string why) {
  return fail(ErrorKind::kConfig, "Config-TimeFormat",
              "time format `" + std::string(pattern) + "`: " + std::move(why),
              "known letters are y M d H h m s S a Z X; other text stands in quotes, as in "
              "yyyy-MM-dd'T'HH:mm:ss");
}

struct Fields {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0;
  std::optional<bool> afternoon;
  std::optional<int64_t> offset_ms;
};

bool within(int v, int low, int high) { return v >= low && v <= high; }

bool put_number(Fields& fields, char letter, int width, int v) {
  switch (letter) {
    case 'y':
      fields.year = width == 2 ? v + (v < 70 ? 2000 : 1900) : v;
      return within(fields.year, 1, 9999);
    case 'M':
      fields.month = v;
      return within(v, 1, 12);
    case 'd':
      fields.day = v;
      return within(v, 1, 31);
    case 'H':
      fields.hour = v;
      return within(v, 0, 23);
    case 'h':
      fields.hour = v % 12;
      return within(v, 1, 12);
    case 'm':
      fields.minute = v;
      return within(v, 0, 59);
    case 's':
      fields.second = v;
      return within(v, 0, 59);
    default:  // S: milliseconds as a number, as Java has them
      fields.milli = v;
      return within(v, 0, 999);
  }
}

size_t most_digits(char letter, int width) {
  if (letter == 'y') return width == 2 ? 2 : 4;
  return letter == 'S' ? 3 : 2;
}

bool take_number(std::string_view& in, char letter, int width, bool abuts, Fields& fields) {
  const size_t most = abuts ? static_cast<size_t>(width) : most_digits(letter, width);
  size_t n = 0;
  int v = 0;
  while (n < in.size() && n < most && is_digit(in[n])) v = v * 10 + (in[n++] - '0');
  if (n == 0 || (abuts && n != most)) return false;
  in.remove_prefix(n);
  if (letter == 'S' && !abuts)  // finer than milliseconds
    in.remove_prefix(std::min(in.find_first_not_of("0123456789"), in.size()));
  return put_number(fields, letter, width, v);
}

bool take_half(std::string_view& in, Fields& fields) {
  if (in.size() < 2 || (in[1] != 'M' && in[1] != 'm')) return false;
  const char half = in[0];
  if (half != 'A' && half != 'a' && half != 'P' && half != 'p') return false;
  fields.afternoon = half == 'P' || half == 'p';
  in.remove_prefix(2);
  return true;
}

// "+0800", "+08:00", "+08" or "Z".
bool take_offset(std::string_view& in, Fields& fields) {
  if (!in.empty() && in[0] == 'Z') {
    fields.offset_ms = 0;
    in.remove_prefix(1);
    return true;
  }
  if (in.size() < 3 || (in[0] != '+' && in[0] != '-') || !is_digit(in[1]) || !is_digit(in[2]))
    return false;
  const bool west = in[0] == '-';
  const int hours = (in[1] - '0') * 10 + (in[2] - '0');
  in.remove_prefix(3);
  int minutes = 0;
  std::string_view rest = in;
  if (!rest.empty() && rest[0] == ':') rest.remove_prefix(1);
  if (rest.size() >= 2 && is_digit(rest[0]) && is_digit(rest[1])) {
    minutes = (rest[0] - '0') * 10 + (rest[1] - '0');
    in = rest.substr(2);
  }
  if (hours > 18 || minutes > 59) return false;
  const int64_t ms = (hours * 60 + minutes) * int64_t{60000};
  fields.offset_ms = west ? -ms : ms;
  return true;
}

std::optional<int64_t> epoch_of(const Fields& fields, const Zone& zone) {
  using namespace std::chrono;
  const year_month_day day{year(fields.year), month(static_cast<unsigned>(fields.month)),
                           std::chrono::day(static_cast<unsigned>(fields.day))};
  if (!day.ok()) return std::nullopt;
  const int hour = fields.hour + (fields.afternoon.value_or(false) && fields.hour < 12 ? 12 : 0);
  const auto ms_in = [&](const Zone& z) {
    return z.to_epoch_ms(fields.year, fields.month, fields.day, hour, fields.minute, fields.second);
  };
  const int64_t ms = fields.offset_ms ? ms_in(Zone::utc()) : ms_in(zone);
  return ms - fields.offset_ms.value_or(0) + fields.milli;
}

void append_padded(std::string& out, int64_t v, int width) {
  const std::string digits = std::to_string(v);
  if (digits.size() < static_cast<size_t>(width))
    out.append(static_cast<size_t>(width) - digits.size(), '0');
  out += digits;
}

void append_offset(std::string& out, char letter, int width, int64_t offset_ms) {
  if (letter == 'X' && offset_ms == 0) {
    out += 'Z';
    return;
  }
  const int64_t minutes = (offset_ms < 0 ? -offset_ms : offset_ms) / 60000;
  out += offset_ms < 0 ? '-' : '+';
  append_padded(out, minutes / 60, 2);
  if (letter == 'X' && width == 1) return;
  if (letter == 'X' && width == 3) out += ':';
  append_padded(out, minutes % 60, 2);
}

}  // namespace

Result<TimeFormat> TimeFormat::parse(std::string_view pattern) {
  TimeFormat format;
  format.pattern_ = pattern;
  auto literal = [&](char c) {
    if (format.pieces_.empty() || format.pieces_.back().letter != 0) format.pieces_.emplace_back();
    format.pieces_.back().literal += c;
  };
  for (size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\'') {
      const size_t end = pattern.find('\'', at + 1);
      if (end == std::string_view::npos) return bad_pattern(pattern, "a quote has no end");
      if (end == at + 1) literal('\'');  // '' is one quote
      for (size_t i = at + 1; i < end; ++i) literal(pattern[i]);
      at = end + 1;
      continue;
    }
    if (!is_letter(c)) {
      literal(c);
      ++at;
      continue;
    }
    size_t end = at;
    while (end < pattern.size() && pattern[end] == c) ++end;
    const int width = static_cast<int>(end - at);
    if (kLetters.find(c) == std::string_view::npos)
      return bad_pattern(pattern, std::string("the letter `") + c + "` is not known here");
    if (c == 'M' && width > 2) return bad_pattern(pattern, "names of months are not known here");
    if (width > (c == 'y' ? 4 : 3)) {
      return bad_pattern(
          pattern, "`" + std::string(pattern.substr(at, end - at)) + "` is longer than its part");
    }
    if (is_number(c) && !format.pieces_.empty() && is_number(format.pieces_.back().letter))
      format.pieces_.back().abuts = true;
    format.pieces_.push_back({c, width, false, {}});
    at = end;
  }
  if (std::none_of(format.pieces_.begin(), format.pieces_.end(),
                   [](const Piece& piece) { return piece.letter != 0; }))
    return bad_pattern(pattern, "it holds no part of a time");
  // "yyyyMMdd": the last of a run is as wide as it is written, too.
  for (size_t i = 1; i < format.pieces_.size(); ++i)
    if (format.pieces_[i - 1].abuts && is_number(format.pieces_[i].letter))
      format.pieces_[i].abuts = true;
  return format;
}

std::optional<int64_t> TimeFormat::read(std::string_view text, const Zone& zone,
                                        std::string_view* rest) const {
  Fields fields;
  std::string_view in = text;
  for (const Piece& piece : pieces_) {
    if (piece.letter == 0) {
      if (!in.starts_with(piece.literal)) return std::nullopt;
      in.remove_prefix(piece.literal.size());
    } else if (piece.letter == 'a') {
      if (!take_half(in, fields)) return std::nullopt;
    } else if (piece.letter == 'Z' || piece.letter == 'X') {
      if (!take_offset(in, fields)) return std::nullopt;
    } else if (!take_number(in, piece.letter, piece.width, piece.abuts, fields)) {
      return std::nullopt;
    }
  }
  if (!in.empty() && is_digit(in[0]) && is_number(pieces_.back().letter)) return std::nullopt;
  if (rest != nullptr) *rest = in;
  return epoch_of(fields, zone);
}

bool TimeFormat::has_offset() const {
  return std::any_of(pieces_.begin(), pieces_.end(),
                     [](const Piece& piece) { return piece.letter == 'Z' || piece.letter == 'X'; });
}

void TimeFormat::append(std::string& out, int64_t epoch_ms, const Zone& zone) const {
  using namespace std::chrono;
  const int64_t offset_ms = zone.offset_ms_at(epoch_ms);
  const sys_time<milliseconds> local{milliseconds(epoch_ms + offset_ms)};
  const sys_days midnight = floor<days>(local);
  const year_month_day day(midnight);
  const hh_mm_ss clock(local - midnight);
  const int64_t hour = clock.hours().count();
  for (const Piece& piece : pieces_) {
    switch (piece.letter) {
      case 0:
        out += piece.literal;
        break;
      case 'y': {
        const int year = static_cast<int>(day.year());
        append_padded(out, piece.width == 2 ? year % 100 : year, piece.width);
        break;
      }
      case 'M':
        append_padded(out, static_cast<unsigned>(day.month()), piece.width);
        break;
      case 'd':
        append_padded(out, static_cast<unsigned>(day.day()), piece.width);
        break;
      case 'H':
        append_padded(out, hour, piece.width);
        break;
      case 'h':
        append_padded(out, hour % 12 == 0 ? 12 : hour % 12, piece.width);
        break;
      case 'm':
        append_padded(out, clock.minutes().count(), piece.width);
        break;
      case 's':
        append_padded(out, clock.seconds().count(), piece.width);
        break;
      case 'S':
        append_padded(out, clock.subseconds().count(), piece.width);
        break;
      case 'a':
        out += hour < 12 ? "AM" : "PM";
        break;
      default:
        append_offset(out, piece.letter, piece.width, offset_ms);
    }
  }
}

}  // namespace otsstream
