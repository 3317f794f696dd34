#pragma once
// Filters and column conditions (tablestore-protocol.md 2.4): the bytes in `filter` and
// `column_condition`, opened into a tree.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::tablestore {

enum class Comparator {
  kEqual = 1,
  kNotEqual = 2,
  kGreaterThan = 3,
  kGreaterEqual = 4,
  kLessThan = 5,
  kLessEqual = 6,
  kExist = 7,
  kNotExist = 8,
};
enum class LogicalOperator { kNot = 1, kAnd = 2, kOr = 3 };

struct Filter {
  enum class Kind { kSingleColumn = 1, kComposite = 2, kPagination = 3 };
  struct TransferRule {  // applied to the stored text before it is compared
    std::string regex;
    std::optional<int32_t> cast_type;  // VariantType
    bool operator==(const TransferRule&) const = default;
  };
  Kind kind = Kind::kSingleColumn;

  // kSingleColumn
  Comparator comparator = Comparator::kEqual;
  std::string column;
  CellValue value;
  bool filter_if_missing = false;  // true: rows without the column are dropped
  bool latest_version_only = true;
  std::optional<TransferRule> transfer_rule;

  // kComposite: NOT has one part, AND and OR two or more
  LogicalOperator combinator = LogicalOperator::kAnd;
  std::vector<Filter> parts;

  // kPagination
  int32_t offset = 0;
  int32_t limit = 0;

  bool operator==(const Filter&) const = default;
};

// Deeper nesting than this is refused: the input decides over the depth of the recursion.
inline constexpr int kMaxFilterDepth = 32;

std::string encode_filter(const Filter& filter);
// Fails with kCorrupt "Wire-Protobuf".
Result<Filter> decode_filter(std::string_view bytes);

}  // namespace otsstream::tablestore
