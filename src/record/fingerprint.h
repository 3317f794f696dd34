#pragma once
// The checksum of rows that a run's certificate carries (docs/formats/manifest.md, "Row checksum").

#include <cstdint>
#include <span>

#include "record/value.h"

namespace otsstream {

// 64 bits over types and values of one row, in column order. Rows are summed up modulo 2^64, so
// that the sum depends on which rows there are and how often each, but not on their order or on how
// they were bundled.
uint64_t fingerprint(std::span<const Value> row);

}  // namespace otsstream
