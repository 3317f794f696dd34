#pragma once
// The columns that tell the order of the changes: the text sequenceInfo, the typed ones of
// sequenceColumns, and the event id. Formatted only when asked for.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reader/shape.h"

namespace otsstream::reader {

class OrderColumns {
 public:
  OrderColumns(const ShapeOptions& options, std::string stream_id);

  bool has_text() const { return has_text_; }
  bool is_wanted() const { return needs_text_ || !typed_.empty(); }
  // The typed columns, which stand at the end of a row.
  std::vector<OutputColumn> typed_columns() const;

  // The change whose rows follow. `shard_id` must live until the last of them is written.
  Status begin(const tablestore::SequenceInfo& sequence, std::string_view shard_id,
               RowBatch& batch);
  // Fills one row of that change. `cell_index`: its number among the change's rows of column mode,
  // also counted for rows that were left out. `text` may be nullptr without has_text().
  void write(uint32_t cell_index, RowBatch& batch, Value* text, std::span<Value> typed);

 private:
  Value event_id(std::string_view text, RowBatch& batch);

  const bool has_text_;
  const bool has_cell_index_;
  const std::vector<OrderColumn> typed_;
  const bool needs_text_;
  const std::string event_prefix_;  // stream id and '/'
  tablestore::SequenceInfo sequence_;
  std::string_view shard_id_;
  std::string prefix_;  // epoch_time_row_shard
  std::string scratch_;
};

// The identity of a change, or of a row of column mode: the lower-case hex digits of
// MD5(stream id + "/" + sequence text). It depends on nothing but the Stream, so every run, every
// re-run and every program gives the same, and SQL can work it out from sequenceInfo.
inline constexpr size_t kEventIdSize = 32;

}  // namespace otsstream::reader
