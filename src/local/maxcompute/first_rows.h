#pragma once
// The first rows of a table or of some of its partitions, as `head` and the preview show them:
// partition columns are columns and come last.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/sql/result_table.h"

namespace otsstream::local {

struct FirstRows {
  std::string table;
  maxcompute::PartitionSpec partition;  // some levels, or none: all partitions
  std::string columns;                  // names with commas between, in order; "": all
  uint64_t limit = 0;
};

// Fails with "NoSuchTable", "NoSuchPartition", "InvalidPartitionSpec", "InvalidColumnSpec".
Result<ResultTable> first_rows(const Backend& backend, const FirstRows& wanted);

}  // namespace otsstream::local
