#pragma once
// The least that anybody must do to find the cells of a GetStreamRecord answer: follow tags and
// lengths. No checksum, no check of form, no place to put what it finds. Decode is measured against
// it in the same run, so that the ratio says what checks and views cost.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace otsstream::bench {

struct WalkCount {
  size_t records = 0;
  size_t cells = 0;      // key and attribute cells
  uint64_t touched = 0;  // of what was found: keeps the compiler from leaving the walk out
};

// Trusts `page`, which these programs made themselves.
WalkCount reference_walk(std::string_view page);

}  // namespace otsstream::bench
