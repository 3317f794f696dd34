#pragma once
// Column (multi-version) mode: one stream record -> DR, U, DO, DA rows (otsstream-reader.md 7.1).

#include <string>
#include <unordered_set>
#include <vector>

#include "reader/order_columns.h"
#include "reader/record_values.h"
#include "reader/shape.h"

namespace otsstream::reader {

class ColumnShaper : public Shaper {
 public:
  // Key columns in schema order, colName, version, colValue, opType, then when asked for:
  // sequenceInfo; oldValue and oldVersion; the typed order columns.
  ColumnShaper(const ShapeOptions& options, const ShapeTable& table);
  ColumnShaper(std::vector<tablestore::KeySchema> primary_key, bool export_sequence_info)
      : ColumnShaper(ShapeOptions{.sequence_info = export_sequence_info},
                     ShapeTable{std::move(primary_key), {}, {}}) {}

  Result<int> shape(const tablestore::StreamRecordView& record, std::string_view shard_id,
                    RowBatch& batch) override;

 private:
  bool passes(std::string_view column) const {
    return column_filter_.empty() || column_filter_.contains(column);
  }
  std::span<Value> start_row(std::string_view operation, uint32_t index, RowBatch& batch);
  void write_old_value(std::string_view column, std::span<Value> row) const;
  int shape_vanished(const tablestore::StreamRecordView& record, uint32_t index, RowBatch& batch);

  const std::vector<tablestore::KeySchema> primary_key_;
  const unsigned operations_;
  const bool has_old_values_;
  std::vector<std::string> filter_names_;  // column_filter_ points into it
  std::unordered_set<std::string_view> column_filter_;
  OrderColumns order_;
  size_t name_at_ = 0;  // where the columns behind the key begin
  size_t old_at_ = 0;
  size_t typed_at_ = 0;
  std::vector<Value> key_;  // of the record at hand, copied into each of its rows
  OldValues old_;
};

}  // namespace otsstream::reader
