#pragma once
// How much time a partition stands for, as far as its name tells.

#include <cstdint>
#include <optional>
#include <string_view>

namespace otsstream::sync {

struct PartitionSpan {
  int64_t ms = 0;         // the shortest that such a partition can have (a month of 28 days)
  std::string_view word;  // "a day"
};

// `partition`: "pt=20171018", "ds=2017-10-18,hh=16": levels separated by commas, the values' digits
// in order year, month, day, hour, minute, second. Nothing when they do not spell a time.
std::optional<PartitionSpan> partition_span(std::string_view partition);

}  // namespace otsstream::sync
