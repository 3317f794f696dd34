#pragma once
// Every parameter of the odps writer that this version knows, in the spellings of DataX and
// DataWorks (maxcompute-protocol.md 6), declared once.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/diagnostics.h"
#include "config/param.h"
#include "maxcompute/wire/types.h"

namespace otsstream::writer {

struct OdpsSettings {
  std::string table;
  maxcompute::PartitionSpec partition;  // empty for a plain table
  bool truncate = false;
  std::vector<std::string> columns;  // exactly {"*"}: all data columns
  bool empty_as_null = false;
  std::optional<int64_t> block_size_mb;
  std::optional<int> max_retry_time;  // absent: the client's own default
};

// Everything wrong goes into `diagnostics` at once; the settings are usable only when it has no
// errors.
OdpsSettings read_odps_settings(const JsonNode& parameter, Diagnostics& diagnostics);
const std::vector<const ParamInfo*>& odps_parameter_infos();

}  // namespace otsstream::writer
