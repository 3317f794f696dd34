#pragma once
// Every parameter of the odps writer that this version knows, in the spellings of DataX and
// DataWorks (maxcompute-protocol.md 6), declared once.

#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "config/param.h"
#include "maxcompute/wire/types.h"

namespace otsstream::writer {

// What becomes of texts and bytes that are too long (5.4).
enum class OverLength { kKeepOn, kTruncate, kSetNull };

// A partition column whose value is a time written anew (partitionColumnMapping, 6.1).
struct PartitionFormat {
  std::string column;
  std::string source_format;  // empty: the forms of 5.3
  std::string format;         // "yyyyMMdd"
};

struct OdpsSettings {
  std::string table;
  maxcompute::PartitionSpec partition;  // empty for a plain table
  bool truncate = false;
  std::vector<std::string> columns;  // exactly {"*"}: all data columns
  bool empty_as_null = false;
  std::optional<int64_t> block_size_mb;
  std::optional<int> max_retry_time;        // absent: the client's own default
  std::optional<int64_t> write_timeout_ms;  // in which nothing moves; absent: the client's own
  std::string content_encoding;             // of blocks: "" = raw; "deflate", "zstd", ... (3.3)
  std::string tunnel_quota;                 // "" = the project's default
  std::optional<bool> dynamic_partition;    // absent: by the columns that are listed (6.3)
  std::vector<PartitionFormat> partition_formats;
  maxcompute::PartitionSpec fixed_partition_values;  // customPartitionColumns: all of them
  OverLength over_length = OverLength::kKeepOn;
  int64_t max_field_length = 8388608;       // what over-long fields are cut to, bytes
  int64_t max_odps_field_length = 8388608;  // above it a field is over-long, bytes
  std::vector<std::string> pre_sql;
  std::vector<std::string> post_sql;
};

// Everything wrong goes into `diagnostics` at once; the settings are usable only when it has no
// errors.
OdpsSettings read_odps_settings(const JsonNode& parameter, Diagnostics& diagnostics);
const std::vector<const ParamInfo*>& odps_parameter_infos();

}  // namespace otsstream::writer
