#pragma once
// Rows of a status table taken out whole, and written again (docs/formats/status-rows.md).
// Coordinator thread only, but for plan_import.

#include <vector>

#include "base/random.h"
#include "reader/status_table.h"
#include "sync/status_edit.h"

namespace otsstream::sync {

// Every row that belongs to a window: what stands under its end, and the shard-time rows of its
// shards from its start to its end.
Result<std::vector<tablestore::Row>> rows_of_window(reader::StatusTable& status,
                                                    const WindowId& window);

struct RowImport {
  struct Window {
    WindowId id;
    std::vector<tablestore::Row> checkpoints;
    std::vector<tablestore::Row> heads;  // description, shard count: written last
  };
  std::vector<Window> windows;  // by Stream and end
  std::vector<tablestore::Row> shard_times;
  size_t fences = 0;  // left out: the runs that they tell of are over
  size_t row_count() const;
};
// Pure. Rows as read_json_lines gives them.
Result<RowImport> plan_import(std::vector<tablestore::Row> rows);
// Each window in place of what stands there, under its fence. Fails as WindowHold::take does;
// windows before the refused one are written then.
Status apply_import(reader::StatusTable& status, const RowImport& import, const Clock& clock,
                    Random& random, bool give_up_commit);

}  // namespace otsstream::sync
