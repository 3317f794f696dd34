#include "reader/order_columns.h"

#include <algorithm>
#include <cstring>

#include "base/hash.h"
#include "reader/record_values.h"
#include "reader/sequence_text.h"

namespace otsstream::reader {

namespace {

bool holds(const std::vector<OrderColumn>& list, OrderColumn column) {
  return std::find(list.begin(), list.end(), column) != list.end();
}

ValueType type_of(OrderColumn column) {
  const bool is_text = column == OrderColumn::kShard || column == OrderColumn::kEventId;
  return is_text ? ValueType::kString : ValueType::kLong;
}

}  // namespace

OrderColumns::OrderColumns(const ShapeOptions& options, std::string stream_id)
    : has_text_(options.sequence_info),
      has_cell_index_(options.mode == ShapeMode::kColumns),
      typed_(options.order_columns),
      needs_text_(has_text_ || holds(typed_, OrderColumn::kEventId)),
      event_prefix_(std::move(stream_id) + "/") {}

std::vector<OutputColumn> OrderColumns::typed_columns() const {
  std::vector<OutputColumn> columns;
  for (OrderColumn column : typed_)
    columns.push_back({std::string(to_string(column)), type_of(column)});
  return columns;
}

Status OrderColumns::begin(const tablestore::SequenceInfo& sequence, std::string_view shard_id,
                           RowBatch& batch) {
  if (!is_wanted()) return {};
  sequence_ = sequence;
  // The batch may outlive the caller's name of the shard.
  shard_id_ = holds(typed_, OrderColumn::kShard) ? batch.copy(shard_id) : shard_id;
  prefix_.resize(sequence_prefix_size(shard_id));
  if (!write_sequence_prefix(sequence, shard_id, prefix_.data()))
    return bad_record("the sequence info holds a negative number");
  return {};
}

void OrderColumns::write(uint32_t cell_index, RowBatch& batch, Value* text,
                         std::span<Value> typed) {
  std::string_view sequence_text;
  if (needs_text_) {
    const size_t size = prefix_.size() + (has_cell_index_ ? kCellIndexSize : 0);
    char* place = batch.allocate(size);
    std::memcpy(place, prefix_.data(), prefix_.size());
    if (has_cell_index_) write_cell_index(cell_index, place + prefix_.size());
    sequence_text = {place, size};
    if (has_text_) *text = Value::from_string(sequence_text);
  }
  for (size_t i = 0; i < typed_.size(); ++i) {
    switch (typed_[i]) {
      case OrderColumn::kEpoch:
        typed[i] = Value::from_long(sequence_.epoch);
        break;
      case OrderColumn::kTimestamp:
        typed[i] = Value::from_long(sequence_.timestamp);
        break;
      case OrderColumn::kRowIndex:
        typed[i] = Value::from_long(sequence_.row_index);
        break;
      case OrderColumn::kShard:
        typed[i] = Value::from_string(shard_id_);
        break;
      case OrderColumn::kCellIndex:
        typed[i] = Value::from_long(cell_index);
        break;
      case OrderColumn::kEventId:
        typed[i] = event_id(sequence_text, batch);
        break;
    }
  }
}

Value OrderColumns::event_id(std::string_view text, RowBatch& batch) {
  scratch_ = event_prefix_;
  scratch_ += text;
  static constexpr char kDigits[] = "0123456789abcdef";
  char* place = batch.allocate(kEventIdSize);
  char* out = place;
  for (const char byte : md5(scratch_)) {
    const auto bits = static_cast<unsigned char>(byte);
    *out++ = kDigits[bits >> 4];
    *out++ = kDigits[bits & 15];
  }
  return Value::from_string({place, kEventIdSize});
}

}  // namespace otsstream::reader
