#include "reader/shape_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace otsstream::reader {

namespace {

using tablestore::ActionType;
using tablestore::CellOp;
using tablestore::CellView;

struct RowOperation {
  Operation bit;
  std::string_view word;
};

RowOperation operation_of(ActionType action) {
  switch (action) {
    case ActionType::kPut:
      return {kRowPut, "PUT"};
    case ActionType::kUpdate:
      return {kRowUpdated, "UPDATE"};
    case ActionType::kDelete:
      break;
  }
  return {kRowRemoved, "DELETE"};
}

}  // namespace

RowShaper::RowShaper(const ShapeOptions& options, const ShapeTable& table)
    : names_(options.row_columns),
      primary_key_(table.primary_key),
      operations_(options.operations),
      deletes_(options.deletes),
      has_old_values_(options.old_values),
      order_(options, table.stream_id) {
  for (const std::string& name : names_) {
    Source source;
    for (size_t i = 0; i < primary_key_.size(); ++i)
      if (primary_key_[i].name == name) source.key = i;
    has_key_ = has_key_ || source.key != kNoKey;
    if (source.key != kNoKey) {
      columns_.push_back({name, column_type(primary_key_[source.key].type)});
    } else {
      auto [known, is_new] = attribute_of_name_.emplace(name, attributes_.size());
      if (is_new) attributes_.push_back({.name = name, .value = {}});
      source.attribute = known->second;
      columns_.push_back({name, ValueType::kNull});
    }
    sources_.push_back(source);
  }
  if (order_.has_text()) columns_.push_back({"sequenceInfo", ValueType::kString});
  if (deletes_) {
    columns_.push_back({"opType", ValueType::kString});
    for (const Source& source : sources_)
      if (source.key == kNoKey)
        columns_.push_back(
            {std::string(attributes_[source.attribute].name) + "_op", ValueType::kString});
  }
  if (has_old_values_) {
    for (const Source& source : sources_)
      if (source.key == kNoKey)
        columns_.push_back(
            {std::string(attributes_[source.attribute].name) + "_old", ValueType::kNull});
  }
  typed_at_ = columns_.size();
  for (OutputColumn& column : order_.typed_columns()) columns_.push_back(std::move(column));
}

// The newest version of each column that the change writes; of equal ones the later.
Status RowShaper::look_at_cells(const tablestore::RowView& row) {
  for (const CellView& cell : row.cells) {
    auto known = attribute_of_name_.find(cell.name);
    if (known == attribute_of_name_.end()) continue;
    Attribute& attribute = attributes_[known->second];
    Value value;
    switch (cell.op) {
      case CellOp::kPut:
        OTS_CHECK(to_written_value(cell, value));
        if (!attribute.is_written || cell.timestamp >= attribute.version) {
          attribute.value = value;
          attribute.version = cell.timestamp;
        }
        attribute.is_written = true;
        break;
      case CellOp::kDeleteOneVersion:
        attribute.loses_version = true;
        break;
      case CellOp::kDeleteAllVersions:
        attribute.is_deleted = true;
        break;
      default:
        return bad_record(
            fmt::format("cell {} carries an operation that has no place in a Stream", cell.name));
    }
  }
  return {};
}

// Null: not touched by the change.
Value RowShaper::operation_of(const Attribute& attribute, bool wipes) const {
  if (attribute.is_written) return Value::from_string("U");
  if (attribute.is_deleted || wipes) return Value::from_string("DA");
  if (attribute.loses_version) return Value::from_string("DO");
  return Value::null();
}

Result<int> RowShaper::shape(const tablestore::StreamRecordView& record, std::string_view shard_id,
                             RowBatch& batch) {
  const tablestore::RowView& row = record.row;
  if (!row.sequence) return bad_record("it has no sequence info");
  OTS_CHECK(shape_key(row, primary_key_, key_));
  const bool is_delete = record.action == ActionType::kDelete;
  if (is_delete && !deletes_) return 0;
  const RowOperation operation = reader::operation_of(record.action);
  if (!(operations_ & operation.bit)) return 0;

  for (Attribute& attribute : attributes_) attribute = {.name = attribute.name, .value = {}};
  if (!is_delete) OTS_CHECK(look_at_cells(row));
  const bool finds_value = has_key_ || std::any_of(attributes_.begin(), attributes_.end(),
                                                   [](const Attribute& a) { return a.is_written; });
  if (!finds_value) return 0;
  OTS_CHECK(order_.begin(*row.sequence, shard_id, batch));
  if (has_old_values_) OTS_CHECK(old_.open(record.origin));

  std::span<Value> out = batch.add_row();
  size_t at = 0;
  for (const Source& source : sources_)
    out[at++] = source.key != kNoKey ? key_[source.key] : attributes_[source.attribute].value;
  Value* const text = order_.has_text() ? &out[at++] : nullptr;
  if (deletes_) {
    out[at++] = Value::from_string(operation.word);
    const bool wipes = record.action != ActionType::kUpdate;
    for (const Source& source : sources_)
      if (source.key == kNoKey) out[at++] = operation_of(attributes_[source.attribute], wipes);
  }
  if (has_old_values_) {
    for (const Source& source : sources_) {
      if (source.key != kNoKey) continue;
      if (const CellView* old = old_.find(attributes_[source.attribute].name))
        to_value(old->value, out[at]);  // looked at in OldValues::open
      ++at;
    }
  }
  order_.write(0, batch, text, out.subspan(typed_at_));
  return 1;
}

}  // namespace otsstream::reader
