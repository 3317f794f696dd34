#pragma once
// A run as its report tells it to those who come later: what of the job text is needed to read its
// window again, and what each shard gave. Written by report, read back by verify.

#include <memory>
#include <string>
#include <vector>

#include "config/json_text.h"
#include "sync/unit.h"

namespace otsstream::sync {

inline constexpr std::string_view kReportFormat = "otsstream-report/1";

// The reader's parameters with the variables' values in them, as a JSON object: only those that are
// declared, and no access ids, keys or tokens.
std::string reader_text(const JsonNode& reader_block);

// The parameters of a report's reader, with another connection when `datasource` names one.
std::string with_datasource(const JsonNode& reader, const std::string& datasource);

struct RecordedRun {
  std::shared_ptr<const JsonDocument> document;  // the report
  const JsonNode* reader = nullptr;              // in it: the reader's parameters
  std::string stream_id;
  std::string zone;
  reader::Window window;
  int channels = 1;
  int64_t dirty = 0;
  std::vector<Unit> units;
  std::vector<Manifest> manifests;   // one per unit
  std::vector<std::string> skipped;  // shards that were born behind the window
  std::vector<std::string> closed;   // shards that earlier runs had read to their end
};

// Fails with kCorrupt "Report-Format" when the text is no report that this version knows, with
// kUnsupported "Report-NoCertificate" when its run read nothing itself (dry run, or the commit of
// an earlier run).
Result<RecordedRun> read_report(std::string text, std::string source_name);

}  // namespace otsstream::sync
