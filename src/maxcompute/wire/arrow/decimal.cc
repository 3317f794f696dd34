#include "maxcompute/wire/arrow/decimal.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "maxcompute/wire/decimal_text.h"

namespace otsstream::maxcompute::arrow {
namespace {

constexpr uint32_t kNineDigits = 1'000'000'000;

// A number of at most 256 bits, least significant limb first.
using Limbs = std::array<uint32_t, 8>;

void negate(Limbs& limbs) {
  uint64_t carry = 1;
  for (uint32_t& limb : limbs) {
    carry += static_cast<uint32_t>(~limb);
    limb = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
}

uint32_t divide(Limbs& limbs, uint32_t by) {
  uint64_t rest = 0;
  for (size_t i = limbs.size(); i-- > 0;) {
    rest = rest << 32 | limbs[i];
    limbs[i] = static_cast<uint32_t>(rest / by);
    rest %= by;
  }
  return static_cast<uint32_t>(rest);
}

void multiply_add(Limbs& limbs, uint32_t by, uint32_t add) {
  uint64_t carry = add;
  for (uint32_t& limb : limbs) {
    carry += static_cast<uint64_t>(limb) * by;
    limb = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
}

bool is_zero(const Limbs& limbs) {
  return std::all_of(limbs.begin(), limbs.end(), [](uint32_t limb) { return limb == 0; });
}

// Without leading zeros; "" for 0.
std::string digits_of(Limbs magnitude) {
  std::string reversed;
  while (!is_zero(magnitude)) {
    uint32_t nine = divide(magnitude, kNineDigits);
    for (int i = 0; i < 9; ++i, nine /= 10) reversed += static_cast<char>('0' + nine % 10);
  }
  reversed.erase(reversed.find_last_not_of('0') + 1);
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace

bool append_decimal_text(std::string& out, std::string_view bytes, int precision, int scale) {
  Limbs limbs{};
  const bool negative = (bytes.back() & 0x80) != 0;
  if (negative) limbs.fill(~uint32_t{0});
  std::memcpy(limbs.data(), bytes.data(), bytes.size());
  if (negative) negate(limbs);
  std::string digits = digits_of(limbs);
  if (digits.size() > static_cast<size_t>(precision)) return false;
  const auto fraction = static_cast<size_t>(scale);
  if (digits.size() <= fraction) digits.insert(0, fraction + 1 - digits.size(), '0');
  if (negative) out += '-';
  out.append(digits, 0, digits.size() - fraction);
  if (fraction == 0) return true;
  out += '.';
  out.append(digits, digits.size() - fraction);
  return true;
}

bool parse_decimal(std::string_view text, int precision, int scale, std::span<char> bytes) {
  const auto plain = plain_decimal(text);
  if (!plain) return false;
  const bool negative = plain->front() == '-';
  const size_t point = std::min(plain->find('.'), plain->size());
  std::string digits = plain->substr(negative, point - negative);
  std::string fraction = plain->substr(std::min(point + 1, plain->size()));
  // Now as an integer number of 10^-scale.
  const size_t used = std::min(fraction.find_last_not_of('0') + 1, fraction.size());
  if (used > static_cast<size_t>(scale)) return false;
  fraction.resize(static_cast<size_t>(scale), '0');
  digits += fraction;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() > static_cast<size_t>(std::min(precision, kMaxDecimalDigits))) return false;
  Limbs limbs{};
  for (char digit : digits) multiply_add(limbs, 10, static_cast<uint32_t>(digit - '0'));
  // The sign's bit must stay free, and what is above it empty.
  const size_t width = bytes.size() / sizeof(uint32_t);
  if (limbs[width - 1] >> 31 != 0) return false;
  if (std::any_of(limbs.begin() + static_cast<std::ptrdiff_t>(width), limbs.end(),
                  [](uint32_t limb) { return limb != 0; })) {
    return false;
  }
  if (negative) negate(limbs);
  std::memcpy(bytes.data(), limbs.data(), bytes.size());
  return true;
}

}  // namespace otsstream::maxcompute::arrow
