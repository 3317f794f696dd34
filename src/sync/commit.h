#pragma once
// commit: all manifests in hand -> PREPARED in the fence row -> destination -> checkpoints ->
// description -> COMMITTED. Each arrow may be the last thing that a process does; the next one
// resumes from what it finds (sync/README.md).

#include <string>
#include <vector>

#include "reader/status_table.h"
#include "sync/plan.h"
#include "sync/unit.h"
#include "writer/writer.h"

namespace otsstream::sync {

// Everything that finishing a prepared commit needs; it travels in the fence row
// (docs/formats/manifest.md).
struct CommitRecord {
  std::string destination;                         // Writer::plan_json() of the job
  std::vector<writer::StagedPart> parts;           // what becomes visible: Writer::prepare()
  reader::JobDescription description;              // its version is also that of the checkpoints
  std::vector<reader::CheckpointRow> checkpoints;  // one per shard of the job
  std::vector<reader::StatusTable::ShardTime> shard_times;  // hints only
  int64_t records = 0;
  int64_t rows = 0;
  int64_t dirty = 0;
};
// The partitions that become visible one by one; none when the job has one target.
std::vector<std::string> targets_of(const std::vector<writer::StagedPart>& parts);
std::string to_json(const CommitRecord& record);
Result<CommitRecord> read_commit_record(std::string_view json);

// Fails with kInternal "Sync-Manifest" unless the manifests are exactly those of the plan's units
// and their shards ended as the plan expects.
Result<CommitRecord> make_commit_record(const Plan& plan, const std::vector<Manifest>& manifests,
                                        std::vector<writer::StagedPart> parts, std::string version);

// Fails with kConflict "Sync-OtherCommit" unless `record` is of the very job that `plan` describes:
// same table, window and destination. Only then does finishing it finish this job.
Status check_same_job(const CommitRecord& record, const Plan& plan);

// Writes `next` over our fence row `held`, under an owner text of its own: whoever read the row
// before this write can no longer take it over. `held` becomes what the row holds now.
Status write_fence(reader::StatusTable& status, const reader::JobDescription& job,
                   reader::Fence& held, reader::Fence next);

// How long a holder keeps its window from PREPARED on; prolonged when a third of it is gone.
inline constexpr int64_t kCommitLeaseMs = 600'000;

// The commit of our own attempt. `fence` is our RUNNING fence row; it is PREPARED, then COMMITTED,
// in the status table when this returns. When only Writer::after_commit failed it is PREPARED and
// free: the next run of the job does nothing else.
Status commit_attempt(reader::StatusTable& status, writer::Writer& writer,
                      reader::StatusTable::Fence fence, const CommitRecord& record,
                      const Clock& clock);

// Finishes what another process had PREPARED. True: the window is wholly done. False: the staging
// is gone and nothing of it ever became visible, so the window may be run afresh. Fails with
// kConflict "Sync-UnknownOutcome" when the destination cannot tell, "Sync-HalfCommitted" when some
// parts are visible and the others are lost, and a second run could double rows.
// `fence` is what the fence row holds, also afterwards.
Result<bool> resume_commit(reader::StatusTable& status, writer::Writer& writer,
                           reader::StatusTable::Fence& fence, const CommitRecord& record,
                           const Clock& clock);

}  // namespace otsstream::sync
