#include "record/row_batch.h"

#include <algorithm>
#include <cstring>

namespace otsstream {
namespace {

constexpr size_t kChunkSize = 64u << 10;

}  // namespace

std::span<Value> RowBatch::add_row() {
  values_.resize(values_.size() + columns_);
  return {values_.data() + values_.size() - columns_, columns_};
}

char* RowBatch::allocate(size_t size) {
  // The last chunk is the open one; chunks never move, so views into them stay good.
  if (chunks_.empty() || chunk_size_ - chunk_used_ < size) {
    chunk_size_ = std::max(kChunkSize, size);
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_size_));
    chunk_used_ = 0;
  }
  char* place = chunks_.back().get() + chunk_used_;
  chunk_used_ += size;
  return place;
}

std::string_view RowBatch::copy(std::string_view text) {
  char* place = allocate(text.size());
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

void RowBatch::clear() {
  values_.clear();
  owners_.clear();
  // The open chunk is kept for the next fill, the others go.
  if (chunks_.size() > 1) {
    chunks_.front() = std::move(chunks_.back());
    chunks_.resize(1);
  }
  chunk_used_ = 0;
}

}  // namespace otsstream
