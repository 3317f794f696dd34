#pragma once
// A job text, read: plug-in names and blocks, settings. Knows neither reader nor writer: sync/
// looks the names up and reads the blocks with the plug-ins' own parameters.

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "config/diagnostics.h"
#include "config/json_text.h"
#include "job/dialect.h"
#include "job/settings.h"
#include "job/variables.h"

namespace otsstream::job {

struct JobSpec {
  std::string source_name;  // file name or other word for places in messages
  Dialect dialect = Dialect::kDataX;
  std::string reader_name;           // "otsstream"
  const JsonNode* reader = nullptr;  // its parameter block, inside `document`
  std::string writer_name;           // "odps", "stream", ...
  const JsonNode* writer = nullptr;
  const JsonNode* transformer = nullptr;  // nullptr when there is none
  Settings settings;
  std::shared_ptr<const JsonDocument> document;  // owns all nodes
};

// A parsed text whose variables have no values yet.
struct JobText {
  std::shared_ptr<JsonDocument> document;
};

Result<JobText> parse_job(std::string text, std::string source_name);

// The zone that the text declares (common.column.timeZone, before variables): built-in variables
// such as the business date need it before the rest of the text can be read. Absent when not
// declared, or declared by a variable.
std::optional<std::string> declared_time_zone(const JobText& text);

// Puts the values in and takes the parts apart; uses the text up. What is wrong goes into
// `diagnostics`, so that it is told together with what the plug-ins find in their blocks; it is for
// the caller to stop when they are all in. Fails only when there is no reader or writer to look at.
Result<JobSpec> bind_job(JobText text, const Variables& variables, Diagnostics& diagnostics);

// parse_job and bind_job in one, for callers that have all values at hand. All errors come as one;
// only notices and warnings are added to `diagnostics`.
Result<JobSpec> load_job(std::string text, std::string source_name, const Variables& variables,
                         Diagnostics& diagnostics);

}  // namespace otsstream::job
