#pragma once
// begin and abort: the fence row of the window and the writer's staging, held by one object.

#include <memory>
#include <optional>
#include <string>

#include "base/random.h"
#include "reader/end_time_guard.h"
#include "reader/status_table.h"
#include "sync/commit.h"
#include "sync/plan.h"
#include "writer/writer.h"

namespace otsstream::sync {

// The owner text of a new holder of a window's fence row: this process and an attempt of its own.
std::string new_fence_owner(Random& random);
// Whether nobody can be at work behind this fence any more: its lease is over, or its process is
// seen to be gone.
bool holder_is_gone(const reader::Fence& fence, int64_t now_ms);

class Attempt {
 public:
  // Creates the status table when it is missing, takes the window's fence, opens the staging. A
  // fence whose holder is dead (same host, process gone) or whose lease ran out is taken over; one
  // that a living run holds fails with kConflict "Fence-Held". When the dead holder had PREPARED,
  // its commit is finished first: see resumed().
  static Result<std::unique_ptr<Attempt>> begin(const Plan& plan, reader::StatusTable& status,
                                                writer::Writer& writer, const Clock& clock,
                                                Random& random);
  // Aborts unless committed.
  ~Attempt();

  // Set: an earlier run's prepared commit was found and finished; the window is done and nothing is
  // left to transfer.
  const std::optional<CommitRecord>& resumed() const { return resumed_; }
  // Prolongs the lease when a third of it is gone; fails when the fence was lost.
  Status keep_alive();
  Status commit(const std::vector<Manifest>& manifests);
  // What commit() makes visible piece by piece: the partitions that the rows chose. Empty when all
  // rows become visible at once.
  const std::vector<std::string>& landed() const { return landed_; }
  void abort();
  const std::string& version() const { return version_; }

 private:
  Attempt(const Plan& plan, reader::StatusTable& status, writer::Writer& writer,
          const Clock& clock);
  Status write_fence(reader::Fence next);

  const Plan& plan_;
  reader::StatusTable& status_;
  writer::Writer& writer_;
  const Clock& clock_;
  std::optional<reader::EndTimeGuard> guard_;  // while the fence is held
  reader::StatusTable::Fence fence_;
  std::string version_;
  std::optional<CommitRecord> resumed_;
  std::vector<std::string> landed_;
  bool holds_fence_ = false;
  bool staging_open_ = false;
};

}  // namespace otsstream::sync
