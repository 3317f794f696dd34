#include "maxcompute/wire/decimal_text.h"

#include <algorithm>
#include <charconv>

namespace otsstream::maxcompute {
namespace {

constexpr int kMaxExponent = 1000;

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

struct Parts {
  std::string_view whole;
  std::string_view fraction;
  bool negative = false;
  bool has_point = false;
};

// [+-] digits [. digits], one of the two runs of digits may be empty.
std::optional<Parts> take_apart(std::string_view text) {
  Parts parts;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    parts.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const size_t point = text.find('.');
  parts.has_point = point != std::string_view::npos;
  parts.whole = text.substr(0, point);
  if (parts.has_point) parts.fraction = text.substr(point + 1);
  if (parts.whole.empty() && parts.fraction.empty()) return std::nullopt;
  if (!all_digits(parts.whole) || !all_digits(parts.fraction)) return std::nullopt;
  return parts;
}

}  // namespace

bool is_plain_decimal(std::string_view text) {
  if (text.starts_with('+')) return false;
  const auto parts = take_apart(text);
  return parts && !parts->whole.empty() && parts->has_point == !parts->fraction.empty() &&
         (parts->whole == "0" || parts->whole.front() != '0');
}

std::optional<std::string> plain_decimal(std::string_view text) {
  int exponent = 0;
  if (const size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    if (digits.starts_with('+')) {
      digits.remove_prefix(1);
      if (digits.starts_with('-')) return std::nullopt;
    }
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    if (exponent > kMaxExponent || exponent < -kMaxExponent) return std::nullopt;
    text = text.substr(0, e);
  }
  const auto parts = take_apart(text);
  if (!parts) return std::nullopt;
  std::string digits(parts->whole);
  digits += parts->fraction;
  // Where the point stands in `digits`, then zeros until it stands inside.
  auto point = static_cast<int64_t>(parts->whole.size()) + exponent;
  if (point < 1) {
    digits.insert(0, static_cast<size_t>(1 - point), '0');
    point = 1;
  }
  if (static_cast<size_t>(point) > digits.size()) digits.resize(static_cast<size_t>(point), '0');
  std::string fraction = digits.substr(static_cast<size_t>(point));
  std::string whole = digits.substr(0, static_cast<size_t>(point));
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  return (parts->negative ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

bool fits_decimal(std::string_view plain, int precision, int scale) {
  const auto parts = take_apart(plain);
  if (!parts) return false;
  std::string_view whole = parts->whole;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  const auto allowed = static_cast<size_t>(precision - scale);
  if (whole.size() != allowed) return whole.size() < allowed;
  // Full: only rounding can still add a digit, when everything that stays is a nine.
  const std::string_view kept = parts->fraction.substr(0, static_cast<size_t>(scale));
  const std::string_view cut = parts->fraction.substr(kept.size());
  const auto is_nine = [](char c) { return c == '9'; };
  return cut.empty() || cut.front() < '5' || !std::ranges::all_of(whole, is_nine) ||
         !std::ranges::all_of(kept, is_nine);
}

}  // namespace otsstream::maxcompute
