#pragma once
// What a StagedPart's `staging` says: "odps:<session id>", or "odps-empty:<session id>" for a
// session that can only add and before whose commit the old content has to go.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream::writer {

struct StagingName {
  std::string session_id;
  bool empty_first = false;
};

inline constexpr std::string_view kReplacing = "odps:";
inline constexpr std::string_view kEmptyFirst = "odps-empty:";

inline std::string to_string(const StagingName& name) {
  return std::string(name.empty_first ? kEmptyFirst : kReplacing) + name.session_id;
}

// kConflict "OdpsWriter-Staging" for a name of another writer.
inline Result<StagingName> read_staging_name(std::string_view text) {
  for (std::string_view prefix : {kReplacing, kEmptyFirst}) {
    if (!text.starts_with(prefix) || text.size() == prefix.size()) continue;
    return StagingName{std::string(text.substr(prefix.size())), prefix == kEmptyFirst};
  }
  return fail(ErrorKind::kConflict, "OdpsWriter-Staging",
              "'" + std::string(text) + "' names no upload session",
              "the window was prepared by a job with another writer; finish it with that job");
}

}  // namespace otsstream::writer
