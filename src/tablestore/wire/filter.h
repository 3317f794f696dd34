#pragma once
// Filters and column conditions (tablestore-protocol.md 2.4), opened. Over protozero.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::tablestore {

enum class FilterKind { kSingleColumn = 1, kComposite = 2, kPagination = 3 };
enum class Comparator {
  kEqual = 1, kNotEqual = 2, kGreaterThan = 3, kGreaterEqual = 4, kLessThan = 5, kLessEqual = 6, kExist = 7, kNotExist = 8,
};
enum class Combinator { kNot = 1, kAnd = 2, kOr = 3 };

// A tree; only the members of its kind count.
struct Filter {
  FilterKind kind = FilterKind::kSingleColumn;

  // kSingleColumn
  Comparator comparator = Comparator::kEqual;
  std::string column;
  CellValue value;
  bool drop_if_missing = true;  // rows without the column do not pass
  bool latest_version_only = true;

  // kComposite: one part for kNot, two or more for the others
  Combinator combinator = Combinator::kAnd;
  std::vector<Filter> parts;

  // kPagination
  int32_t offset = 0;
  int32_t limit = 0;
};

inline constexpr int kMaxFilterDepth = 32;  // ours; the service allows at most ten conditions

// Fails with kCorrupt "Wire-Protobuf" (malformed, an unknown enum value, nested too deeply), "Wire-PlainBuffer" (column_value), or
// kUnsupported "Wire-Filter" (value_trans_rule).
Result<Filter> decode_filter(std::string_view bytes);
std::string encode_filter(const Filter& filter);

}  // namespace otsstream::tablestore
