#pragma once
// A run of a shard's records in one buffer that never moves: a reader's slice
// stays good while the writer appends behind it. docs/formats/change-log.md.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"

namespace otsstream::local {

// Records are staged first and count only once they are published, so that a
// commit that fails leaves no trace. Not synchronised.
class LogSegment {
 public:
  struct IndexEntry {
    size_t offset;
    int64_t timestamp_us;
  };

  explicit LogSegment(size_t capacity);
  // Full from the start: nothing more fits.
  LogSegment(std::string bytes, std::vector<IndexEntry> index);

  bool fits(size_t bytes) const { return bytes <= capacity_ - staged_; }
  // Requires fits(field.size()).
  void stage(std::string_view field, int64_t timestamp_us);
  std::string_view staged() const { return {data_.get() + used_, staged_ - used_}; }
  size_t staged_records() const { return index_.size() - records_; }
  void publish();
  void discard();

  // All of what follows is about published records.
  size_t records() const { return records_; }
  size_t capacity() const { return capacity_; }
  size_t bytes() const { return used_; }
  int64_t timestamp(size_t record) const { return index_[record].timestamp_us; }
  size_t offset(size_t record) const { return record == records_ ? used_ : index_[record].offset; }
  // First record with a timestamp of at least `us`, records() when there is
  // none.
  size_t lower_bound(int64_t us) const;
  std::vector<IndexEntry> index() const {
    return {index_.begin(), index_.begin() + static_cast<ptrdiff_t>(records_)};
  }
  // Records [first, last) as they go on the wire.
  SharedBuffer slice(size_t first, size_t last) const;
  // MD5 state of all bytes so far: a page that is this whole segment needs no
  // other hashing.
  const Md5& md5() const { return md5_; }
  // What the segment takes in memory.
  size_t footprint() const { return capacity_ + index_.size() * sizeof(IndexEntry); }

 private:
  std::shared_ptr<char> data_;
  size_t capacity_;
  size_t used_ = 0;    // behind the published bytes
  size_t staged_ = 0;  // behind the staged ones
  size_t records_ = 0;
  std::vector<IndexEntry> index_;  // of staged records too
  Md5 md5_;
};

}  // namespace otsstream::local
