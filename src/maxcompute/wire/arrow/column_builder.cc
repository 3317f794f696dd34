#include "maxcompute/wire/arrow/column_builder.h"

#include <cstring>
#include <limits>
#include <utility>

#include "base/bytes.h"
#include "maxcompute/wire/arrow/decimal.h"

namespace otsstream::maxcompute::arrow {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kNanosPerMs = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kMsPerSecond = 1000;

void append_bit(std::string& bits, uint64_t at, bool value) {
  if (at % 8 == 0) bits += '\0';
  if (value) bits.back() = static_cast<char>(static_cast<uint8_t>(bits.back()) | 1u << (at % 8));
}

// The last of `count` bits, which is clear.
void set_last_bit(std::string& bits, uint64_t count) {
  bits.back() = static_cast<char>(static_cast<uint8_t>(bits.back()) | 1u << ((count - 1) % 8));
}

// The range of a signed integer of `width` bytes.
bool fits(int64_t v, size_t width) {
  if (width == sizeof v) return true;
  const int64_t limit = int64_t{1} << (8 * width - 1);
  return v >= -limit && v < limit;
}

// False when int64 cannot hold it.
bool whole_nanos(int64_t seconds, int32_t nanos, int64_t& whole) {
  int64_t rest = nanos;
  // Below zero by way of the next second: the product alone may be too far.
  if (seconds < 0 && nanos > 0) {
    ++seconds;
    rest -= kNanosPerSecond;
  }
  return !__builtin_mul_overflow(seconds, kNanosPerSecond, &whole) &&
         !__builtin_add_overflow(whole, rest, &whole);
}

}  // namespace

ColumnBuilder::ColumnBuilder(const Field& field, std::string& problem)
    : field_(&field), problem_(&problem) {
  clear();
  children_.reserve(field.children.size());
  for (const Field& child : field.children) children_.emplace_back(child, problem);
}

bool ColumnBuilder::has_offsets() const {
  return field_->shape == Shape::kText || field_->shape == Shape::kList ||
         field_->shape == Shape::kMap;
}

void ColumnBuilder::clear() {
  length_ = 0;
  nulls_ = 0;
  validity_.clear();
  offsets_.clear();
  data_.clear();
  if (has_offsets()) put_fixed(offsets_, int32_t{0});
}

void ColumnBuilder::begin_row() {
  append_bit(validity_, length_, false);
  ++nulls_;
  if (has_offsets()) {
    offsets_.append(offsets_, offsets_.size() - sizeof(int32_t), sizeof(int32_t));
  } else if (field_->shape == Shape::kBoolean) {
    append_bit(data_, length_, false);
  } else if (children_.empty()) {
    data_.append(field_->width, '\0');
  } else {
    for (ColumnBuilder& child : children_) child.begin_row();
  }
  ++length_;
}

void ColumnBuilder::set_valid() {
  set_last_bit(validity_, length_);
  --nulls_;
}

void ColumnBuilder::set_end(uint64_t end) {
  if (end > static_cast<uint64_t>(std::numeric_limits<int32_t>::max())) {
    refuse("more than 2 GiB of values in a row");
    return;
  }
  const auto offset = static_cast<int32_t>(end);
  std::memcpy(offsets_.data() + offsets_.size() - sizeof offset, &offset, sizeof offset);
}

void ColumnBuilder::refuse(const std::string& what) {
  if (problem_->empty()) *problem_ = "the Arrow form cannot hold " + what;
}

void ColumnBuilder::integer(int64_t v) {
  set_valid();
  const size_t width = field_->width;
  if (!fits(v, width)) {
    refuse(std::to_string(v) + " in " + std::to_string(width * 8) + " bits");
  }
  // Little-endian: the low bytes come first.
  std::memcpy(data_.data() + data_.size() - width, &v, width);
}

void ColumnBuilder::boolean(bool v) {
  set_valid();
  if (v) set_last_bit(data_, length_);
}

void ColumnBuilder::text(std::string_view v) {
  set_valid();
  if (field_->shape == Shape::kText) {
    data_ += v;
    set_end(data_.size());
    return;
  }
  const size_t width = field_->width;
  if (!parse_decimal(v, field_->precision, field_->scale,
                     std::span(data_.data() + data_.size() - width, width))) {
    refuse("'" + std::string(v.substr(0, 100)) + "' as a decimal of " +
           std::to_string(field_->precision) + " digits, " + std::to_string(field_->scale) +
           " behind the point, in " + std::to_string(width * 8) + " bits");
  }
}

void ColumnBuilder::seconds(int64_t whole, int32_t nanos) {
  auto beyond = [&](const char* form) {
    refuse(std::to_string(whole) + " s and " + std::to_string(nanos) + " ns as " + form);
  };
  if (field_->shape == Shape::kSecondsNanos) {
    set_valid();
    children_[0].set(whole);
    children_[1].set(nanos);
  } else if (field_->shape == Shape::kNanos) {
    int64_t in_nanos = 0;
    if (!whole_nanos(whole, nanos, in_nanos)) beyond("int64 nanoseconds");
    set(in_nanos);
  } else {
    const int64_t days = whole / kSecondsPerDay;
    const int64_t ms = whole % kSecondsPerDay * kMsPerSecond + nanos / kNanosPerMs;
    if (nanos % kNanosPerMs != 0 || !fits(days, sizeof(int32_t))) beyond("days and milliseconds");
    // Days first, so in the low half.
    set(static_cast<uint64_t>(static_cast<uint32_t>(ms)) << 32 | static_cast<uint32_t>(days));
  }
}

void ColumnBuilder::container() {
  set_valid();
  next_field_ = 0;
}

ColumnBuilder& ColumnBuilder::element() {
  // A struct's fields began with its row.
  if (field_->shape == Shape::kStruct) return children_[next_field_++];
  children_[0].begin_row();
  set_end(children_[0].length_);
  return children_[0];
}

ColumnBuilder& ColumnBuilder::key() {
  ColumnBuilder& entries = children_[0];
  append_bit(entries.validity_, entries.length_++, true);
  set_end(entries.length_);
  entries.children_[0].begin_row();
  return entries.children_[0];
}

ColumnBuilder& ColumnBuilder::value(uint64_t) {
  ColumnBuilder& values = children_[0].children_[1];
  values.begin_row();
  return values;
}

void ColumnBuilder::finish(BatchParts& parts) {
  parts.nodes.push_back({length_, static_cast<int64_t>(nulls_)});
  // No bits: nothing is NULL.
  parts.buffers.push_back(nulls_ == 0 ? std::string() : std::move(validity_));
  if (has_offsets()) parts.buffers.push_back(std::move(offsets_));
  if (children_.empty()) parts.buffers.push_back(std::move(data_));
  for (ColumnBuilder& child : children_) child.finish(parts);
  clear();
}

}  // namespace otsstream::maxcompute::arrow
