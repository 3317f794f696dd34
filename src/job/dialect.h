#pragma once
// The three forms of a job text (dataworks.md 3): which one it is, and where its parts are.

#include <string>
#include <string_view>

#include "config/diagnostics.h"
#include "config/json_text.h"

namespace otsstream::job {

enum class Dialect { kDataX, kDataWorks1, kDataWorks2 };

std::string_view to_string(Dialect dialect);  // "DataX", "DataWorks 1.0", "DataWorks 2.0"

struct PluginBlock {
  std::string written_name;             // as in the text
  std::string name;                     // translated: "otsstream", "odps", "stream", ...
  const JsonNode* name_node = nullptr;  // where the name stands
  const JsonNode* parameter = nullptr;  // the object with its parameters; never null after success
};

struct JobParts {
  Dialect dialect = Dialect::kDataX;
  PluginBlock reader;
  PluginBlock writer;
  const JsonNode* setting = nullptr;      // may be absent, as all below
  const JsonNode* common = nullptr;       // DataX: top-level `common`
  const JsonNode* core = nullptr;         // DataX: top-level `core`
  const JsonNode* transformer = nullptr;  // DataX: job.content[0].transformer
};

// "otsstreamreader" and "otsstream" -> "otsstream", "odpswriter" -> "odps", ... (dataworks.md 3.3).
// Names that the table does not know: without a trailing "reader" or "writer", in lower case.
std::string plugin_name(std::string_view written);

// A member by its exact key, else by the key that is equal after trimming and without case, for
// which a notice is given (oddities of published samples, dataworks.md 3.1).
const JsonNode* find_loosely(const JsonNode& object, std::string_view key,
                             Diagnostics& diagnostics);

// Content decides; a `version` that contradicts it gives a warning. Errors go to `diagnostics`; the
// parts are usable only if there are none.
JobParts find_parts(const JsonNode& root, Diagnostics& diagnostics);

}  // namespace otsstream::job
