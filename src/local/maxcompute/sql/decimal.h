#pragma once
// Exact arithmetic on the texts of DECIMAL values: any number of digits, no rounding unless asked.

#include <optional>
#include <string>
#include <string_view>

namespace otsstream::local {

class Decimal {
 public:
  Decimal() = default;
  // "-12.50", "1e3", ".5"; nothing for what is no number, NaN and Infinity among it.
  static std::optional<Decimal> parse(std::string_view text);

  // Plain digits, the scale as it is: "-12.50".
  std::string text() const;
  int compare(const Decimal& other) const;  // 1.0 equals 1.00
  Decimal plus(const Decimal& other) const;
  Decimal minus(const Decimal& other) const;
  Decimal times(const Decimal& other) const;
  Decimal negated() const;
  // Half away from zero when digits go; zeros when they come.
  Decimal with_scale(int scale) const;
  Decimal truncated() const;  // towards zero, scale 0
  size_t integer_digits() const;
  int scale() const { return scale_; }

 private:
  Decimal(bool negative, std::string digits, int scale);

  bool negative_ = false;
  std::string digits_ = "0";  // at least scale_ + 1 of them, no further leading zeros
  int scale_ = 0;
};

// Negative, zero or positive; texts that are no numbers (NaN) come behind all numbers.
int compare_decimal_texts(std::string_view a, std::string_view b);

}  // namespace otsstream::local
