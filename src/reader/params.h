#pragma once
// Every parameter of the OTSStream reader (otsstream-reader.md 2), declared once: parser, defaults,
// checks, help and documentation come from here.

#include <optional>
#include <string>
#include <vector>

#include "base/time_zone.h"
#include "config/diagnostics.h"
#include "config/param.h"
#include "reader/shape.h"
#include "reader/window.h"

namespace otsstream::reader {

// What to do when the Stream no longer holds a part of the window (retention.h).
enum class OnGap { kFail, kContinue };

struct Settings {
  std::string data_table;
  std::string status_table;
  Window window;
  Zone zone = Zone::china();
  SafetyOffsets offsets;
  ShapeOptions shape;
  int max_retries = 30;
  bool seek = true;          // enableSeekIterator; ours: on by default
  bool table_group = false;  // enableTableGroupSupport
  OnGap on_gap = OnGap::kFail;
  int max_shards_at_once = 32;  // threadNum; 0 or less: as many as the channels take up
  bool clamp_window =
      false;  // windowPolicy clamp: cut the window to the legal range instead of failing
  // Connection values written in the parameter block itself (DataX form); empty when a named
  // connection is used.
  std::string datasource;
  std::string endpoint;
  std::string instance;
  std::string access_id;
  Secret access_key;
  Secret security_token;

  // The name that goes with every read of the Stream.
  std::optional<std::string> table_of_reads() const {
    return table_group ? std::optional(data_table) : std::nullopt;
  }
};

// Reads the reader's parameter block. `job_zone`: the job's common.column.timeZone, used when the
// block has no timeZone. Everything that is wrong goes into `diagnostics` at once.
Result<Settings> read_settings(const JsonNode& parameter,
                               const std::optional<std::string>& job_zone,
                               Diagnostics& diagnostics);

// What of the block says where its data and its progress are, for commands that need no window.
struct SourceTables {
  std::string data_table;
  std::string status_table;
  Zone zone = Zone::china();
};
Result<SourceTables> read_source_tables(const JsonNode& parameter,
                                        const std::optional<std::string>& job_zone,
                                        Diagnostics& diagnostics);

// The declarations, for --help, docs/reader.md and the JSON Schema.
const std::vector<const ParamInfo*>& parameter_infos();

}  // namespace otsstream::reader
