#include "local/maxcompute/sql/decimal.h"

#include <algorithm>
#include <charconv>

namespace otsstream::local {

namespace {

// An exponent beyond this would only fill memory with zeros.
constexpr int kMaxExponent = 1000;

// Both have the same length.
std::string add_digits(const std::string& a, const std::string& b) {
  std::string sum(a.size(), '0');
  int carry = 0;
  for (size_t i = a.size(); i-- > 0;) {
    const int digit = a[i] - '0' + b[i] - '0' + carry;
    sum[i] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  return carry > 0 ? "1" + sum : sum;
}

// a >= b, the same length.
std::string subtract_digits(const std::string& a, const std::string& b) {
  std::string difference(a.size(), '0');
  int borrow = 0;
  for (size_t i = a.size(); i-- > 0;) {
    int digit = a[i] - b[i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    if (digit < 0) digit += 10;
    difference[i] = static_cast<char>('0' + digit);
  }
  return difference;
}

void align(std::string& a, int scale_a, std::string& b, int scale_b) {
  const int scale = std::max(scale_a, scale_b);
  a.append(static_cast<size_t>(scale - scale_a), '0');
  b.append(static_cast<size_t>(scale - scale_b), '0');
  const size_t length = std::max(a.size(), b.size());
  a.insert(0, length - a.size(), '0');
  b.insert(0, length - b.size(), '0');
}

}  // namespace

Decimal::Decimal(bool negative, std::string digits, int scale)
    : negative_(negative), digits_(std::move(digits)), scale_(scale) {
  const size_t least = static_cast<size_t>(scale_) + 1;
  if (digits_.size() < least) digits_.insert(0, least - digits_.size(), '0');
  const size_t first = std::min(digits_.find_first_not_of('0'), digits_.size() - least);
  digits_.erase(0, first);
  if (digits_.find_first_not_of('0') == std::string::npos) negative_ = false;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  int scale = 0;
  bool point = false;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !point) {
      point = true;
    } else if (text[at] >= '0' && text[at] <= '9') {
      digits += text[at];
      scale += point ? 1 : 0;
    } else {
      break;
    }
  }
  if (digits.empty()) return std::nullopt;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    std::string_view rest = text.substr(at + 1);
    if (rest.starts_with('+')) rest.remove_prefix(1);
    int exponent = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
    if (error != std::errc() || end != rest.data() + rest.size() || exponent > kMaxExponent ||
        exponent < -kMaxExponent) {
      return std::nullopt;
    }
    scale -= exponent;
    if (scale < 0) {
      digits.append(static_cast<size_t>(-scale), '0');
      scale = 0;
    }
  }
  return Decimal(negative, std::move(digits), scale);
}

std::string Decimal::text() const {
  std::string out = negative_ ? "-" : "";
  const size_t whole = digits_.size() - static_cast<size_t>(scale_);
  out.append(digits_, 0, whole);
  if (scale_ > 0) out.append(".").append(digits_, whole);
  return out;
}

int Decimal::compare(const Decimal& other) const {
  if (negative_ != other.negative_) return negative_ ? -1 : 1;
  std::string a = digits_;
  std::string b = other.digits_;
  align(a, scale_, b, other.scale_);
  const int order = a.compare(b);
  return negative_ ? -order : order;
}

Decimal Decimal::plus(const Decimal& other) const {
  std::string a = digits_;
  std::string b = other.digits_;
  align(a, scale_, b, other.scale_);
  const int scale = std::max(scale_, other.scale_);
  if (negative_ == other.negative_) return Decimal(negative_, add_digits(a, b), scale);
  if (a >= b) return Decimal(negative_, subtract_digits(a, b), scale);
  return Decimal(other.negative_, subtract_digits(b, a), scale);
}

Decimal Decimal::minus(const Decimal& other) const { return plus(other.negated()); }

Decimal Decimal::times(const Decimal& other) const {
  std::string product(digits_.size() + other.digits_.size(), '\0');
  for (size_t i = digits_.size(); i-- > 0;) {
    int carry = 0;
    for (size_t j = other.digits_.size(); j-- > 0;) {
      const int digit = product[i + j + 1] + (digits_[i] - '0') * (other.digits_[j] - '0') + carry;
      product[i + j + 1] = static_cast<char>(digit % 10);
      carry = digit / 10;
    }
    product[i] = static_cast<char>(product[i] + carry);
  }
  for (char& c : product) c = static_cast<char>(c + '0');
  return Decimal(negative_ != other.negative_, std::move(product), scale_ + other.scale_);
}

Decimal Decimal::negated() const { return Decimal(!negative_, digits_, scale_); }

Decimal Decimal::with_scale(int scale) const {
  if (scale >= scale_) {
    return Decimal(negative_, digits_ + std::string(static_cast<size_t>(scale - scale_), '0'),
                   scale);
  }
  const size_t kept = digits_.size() - static_cast<size_t>(scale_ - scale);
  std::string digits = digits_.substr(0, kept);
  if (digits_[kept] >= '5') {
    digits = add_digits(digits, std::string(digits.size() - 1, '0') + "1");
  }
  return Decimal(negative_, std::move(digits), scale);
}

Decimal Decimal::truncated() const {
  return Decimal(negative_, digits_.substr(0, digits_.size() - static_cast<size_t>(scale_)), 0);
}

size_t Decimal::integer_digits() const {
  const size_t whole = digits_.size() - static_cast<size_t>(scale_);
  return whole == 1 && digits_[0] == '0' ? 0 : whole;
}

int compare_decimal_texts(std::string_view a, std::string_view b) {
  const auto left = Decimal::parse(a);
  const auto right = Decimal::parse(b);
  if (left && right) return left->compare(*right);
  if (left || right) return left ? -1 : 1;
  return a.compare(b);
}

}  // namespace otsstream::local
