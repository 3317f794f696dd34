#include "local/tablestore/log_segment.h"

#include <algorithm>
#include <cstring>

namespace otsstream::local {

LogSegment::LogSegment(size_t capacity)
    : data_(new char[capacity], std::default_delete<char[]>()), capacity_(capacity) {}

LogSegment::LogSegment(std::string bytes, std::vector<IndexEntry> index)
    : capacity_(bytes.size()), staged_(bytes.size()), index_(std::move(index)) {
  auto owner = std::make_shared<std::string>(std::move(bytes));
  data_ = std::shared_ptr<char>(owner, owner->data());
  publish();
}

void LogSegment::stage(std::string_view field, int64_t timestamp_us) {
  std::memcpy(data_.get() + staged_, field.data(), field.size());
  index_.push_back({staged_, timestamp_us});
  staged_ += field.size();
}

void LogSegment::publish() {
  md5_.add(staged());
  used_ = staged_;
  records_ = index_.size();
}

void LogSegment::discard() {
  staged_ = used_;
  index_.resize(records_);
}

size_t LogSegment::lower_bound(int64_t us) const {
  auto end = index_.begin() + static_cast<ptrdiff_t>(records_);
  auto found = std::lower_bound(
      index_.begin(), end, us,
      [](const IndexEntry& entry, int64_t wanted) { return entry.timestamp_us < wanted; });
  return static_cast<size_t>(found - index_.begin());
}

SharedBuffer LogSegment::slice(size_t first, size_t last) const {
  return SharedBuffer(data_,
                      std::string_view(data_.get() + offset(first), offset(last) - offset(first)));
}

}  // namespace otsstream::local
