#pragma once
// Numbers that stand in a String column (job-engine.md 8.2); for convert.cc only. nullopt: the text
// has another form.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace otsstream::text_forms {

enum class Range { kFits, kOverflow };

struct Whole {
  Range range = Range::kFits;
  int64_t value = 0;
};
// "12.9" -> 12, "-1e3" -> -1000: [+-] digits [. digits] [e [+-] digits], no blanks; the fraction is
// cut off.
std::optional<Whole> parse_whole(std::string_view text);

struct Real {
  Range range = Range::kFits;
  double value = 0;
};
// The same form, and the words NaN, Infinity, +Infinity, -Infinity. Beyond the largest double, or
// nearer to zero than the smallest: kOverflow.
std::optional<Real> parse_real(std::string_view text);

// `bytes` with each ill-formed sequence (maximal subpart, as Java decodes) replaced by U+FFFD;
// nullopt when it is well-formed.
std::optional<std::string> replace_bad_utf8(std::string_view bytes);

}  // namespace otsstream::text_forms
