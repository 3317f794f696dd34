#include "reader/shape_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace otsstream::reader {
namespace {

using tablestore::ActionType;
using tablestore::CellOp;
using tablestore::CellView;

}  // namespace

ColumnShaper::ColumnShaper(const ShapeOptions& options, const ShapeTable& table)
    : primary_key_(table.primary_key),
      operations_(options.operations),
      has_old_values_(options.old_values),
      filter_names_(options.column_filter),
      column_filter_(filter_names_.begin(), filter_names_.end()),
      order_(options, table.stream_id) {
  for (const auto& column : primary_key_)
    columns_.push_back({column.name, column_type(column.type)});
  name_at_ = columns_.size();
  columns_.push_back({"colName", ValueType::kString});
  columns_.push_back({"version", ValueType::kLong});
  columns_.push_back({"colValue", ValueType::kNull});
  columns_.push_back({"opType", ValueType::kString});
  if (order_.has_text()) columns_.push_back({"sequenceInfo", ValueType::kString});
  old_at_ = columns_.size();
  if (has_old_values_) {
    columns_.push_back({"oldValue", ValueType::kNull});
    columns_.push_back({"oldVersion", ValueType::kLong});
  }
  typed_at_ = columns_.size();
  for (OutputColumn& column : order_.typed_columns()) columns_.push_back(std::move(column));
}

std::span<Value> ColumnShaper::start_row(std::string_view operation, uint32_t index,
                                         RowBatch& batch) {
  std::span<Value> out = batch.add_row();
  std::copy(key_.begin(), key_.end(), out.begin());
  out[name_at_ + 3] = Value::from_string(operation);
  if (order_.is_wanted())
    order_.write(index, batch, &out[name_at_ + 3] + 1, out.subspan(typed_at_));
  return out;
}

void ColumnShaper::write_old_value(std::string_view column, std::span<Value> row) const {
  const CellView* old = old_.find(column);
  if (!old) return;
  to_value(old->value, row[old_at_]);  // looked at in OldValues::open
  if (old->has_timestamp) row[old_at_ + 1] = Value::from_long(old->timestamp);
}

// What a PUT or DELETE takes away without naming it: one DA row for each column whose old value is
// known and that the change does not write. Behind DR it changes nothing, but carries that value.
int ColumnShaper::shape_vanished(const tablestore::StreamRecordView& record, uint32_t index,
                                 RowBatch& batch) {
  int rows = 0;
  std::string_view last;
  for (const CellView& old : old_.cells()) {
    if (old.name == last) continue;  // another version: versions of a column are neighbours
    last = old.name;
    const bool is_written =
        record.action == ActionType::kPut &&
        std::any_of(record.row.cells.begin(), record.row.cells.end(),
                    [&](const CellView& cell) { return cell.name == old.name; });
    if (is_written) continue;
    if ((operations_ & kColumnDeleted) && passes(old.name)) {
      std::span<Value> out = start_row("DA", index, batch);
      out[name_at_] = Value::from_string(old.name);
      write_old_value(old.name, out);
      ++rows;
    }
    ++index;
  }
  return rows;
}

Result<int> ColumnShaper::shape(const tablestore::StreamRecordView& record,
                                std::string_view shard_id, RowBatch& batch) {
  const tablestore::RowView& row = record.row;
  if (!row.sequence) return bad_record("it has no sequence info");
  OTS_CHECK(shape_key(row, primary_key_, key_));
  if (order_.is_wanted()) OTS_CHECK(order_.begin(*row.sequence, shard_id, batch));
  if (has_old_values_) OTS_CHECK(old_.open(record.origin));

  // The index counts what the change gives without opTypes and columnFilter, so that sequenceInfo
  // and event ids do not depend on them.
  uint32_t index = 0;
  int rows = 0;
  const bool wipes = record.action != ActionType::kUpdate;  // a PUT replaces the whole row
  if (wipes) {
    if (operations_ & kRowDeleted) {
      start_row("DR", index, batch);
      ++rows;
    }
    ++index;
  }
  const size_t cells = record.action == ActionType::kDelete ? 0 : row.cells.size();
  for (size_t i = 0; i < cells; ++i, ++index) {
    const CellView& cell = row.cells[i];
    Value value;
    Operation operation = kCellWritten;
    std::string_view word = "U";
    switch (cell.op) {
      case CellOp::kPut:
        OTS_CHECK(to_written_value(cell, value));
        break;
      case CellOp::kDeleteOneVersion:
        if (!cell.has_timestamp) {
          return bad_record(
              fmt::format("cell {} deletes one version without saying which", cell.name));
        }
        operation = kVersionDeleted;
        word = "DO";
        break;
      case CellOp::kDeleteAllVersions:
        operation = kColumnDeleted;
        word = "DA";
        break;
      default:
        return bad_record(
            fmt::format("cell {} carries an operation that has no place in a Stream", cell.name));
    }
    if (!(operations_ & operation) || !passes(cell.name)) continue;
    std::span<Value> out = start_row(word, index, batch);
    out[name_at_] = Value::from_string(cell.name);
    if (cell.op != CellOp::kDeleteAllVersions) out[name_at_ + 1] = Value::from_long(cell.timestamp);
    out[name_at_ + 2] = value;
    if (has_old_values_) write_old_value(cell.name, out);
    ++rows;
  }
  if (has_old_values_ && wipes) rows += shape_vanished(record, index, batch);
  return rows;
}

}  // namespace otsstream::reader
