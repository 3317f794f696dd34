#include "maxcompute/wire/arrow/column_reader.h"

#include <utility>

#include "base/bytes.h"
#include "maxcompute/wire/arrow/decimal.h"
#include "maxcompute/wire/arrow/errors.h"
#include "maxcompute/wire/encoded_value.h"

namespace otsstream::maxcompute::arrow {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kMsPerSecond = 1000;

constexpr char kValueFollows = 0;
constexpr char kNull = 1;

uint64_t bytes_of_bits(uint64_t bits) { return bits / 8 + (bits % 8 != 0); }

bool bit(std::string_view bits, uint64_t at) {
  return (static_cast<uint8_t>(bits[at / 8]) >> (at % 8) & 1) != 0;
}

// `fraction` of `unit` to a second, below zero as well: seconds are floored.
void put_seconds(std::string& out, int64_t units, int64_t per_second) {
  int64_t seconds = units / per_second;
  int64_t rest = units % per_second;
  if (rest < 0) {
    rest += per_second;
    --seconds;
  }
  put_varint(out, zigzag_encode(seconds));
  put_varint(out, zigzag_encode(rest * (kNanosPerSecond / per_second)));
}

}  // namespace

struct ColumnReader::Rest {
  const RecordBatch& batch;
  size_t node = 0;
  size_t buffer = 0;

  Result<std::string_view> next_buffer() {
    if (buffer == batch.buffers.size()) {
      return malformed("a record batch of " + std::to_string(batch.buffers.size()) +
                       " buffers, too few for the table's columns");
    }
    return batch.buffers[buffer++];
  }
};

Result<std::vector<ColumnReader>> ColumnReader::open(const std::vector<Field>& fields,
                                                     const RecordBatch& batch) {
  Rest rest{batch};
  std::vector<ColumnReader> columns;
  columns.reserve(fields.size());
  for (const Field& field : fields) {
    OTS_TRY(auto column, take(field, rest, batch.rows));
    columns.push_back(std::move(column));
  }
  if (rest.node != batch.nodes.size() || rest.buffer != batch.buffers.size()) {
    return malformed("a record batch of " + std::to_string(batch.nodes.size()) + " nodes and " +
                     std::to_string(batch.buffers.size()) +
                     " buffers, where the table's columns have " + std::to_string(rest.node) +
                     " and " + std::to_string(rest.buffer));
  }
  // Then no buffer bounds the rows.
  if (fields.empty() && batch.rows != 0) return malformed("rows without columns");
  return columns;
}

Result<ColumnReader> ColumnReader::take(const Field& field, Rest& rest, uint64_t length) {
  if (rest.node == rest.batch.nodes.size()) {
    return malformed("a record batch of " + std::to_string(rest.node) +
                     " nodes, too few for the table's columns");
  }
  const Node& node = rest.batch.nodes[rest.node++];
  if (node.length < length) {
    return malformed("array " + field.name + " has " + std::to_string(node.length) +
                     " values, where " + std::to_string(length) + " are needed");
  }
  if (node.null_count > 0 && static_cast<uint64_t>(node.null_count) > node.length) {
    return malformed("array " + field.name + " has more NULLs than values");
  }
  ColumnReader column(field);
  column.length_ = node.length;
  OTS_TRY(column.validity_, rest.next_buffer());
  if (node.null_count == 0) column.validity_ = {};
  if ((!column.validity_.empty() || node.null_count > 0) &&
      column.validity_.size() < bytes_of_bits(node.length)) {
    return malformed("array " + field.name + ": its validity bits are cut");
  }
  OTS_CHECK(column.take_values(rest));
  return column;
}

Status ColumnReader::take_values(Rest& rest) {
  bool fits = true;
  switch (field_->shape) {
    case Shape::kInteger:
    case Shape::kReal:
    case Shape::kDecimal:
    case Shape::kNanos:
    case Shape::kDayTime: {
      OTS_TRY(data_, rest.next_buffer());
      fits = length_ <= data_.size() / field_->width;
      break;
    }
    case Shape::kBoolean: {
      OTS_TRY(data_, rest.next_buffer());
      fits = bytes_of_bits(length_) <= data_.size();
      break;
    }
    case Shape::kText: {
      OTS_CHECK(take_offsets(rest));
      OTS_TRY(data_, rest.next_buffer());
      fits = offset(length_) <= data_.size();
      break;
    }
    case Shape::kList:
    case Shape::kMap: {
      OTS_CHECK(take_offsets(rest));
      OTS_TRY(auto child, take(field_->children[0], rest, offset(length_)));
      children_.push_back(std::move(child));
      break;
    }
    case Shape::kSecondsNanos:
    case Shape::kStruct: {
      for (const Field& field : field_->children) {
        OTS_TRY(auto child, take(field, rest, length_));
        children_.push_back(std::move(child));
      }
      break;
    }
  }
  if (!fits) return malformed("array " + field_->name + ": its data is cut");
  return {};
}

