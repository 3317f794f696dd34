#include "reader/shape_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "reader/sequence_text.h"

namespace otsstream::reader {
namespace {

using tablestore::ActionType;
using tablestore::CellOp;
using tablestore::CellType;
using tablestore::CellValueView;
using tablestore::CellView;
using tablestore::KeyType;

ValueType column_type(KeyType type) {
  switch (type) {
    case KeyType::kInteger:
      return ValueType::kLong;
    case KeyType::kString:
      return ValueType::kString;
    case KeyType::kBinary:
      return ValueType::kBytes;
  }
  return ValueType::kNull;
}

// False for what no stored cell can hold.
bool to_value(const CellValueView& cell, Value& out) {
  switch (cell.type) {
    case CellType::kInteger:
      out = Value::from_long(cell.integer);
      return true;
    case CellType::kDouble:
      out = Value::from_double(cell.real);
      return true;
    case CellType::kBoolean:
      out = Value::from_bool(cell.boolean);
      return true;
    case CellType::kString:
      out = Value::from_string(cell.bytes);
      return true;
    case CellType::kBlob:
      out = Value::from_bytes(cell.bytes);
      return true;
    default:
      return false;
  }
}

auto bad_record(std::string message) {
  return fail(ErrorKind::kCorrupt, "Stream-Record", std::move(message));
}

// The texts of all rows of one record, in one allocation; the prefix is formatted once.
class SequenceTexts {
 public:
  static Result<SequenceTexts> make(const tablestore::RowView& row, std::string_view shard_id,
                                    size_t count, RowBatch& batch) {
    SequenceTexts texts;
    texts.size_ = sequence_text_size(shard_id);
    texts.next_ = batch.allocate(texts.size_ * count);
    texts.first_ = texts.next_;
    if (!write_sequence_prefix(*row.sequence, shard_id, texts.first_)) {
      return bad_record("the sequence info holds a negative number");
    }
    return texts;
  }

  Value take() {
    constexpr size_t kIndexWidth = 10;
    if (next_ != first_) std::memcpy(next_, first_, size_ - kIndexWidth);
    write_cell_index(index_++, next_ + size_ - kIndexWidth);
    const std::string_view text(next_, size_);
    next_ += size_;
    return Value::from_string(text);
  }

 private:
  char* first_ = nullptr;
  char* next_ = nullptr;
  size_t size_ = 0;
  uint32_t index_ = 0;
};

}  // namespace

ColumnShaper::ColumnShaper(std::vector<tablestore::KeySchema> primary_key,
                           bool export_sequence_info)
    : primary_key_(std::move(primary_key)), export_sequence_info_(export_sequence_info) {
  for (const auto& column : primary_key_)
    columns_.push_back({column.name, column_type(column.type)});
  columns_.push_back({"colName", ValueType::kString});
  columns_.push_back({"version", ValueType::kLong});
  columns_.push_back({"colValue", ValueType::kNull});
  columns_.push_back({"opType", ValueType::kString});
  if (export_sequence_info_) columns_.push_back({"sequenceInfo", ValueType::kString});
}

Status ColumnShaper::shape_key(const tablestore::RowView& row, std::vector<Value>& key) const {
  if (row.primary_key.size() != primary_key_.size()) {
    return bad_record(fmt::format("its key has {} columns, the table's has {}",
                                  row.primary_key.size(), primary_key_.size()));
  }
  key.resize(primary_key_.size());
  for (size_t i = 0; i < key.size(); ++i) {
    const CellView& cell = row.primary_key[i];
    if (cell.name != primary_key_[i].name) {
      return bad_record(fmt::format("key column {} is called {}, in the table {}", i + 1, cell.name,
                                    primary_key_[i].name));
    }
    if (!to_value(cell.value, key[i]) || key[i].type() != columns_[i].type) {
      return bad_record(
          fmt::format("key column {} does not hold a {}", cell.name, to_string(columns_[i].type)));
    }
  }
  return {};
}

Result<int> ColumnShaper::shape(const tablestore::StreamRecordView& record,
                                std::string_view shard_id, RowBatch& batch) {
  const tablestore::RowView& row = record.row;
  if (!row.sequence) return bad_record("it has no sequence info");
  OTS_CHECK(shape_key(row, key_));

  const bool wipes =
      record.action != ActionType::kUpdate;  // a PUT replaces the whole row: DR first
  const size_t cells = record.action == ActionType::kDelete ? 0 : row.cells.size();
  const size_t count = cells + (wipes ? 1 : 0);
  if (count == 0) return 0;
  std::optional<SequenceTexts> texts;
  if (export_sequence_info_) {
    OTS_TRY(texts, SequenceTexts::make(row, shard_id, count, batch));
  }

  const size_t name_at = key_.size();
  auto start_row = [&](std::string_view op) {
    std::span<Value> out = batch.add_row();
    std::copy(key_.begin(), key_.end(), out.begin());
    out[name_at + 3] = Value::from_string(op);
    if (texts) out[name_at + 4] = texts->take();
    return out;
  };
  if (wipes) start_row("DR");
  for (size_t i = 0; i < cells; ++i) {
    const CellView& cell = row.cells[i];
    Value value;
    std::string_view op;
    switch (cell.op) {
      case CellOp::kPut:
        if (!cell.has_value || !cell.has_timestamp || !to_value(cell.value, value)) {
          return bad_record(fmt::format("written cell {} has no version or no value", cell.name));
        }
        op = "U";
        break;
      case CellOp::kDeleteOneVersion:
        if (!cell.has_timestamp) {
          return bad_record(
              fmt::format("cell {} deletes one version without saying which", cell.name));
        }
        op = "DO";
        break;
      case CellOp::kDeleteAllVersions:
        op = "DA";
        break;
      default:
        return bad_record(
            fmt::format("cell {} carries an operation that has no place in a Stream", cell.name));
    }
    std::span<Value> out = start_row(op);
    out[name_at] = Value::from_string(cell.name);
    if (cell.op != CellOp::kDeleteAllVersions) out[name_at + 1] = Value::from_long(cell.timestamp);
    out[name_at + 2] = value;
  }
  return static_cast<int>(count);
}

}  // namespace otsstream::reader
