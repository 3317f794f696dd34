#pragma once
// A partition inside one table is known by its values alone, in the order of the table's partition
// columns: "20240101/01", each value percent-encoded. "" is the one partition of a plain table.

#include <string>

#include "base/result.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local {

// Exactly one value for every partition column, in any order. Fails with kConfig
// "MissingPartitionSpec" or "InvalidPartitionSpec".
Result<std::string> to_level_values(const maxcompute::TableSchema& schema,
                                    const maxcompute::PartitionSpec& spec);
// The first levels only (0 to all); ends with '/' unless all or none are there.
Result<std::string> to_level_prefix(const maxcompute::TableSchema& schema,
                                    const maxcompute::PartitionSpec& spec);
maxcompute::PartitionSpec from_level_values(const maxcompute::TableSchema& schema,
                                            const std::string& values);

}  // namespace otsstream::local
