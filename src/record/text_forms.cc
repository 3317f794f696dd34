#include "record/text_forms.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "config/utf8.h"

namespace otsstream::text_forms {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& in) {
  size_t n = 0;
  while (n < in.size() && is_digit(in[n])) ++n;
  std::string_view digits = in.substr(0, n);
  in.remove_prefix(n);
  return digits;
}

struct Decimal {
  bool negative = false;
  std::string_view whole;     // digits before the point
  std::string_view fraction;  // after it
  int64_t exponent = 0;       // held within ±10^9, far beyond every range that matters
};

constexpr int64_t kExponentLimit = 1'000'000'000;

std::optional<Decimal> split_decimal(std::string_view in) {
  Decimal d;
  if (!in.empty() && (in[0] == '+' || in[0] == '-')) {
    d.negative = in[0] == '-';
    in.remove_prefix(1);
  }
  d.whole = take_digits(in);
  if (!in.empty() && in[0] == '.') {
    in.remove_prefix(1);
    d.fraction = take_digits(in);
  }
  if (d.whole.empty() && d.fraction.empty()) return std::nullopt;
  if (in.empty()) return d;
  if (in[0] != 'e' && in[0] != 'E') return std::nullopt;
  in.remove_prefix(1);
  bool negative = false;
  if (!in.empty() && (in[0] == '+' || in[0] == '-')) {
    negative = in[0] == '-';
    in.remove_prefix(1);
  }
  std::string_view digits = take_digits(in);
  if (digits.empty() || !in.empty()) return std::nullopt;
  for (char c : digits) d.exponent = std::min(kExponentLimit, d.exponent * 10 + (c - '0'));
  if (negative) d.exponent = -d.exponent;
  return d;
}

// Bytes of the ill-formed sequence at `at`: the longest beginning of some character, at least one
// byte.
size_t bad_run(std::string_view bytes, size_t at) {
  for (size_t n = std::min<size_t>(3, bytes.size() - at); n > 1; --n) {
    std::string completed(bytes.substr(at, n));
    completed += "\x80\x80";
    if (utf8_length(completed, 0) > n) return n;
  }
  return 1;
}

}  // namespace

std::optional<Whole> parse_whole(std::string_view text) {
  auto d = split_decimal(text);
  if (!d) return std::nullopt;
  // The digits before the point after the exponent has moved it; beyond the written digits stand
  // zeros.
  const auto written = static_cast<int64_t>(d->whole.size() + d->fraction.size());
  const int64_t count = static_cast<int64_t>(d->whole.size()) + d->exponent;
  uint64_t value = 0;
  const uint64_t limit =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + (d->negative ? 1 : 0);
  for (int64_t i = 0; i < count; ++i) {
    if (i >= written && value == 0) break;  // only zeros follow
    uint64_t digit = 0;
    if (i < written) {
      auto at = static_cast<size_t>(i);
      digit = static_cast<uint64_t>(
          (at < d->whole.size() ? d->whole[at] : d->fraction[at - d->whole.size()]) - '0');
    }
    if (value > (limit - digit) / 10) return Whole{Range::kOverflow, 0};
    value = value * 10 + digit;
  }
  return Whole{Range::kFits, static_cast<int64_t>(d->negative ? 0 - value : value)};
}

std::optional<Real> parse_real(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (text == "NaN") return Real{Range::kFits, std::numeric_limits<double>::quiet_NaN()};
  if (text == "Infinity" || text == "+Infinity") return Real{Range::kFits, kInfinity};
  if (text == "-Infinity") return Real{Range::kFits, -kInfinity};
  if (!split_decimal(text)) return std::nullopt;
  if (text[0] == '+') text.remove_prefix(1);
  Real real;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), real.value);
  if (error == std::errc::result_out_of_range) return Real{Range::kOverflow, 0};
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return real;
}

std::optional<std::string> replace_bad_utf8(std::string_view bytes) {
  size_t good = 0;
  while (good < bytes.size()) {
    size_t n = utf8_length(bytes, good);
    if (n == 0) break;
    good += n;
  }
  if (good == bytes.size()) return std::nullopt;
  std::string text(bytes.substr(0, good));
  for (size_t at = good; at < bytes.size();) {
    if (size_t n = utf8_length(bytes, at); n != 0) {
      text.append(bytes.substr(at, n));
      at += n;
    } else {
      text.append("\xEF\xBF\xBD");
      at += bad_run(bytes, at);
    }
  }
  return text;
}

}  // namespace otsstream::text_forms
