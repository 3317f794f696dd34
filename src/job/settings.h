#pragma once
// The job's settings (dataworks.md 4, job-engine.md 2) as the engine uses them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "config/json_text.h"
#include "config/param.h"

namespace otsstream::job {

enum class Dialect;

// common.column.*: the forms of times in texts, where the job gives its own.
struct TimeForms {
  std::optional<std::string> datetime, date, time;
  std::optional<std::vector<std::string>> extra;
};

struct Settings {
  std::optional<int> concurrent;              // upper bound of channels; absent: the engine chooses
  double bytes_per_second = 0;                // of the whole job; 0 = no cap
  double records_per_second = 0;              // of the whole job; 0 = no cap
  std::optional<int64_t> error_limit_record;  // dirty records tolerated; absent = no limit
  std::optional<double> error_limit_percentage;  // share 0..1; only when record is absent
  std::optional<std::string> time_zone;          // common.column.timeZone
  TimeForms time_forms;
  std::optional<size_t> memory_budget_bytes;  // -Xmx of jvmOption, else jvmMemory
  bool resume_after_failure = false;          // failoverEnable
  bool dry_run = false;                       // job.setting.dryRun: plan only
};

// One entry per settings key, below `setting`: for documentation and the JSON Schema.
std::vector<const ParamInfo*> settings_infos();

// `setting` (and DataX's top-level `common` and `core`) may be absent: nullptr.
Settings read_settings(Dialect dialect, const JsonNode* setting, const JsonNode* common,
                       const JsonNode* core, Diagnostics& diagnostics);

// The -Xmx size of JVM options ("-Xms1024m -Xmx1024m"), if there is one that can be read.
std::optional<size_t> jvm_heap_bytes(std::string_view options);

}  // namespace otsstream::job
