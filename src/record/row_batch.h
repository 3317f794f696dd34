#pragma once
// Rows x columns of Value, row by row, with a share in every buffer that they point into. Reused:
// clear() keeps the capacity.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "record/value.h"

namespace otsstream {

class RowBatch {
 public:
  explicit RowBatch(size_t columns) : columns_(columns) {}
  RowBatch(RowBatch&&) = default;
  RowBatch& operator=(RowBatch&&) = default;

  size_t columns() const { return columns_; }
  size_t rows() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
  bool empty() const { return values_.empty(); }

  // A new row of nulls. Valid until the next add_row.
  std::span<Value> add_row();
  std::span<const Value> row(size_t i) const { return {values_.data() + i * columns_, columns_}; }

  // Keeps `buffer` alive as long as the batch holds rows.
  void keep(const SharedBuffer& buffer) { owners_.push_back(buffer.owner()); }
  // `size` bytes whose address does not change until clear(): for texts that the reader makes
  // itself (sequence info).
  char* allocate(size_t size);
  std::string_view copy(std::string_view text);

  void clear();

 private:
  size_t columns_;
  std::vector<Value> values_;
  std::vector<std::shared_ptr<const void>> owners_;
  std::vector<std::unique_ptr<char[]>> chunks_;
  size_t chunk_used_ = 0;
  size_t chunk_size_ = 0;
};

}  // namespace otsstream
