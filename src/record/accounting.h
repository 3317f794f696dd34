#pragma once
// DataX's byte sizes (job-engine.md 8.4): they appear in limits and reports, so equal numbers need
// equal sizes.

#include <cstdint>
#include <span>

#include "record/value.h"

namespace otsstream {

// String: UTF-16 code units; Long 8; Double: length of its plain decimal text; Date 8; Bool 1;
// Bytes: length; null 0.
uint64_t byte_size(const Value& v);
uint64_t byte_size(std::span<const Value> row);
// Number of UTF-16 code units of UTF-8 text.
uint64_t utf16_units(std::string_view utf8);

}  // namespace otsstream
