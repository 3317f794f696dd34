#pragma once
// The parameters that say into which partitions rows go (maxcompute-protocol.md 6.1, 6.3): one
// named partition, values of columns, or fixed values of custom partition columns.

#include <optional>
#include <string>

#include "config/param_reader.h"
#include "writer/odps/params.h"

namespace otsstream::writer {

// As they stand in the block.
struct WrittenPartitions {
  std::string partition;
  std::optional<bool> dynamic;        // absent: by the columns that are listed
  const JsonNode* formats = nullptr;  // partitionColumnMapping
  std::string format_type;
  const JsonNode* custom_columns = nullptr;
};

// Fills the settings' partition, dynamic_partition, partition_formats and fixed_partition_values.
void read_partitions(const WrittenPartitions& written, const ParamPlaces& places,
                     Diagnostics& diagnostics, OdpsSettings& settings);

}  // namespace otsstream::writer
