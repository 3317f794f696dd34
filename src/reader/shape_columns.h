#pragma once
// Column (multi-version) mode: one stream record -> DR, U, DO, DA rows
// (otsstream-reader.md 7.1, 7.3). Values stay views into the page.

#include <string>
#include <vector>

#include "base/result.h"
#include "record/row_batch.h"
#include "tablestore/wire/stream_page.h"

namespace otsstream::reader {

struct OutputColumn {
  std::string name;
  ValueType type;  // kNull: varies from row to row (colValue)
};

class ColumnShaper {
 public:
  ColumnShaper(std::vector<tablestore::KeySchema> primary_key, bool export_sequence_info);

  // Key columns in schema order, colName, version, colValue, opType and, when asked for,
  // sequenceInfo.
  const std::vector<OutputColumn>& columns() const { return columns_; }
  // Appends the rows of `record` to `batch` (columns().size() wide) and returns how many. Fails
  // with kCorrupt "Stream-Record" when the key does not fit the schema or a cell has no place in a
  // stream record; `batch` may then hold some rows of the record. One thread at a time.
  Result<int> shape(const tablestore::StreamRecordView& record, std::string_view shard_id,
                    RowBatch& batch);

 private:
  Status shape_key(const tablestore::RowView& row, std::vector<Value>& key) const;

  std::vector<tablestore::KeySchema> primary_key_;
  bool export_sequence_info_;
  std::vector<OutputColumn> columns_;
  std::vector<Value> key_;  // of the record at hand, copied into each of its rows
};

}  // namespace otsstream::reader
