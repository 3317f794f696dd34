#pragma once
// Numbers and times that stand in a String column (job-engine.md 8.2, maxcompute-protocol.md 5.3);
// for convert.cc only. nullopt: the text has another form.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_zone.h"

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

// "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd", "HH:mm:ss" (on 1970-01-01): the first that matches the
// beginning; what follows is ignored. Fields may lack leading zeros; a field out of its range
// (2017-02-30) is no match, where DataX would roll over into another day.
std::optional<int64_t> parse_time(std::string_view text, const Zone& zone);

// `bytes` with each ill-formed sequence (maximal subpart, as Java decodes) replaced by U+FFFD;
// nullopt when it is well-formed.
std::optional<std::string> replace_bad_utf8(std::string_view bytes);

}  // namespace otsstream::text_forms
