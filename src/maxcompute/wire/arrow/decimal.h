#pragma once
// Arrow decimals are integers of 16 or 32 bytes, two's complement, little-endian, times 10^-scale;
// MaxCompute's are plain text. Exact both ways.

#include <span>
#include <string>
#include <string_view>

namespace otsstream::maxcompute::arrow {

// Of 10^76 there is one digit more than 32 bytes are used for.
inline constexpr int kMaxDecimalDigits = 76;

// Appends "-0.10": no exponent, all `scale` digits. False, and nothing appended, when the number
// has more than `precision` digits.
bool append_decimal_text(std::string& out, std::string_view bytes, int precision, int scale);

// Fills `bytes`. Takes an exponent too: the clients send texts like "1E+3" in record streams. False
// for what is no decimal, has more than `precision` digits, needs more than `scale` behind the
// point, or does not fit the bytes.
bool parse_decimal(std::string_view text, int precision, int scale, std::span<char> bytes);

}  // namespace otsstream::maxcompute::arrow
