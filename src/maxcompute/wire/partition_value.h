#pragma once
// Values of partition columns (maxcompute-protocol.md 2.3): texts whatever the column's type, in
// one spelling per partition.

#include <optional>
#include <string>
#include <string_view>

#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute {

// Integers in plain digits ("007" is "7"), dates as "yyyy-MM-dd", other texts as they are; nothing
// when `text` is no value of `type`.
std::optional<std::string> partition_value(std::string_view text, const ColumnType& type);

}  // namespace otsstream::maxcompute
