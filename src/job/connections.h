#pragma once
// Named access data, kept apart from job texts (dataworks.md 2). One JSON file, private to its
// owner:
//
//   {
//     "otsstream":  {"type": "ots", "endpoint": "https://...", "instanceName": "...",
//                    "accessId": "${env:OTS_ID}", "accessKey": "${env:OTS_KEY}"},
//     "odps_first": {"type": "odps", "endpoint": "https://.../api", "project": "...",
//                    "accessId": "...", "accessKey": "...",
//                    "environments": {"dev": {"project": "..._dev"}}}
//   }
//
// Values of the chosen environment win over those beside it. No error ever contains a value.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "config/diagnostics.h"
#include "config/json_text.h"
#include "job/job_spec.h"

namespace otsstream::job {

struct TablestoreAccess {
  std::string endpoint;
  std::string instance;
  std::string access_id;
  Secret access_key;
  Secret security_token;  // empty unless the keys are temporary (STS)
};

struct MaxComputeAccess {
  std::string endpoint;
  std::string tunnel_endpoint;  // empty: ask the project's endpoint
  std::string project;
  std::string access_id;
  Secret access_key;
  Secret security_token;
  std::string region{};  // empty: signatures V2
};

struct ConnectionSummary {
  std::string name;
  std::string type;  // "ots", "odps"
  std::string description;
};

using EnvLookup = std::function<std::optional<std::string>(const std::string& name)>;

class Connections {
 public:
  Connections() = default;  // none

  // Reads a file that only its owner may read. `environment`: section to choose, "" = none.
  static Result<Connections> load(const std::string& path, std::string environment = {});
  static Result<Connections> parse(std::string text, std::string source_name,
                                   std::string environment = {}, EnvLookup env = {});

  std::vector<ConnectionSummary> list() const;
  Result<TablestoreAccess> tablestore(std::string_view name) const;
  Result<MaxComputeAccess> maxcompute(std::string_view name) const;

 private:
  struct Entry {
    const JsonNode* node = nullptr;     // inside document_
    const JsonNode* section = nullptr;  // of the chosen environment, or nullptr
  };
  Result<Entry> find(std::string_view name, std::string_view type) const;

  std::string source_name_;
  std::string environment_;
  EnvLookup env_;
  std::shared_ptr<const JsonDocument> document_;
};

// Access data of a job's reader or writer block: the connection named by `datasource`, over which
// explicit values of the block win (endpoint, instanceName, accessId, ...; for odps also
// odpsServer, tunnelServer, project). Keys in the text give a warning (DataWorks) or a notice
// (DataX).
Result<TablestoreAccess> tablestore_access(const JobSpec& job, const JsonNode& block,
                                           const Connections& connections,
                                           Diagnostics& diagnostics);
Result<MaxComputeAccess> maxcompute_access(const JobSpec& job, const JsonNode& block,
                                           const Connections& connections,
                                           Diagnostics& diagnostics);

}  // namespace otsstream::job
