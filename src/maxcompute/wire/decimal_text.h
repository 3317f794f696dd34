#pragma once
// Decimals as the Tunnel carries them: digits, no exponent (maxcompute-protocol.md 4.3, 5.2).

#include <optional>
#include <string>
#include <string_view>

namespace otsstream::maxcompute {

// [-] digits [. digits] as JSON writes a number too: no needless leading zero.
bool is_plain_decimal(std::string_view text);

// [+-] digits [. digits] [e [+-] digits] -> the same number as a plain decimal with every digit
// that was written; nullopt for any other text and for exponents that would make absurdly many
// zeros.
std::optional<std::string> plain_decimal(std::string_view text);

// Whether decimal(precision, scale) takes the plain decimal: rounded half up to the scale, it has
// no more than precision - scale digits before the point.
bool fits_decimal(std::string_view plain, int precision, int scale);

}  // namespace otsstream::maxcompute
