#pragma once
// What becomes of a stream record: rows of column mode or of row mode (otsstream-reader.md 7), with
// the additions that the job asks for. Additions stand behind the columns that DataX would give, so
// that a job keeps its meaning when one is switched on. Values stay views into the page.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/row_batch.h"
#include "tablestore/wire/stream_page.h"

namespace otsstream::reader {

// kTimeseries: row mode of a time-series table.
enum class ShapeMode { kColumns, kRows, kTimeseries };

// Members of sequenceColumns.
enum class OrderColumn { kEpoch, kTimestamp, kRowIndex, kShard, kCellIndex, kEventId };
std::string_view to_string(OrderColumn column);        // "epoch", ... as the job text spells it
const std::vector<std::string>& order_column_words();  // all of them, in the order of the enum

// Operations of output rows, as bits of ShapeOptions::operations.
enum Operation : unsigned {
  kCellWritten = 1,     // U
  kVersionDeleted = 2,  // DO
  kColumnDeleted = 4,   // DA
  kRowDeleted = 8,      // DR
  kRowPut = 16,         // PUT, UPDATE, DELETE: row mode
  kRowUpdated = 32,
  kRowRemoved = 64,
  kAllOperations = 127,
};

// A column of a time-series table: a part of the key, a field, or a tag.
struct TimeseriesColumn {
  std::string name;
  bool is_tag = false;
};

struct ShapeOptions {
  ShapeMode mode = ShapeMode::kColumns;
  bool sequence_info = false;
  std::vector<OrderColumn> order_columns;
  bool old_values = false;
  unsigned operations = kAllOperations;              // opTypes
  std::vector<std::string> column_filter;            // column mode; empty = all
  std::vector<std::string> row_columns;              // row mode: `column`
  std::vector<TimeseriesColumn> timeseries_columns;  // `column` of a time-series table
  bool deletes = false;                              // row mode: exportDeletes
  // Places in the job text, for what only the table can tell is wrong.
  std::string where_columns;  // of column or columnFilter
  std::string where_old_values;
};

struct OutputColumn {
  std::string name;
  ValueType type;  // kNull: varies from row to row
};

// What a shape needs to know of the table.
struct ShapeTable {
  std::vector<tablestore::KeySchema> primary_key;
  std::vector<std::string> original_columns;  // whose old values the Stream carries
  std::string stream_id;
};

class Shaper {
 public:
  virtual ~Shaper() = default;
  const std::vector<OutputColumn>& columns() const { return columns_; }
  // Appends the rows of `record` to `batch` (columns().size() wide) and returns how many. Fails
  // with kCorrupt "Stream-Record" when the key does not fit the schema or a cell has no place in a
  // stream record; `batch` may then hold some rows of the record. One thread at a time.
  virtual Result<int> shape(const tablestore::StreamRecordView& record, std::string_view shard_id,
                            RowBatch& batch) = 0;

 protected:
  std::vector<OutputColumn> columns_;
};

// Do the options fit the table? Fails with kConfig "Reader-Combination", pointing into the job
// text.
Status check_shape(const ShapeOptions& options, const ShapeTable& table,
                   std::vector<std::string>& warnings);
// `options` and `table` must have passed check_shape.
std::unique_ptr<Shaper> make_shaper(const ShapeOptions& options, const ShapeTable& table);

}  // namespace otsstream::reader
