#pragma once
// A span of time as people say it.

#include <cstdint>
#include <string>

namespace otsstream {

// "12 s", "5 min 3 s", "3 h 12 min", "2 d 4 h": the two largest units, the rest cut off. Negative
// spans with a leading "-".
std::string span_text(int64_t ms);

}  // namespace otsstream