Status ColumnReader::take_offsets(Rest& rest) {
  OTS_TRY(offsets_, rest.next_buffer());
  if (offsets_.empty() && length_ == 0) return {};
  if (offsets_.size() / sizeof(int32_t) <= length_) {
    return malformed("array " + field_->name + ": its offsets are cut");
  }
  int32_t before = 0;
  for (uint64_t i = 0; i <= length_; ++i) {
    const auto at = load_fixed<int32_t>(offsets_.data() + i * sizeof(int32_t));
    if (at < before) return malformed("array " + field_->name + ": its offsets go back");
    before = at;
  }
  return {};
}

uint64_t ColumnReader::offset(uint64_t row) const {
  if (offsets_.empty()) return 0;
  return static_cast<uint64_t>(load_fixed<int32_t>(offsets_.data() + row * sizeof(int32_t)));
}

bool ColumnReader::is_null(uint64_t row) const {
  return !validity_.empty() && !bit(validity_, row);
}

std::string_view ColumnReader::number(uint64_t row) const {
  return data_.substr(row * field_->width, field_->width);
}

int64_t ColumnReader::integer(uint64_t row) const {
  const char* at = number(row).data();
  switch (field_->width) {
    case 1:
      return load_fixed<int8_t>(at);
    case 2:
      return load_fixed<int16_t>(at);
    case 4:
      return load_fixed<int32_t>(at);
    default:
      return load_fixed<int64_t>(at);
  }
}

Status ColumnReader::append(std::string& out, uint64_t row) const {
  switch (field_->shape) {
    case Shape::kInteger:
      put_varint(out, zigzag_encode(integer(row)));
      return {};
    case Shape::kReal:
      out += number(row);
      return {};
    case Shape::kBoolean:
      put_varint(out, bit(data_, row));
      return {};
    case Shape::kText: {
      const uint64_t begin = offset(row);
      const uint64_t size = offset(row + 1) - begin;
      put_varint(out, size);
      out.append(data_, begin, size);
      return {};
    }
    case Shape::kDecimal:
      return append_decimal(out, row);
    case Shape::kNanos:
      put_seconds(out, load_fixed<int64_t>(number(row).data()), kNanosPerSecond);
      return {};
    case Shape::kDayTime: {
      const char* days = number(row).data();
      put_seconds(
          out, load_fixed<int32_t>(days) * kMsPerDay + load_fixed<int32_t>(days + sizeof(int32_t)),
          kMsPerSecond);
      return {};
    }
    case Shape::kSecondsNanos:
      return append_seconds_nanos(out, row);
    case Shape::kList:
      return children_[0].append_list(out, offset(row), offset(row + 1));
    case Shape::kMap: {
      const ColumnReader& entries = children_[0];
      for (uint64_t i = offset(row); i < offset(row + 1); ++i) {
        if (entries.is_null(i) || entries.children_[0].is_null(i)) {
          return malformed("a map with a NULL key");
        }
      }
      OTS_CHECK(entries.children_[0].append_list(out, offset(row), offset(row + 1)));
      return entries.children_[1].append_list(out, offset(row), offset(row + 1));
    }
    case Shape::kStruct:
      for (const ColumnReader& child : children_) OTS_CHECK(child.append_flagged(out, row));
      return {};
  }
  return {};
}

Status ColumnReader::append_flagged(std::string& out, uint64_t row) const {
  if (is_null(row)) {
    out += kNull;
    return {};
  }
  out += kValueFollows;
  return append(out, row);
}

Status ColumnReader::append_list(std::string& out, uint64_t begin, uint64_t end) const {
  put_varint(out, end - begin);
  for (uint64_t row = begin; row < end; ++row) OTS_CHECK(append_flagged(out, row));
  return {};
}

Status ColumnReader::append_decimal(std::string& out, uint64_t row) const {
  std::string text;
  if (!append_decimal_text(text, number(row), field_->precision, field_->scale)) {
    return malformed("a number of more than " + std::to_string(field_->precision) + " digits");
  }
  // Written with more digits than the column has: those must be zeros.
  if (const auto excess = static_cast<size_t>(field_->scale - field_->text_scale); excess > 0) {
    if (text.find_first_not_of('0', text.size() - excess) != std::string::npos) {
      return malformed("the number " + text + " of a column without digits behind the point");
    }
    text.resize(text.size() - excess - 1);
  }
  put_varint(out, text.size());
  out += text;
  return {};
}

Status ColumnReader::append_seconds_nanos(std::string& out, uint64_t row) const {
  if (children_[0].is_null(row) || children_[1].is_null(row)) {
    return malformed("NULL seconds or nanos in a value that is not NULL");
  }
  const int64_t nanos = children_[1].integer(row);
  if (nanos < 0 || nanos >= kNanosPerSecond) {
    return malformed("nanos " + std::to_string(nanos) + ", where 0 to 999999999 are possible");
  }
  const int64_t seconds = children_[0].integer(row);
  if (field_->kind != TypeKind::kIntervalDayTime &&
      (seconds > kLastSecond || seconds < -kLastSecond)) {
    return malformed("second " + std::to_string(seconds) + " is outside the range of time");
  }
  put_varint(out, zigzag_encode(seconds));
  put_varint(out, zigzag_encode(nanos));
  return {};
}

}  // namespace otsstream::maxcompute::arrow
