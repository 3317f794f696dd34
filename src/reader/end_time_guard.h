#pragma once
// 9.5: whether somebody else writes rows of our window's end while we run. Our own runs keep each
// other out by the fence row; DataX knows no fence, but it clears and writes its rows from the
// moment it starts. Rows of earlier runs of the same window are there from the beginning and are
// replaced by the commit.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "reader/status_table.h"

namespace otsstream::reader {

class EndTimeGuard {
 public:
  // Notes what is there now. `status` must outlive the guard. Coordinator thread only.
  static Result<EndTimeGuard> begin(StatusTable& status, std::string stream_id, int64_t end_ms);

  // The description row, which DataX writes before it reads: one small request. The rest fails like
  // check().
  Status check_description() const;
  // The description and every checkpoint row. Fails with kConflict "Status-Foreign".
  Status check() const;

 private:
  EndTimeGuard(StatusTable& status, std::string stream_id, int64_t end_ms)
      : status_(&status), stream_id_(std::move(stream_id)), end_ms_(end_ms) {}
  Result<std::string> description_version() const;                         // "": no row
  Result<std::map<std::string, std::string>> checkpoint_versions() const;  // by shard id
  Error foreign(const std::string& what) const;

  StatusTable* status_;
  std::string stream_id_;
  int64_t end_ms_;
  std::string description_;
  std::map<std::string, std::string> checkpoints_;
};

}  // namespace otsstream::reader
