#pragma once
// The status table: created or checked, read for start positions, written after the destination's
// commit; and the fence row that keeps two runs of one window apart (docs/formats/fence-row.md).
// Coordinator thread only.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/diagnostics.h"
#include "reader/fence_row.h"
#include "reader/status_rows.h"
#include "reader/window.h"
#include "tablestore/client/client.h"

namespace otsstream::reader {

class StatusTable {
 public:
  // `client` and `clock` must outlive it.
  StatusTable(tablestore::Client& client, const Clock& clock, std::string name);

  // Reads only. False: there is none yet. Fails with kConflict "Status-Shape" when a table of that
  // name has another primary key.
  Result<bool> check();
  // The same; warns when rows live shorter than the Stream's entries, as the chain of runs could
  // then break (8.2).
  Result<bool> check(int32_t stream_expiration_hours, Diagnostics& diagnostics);
  // Creates it when missing and waits until it answers (at most 120 s, 10.2).
  Status ensure();

  // Rows of time `time_ms` (8.8), as they are.
  Result<std::vector<CheckpointRow>> checkpoints(const std::string& stream_id, int64_t time_ms);
  Result<std::optional<JobDescription>> job_description(const std::string& stream_id,
                                                        int64_t time_ms);
  Result<std::optional<int64_t>> legacy_shard_count(const std::string& stream_id, int64_t time_ms);
  // 9.2: of each shard the iterator of its newest shard-time checkpoint in (after_ms, up_to_ms]. A
  // row that cannot be read counts as none. One page of a range over all of them is asked for; what
  // lies behind that page is asked shard by shard, many at a time.
  Result<std::map<std::string, std::string>> nearest(const std::string& stream_id,
                                                     std::vector<std::string> shard_ids,
                                                     int64_t after_ms, int64_t up_to_ms);

  struct ShardTime {
    std::string shard_id;
    int64_t time_ms = 0;
    std::string iterator;
  };
  Status put_shard_times(const std::string& stream_id, const std::vector<ShardTime>& positions);
  // 9.4: deletes every checkpoint row of time `time_ms`.
  Status clear(const std::string& stream_id, int64_t time_ms);
  // Writes rows (batches), replacing.
  Status put_checkpoints(const std::string& stream_id, int64_t time_ms,
                         const std::vector<CheckpointRow>& rows);
  Status put_job_description(const JobDescription& description);

  // Rows of any kind, as they are.
  Result<std::vector<tablestore::Row>> read_rows(const KeyRange& range);
  Status put_rows(const std::vector<tablestore::Row>& rows);
  Status delete_rows(const std::vector<tablestore::PrimaryKey>& keys);

  // The fence row of one window: who runs it and how far its commit is.
  using Fence = reader::Fence;
  Result<std::optional<Fence>> fence(const std::string& stream_id, int64_t end_ms);
  // Takes the window: succeeds when there is no fence row, or `previous_owner` still holds it
  // (compare and swap). kConflict "Fence-Held" otherwise.
  Status take_fence(const std::string& stream_id, int64_t end_ms, const Fence& fence,
                    const std::optional<std::string>& previous_owner);
  // Rewrites our own fence; kConflict "Fence-Lost" when somebody else took it. `previous_owner`:
  // the owner text that the row holds now, when the new one differs.
  Status update_fence(const std::string& stream_id, int64_t end_ms, const Fence& fence,
                      const std::optional<std::string>& previous_owner = {});
  // Deletes our own fence; not an error when it is gone.
  Status release_fence(const std::string& stream_id, int64_t end_ms, const std::string& owner);

 private:
  Result<std::optional<tablestore::DescribeTableResponse>> describe();
  Status put_in_batches(const std::vector<tablestore::Client::Write>& writes, size_t batch_rows,
                        const std::function<void()>& between);
  Status swap_fence(const std::string& stream_id, int64_t end_ms, const Fence& wanted,
                    const std::optional<std::string>& old_owner, std::string_view conflict_code);
  void pause(Duration span);

  tablestore::Client& client_;
  const Clock& clock_;
  std::string name_;
};

}  // namespace otsstream::reader
