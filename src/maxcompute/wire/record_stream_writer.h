#pragma once
// Tunnel record stream: values -> bytes with both checksums in one pass (maxcompute-protocol.md 4).
// One object per block.

#include <cstdint>
#include <string>
#include <string_view>

#include "maxcompute/wire/record_checksum.h"
#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute {

class RecordStreamWriter {
 public:
  RecordStreamWriter() = default;
  explicit RecordStreamWriter(size_t reserve_bytes) { out_.reserve(reserve_bytes); }

  // Within a record columns come in ascending order; NULL columns are simply not written. `column`
  // is 1-based.
  void add_bigint(
      uint32_t column,
      int64_t v);  // also tinyint, smallint, int; datetime as epoch ms, date as epoch day
  void add_double(uint32_t column, double v);
  void add_float(uint32_t column, float v);
  void add_boolean(uint32_t column, bool v);
  void add_text(uint32_t column,
                std::string_view v);  // string, char, varchar, json, decimal and binary
  // timestamp, timestamp_ntz, interval_day_time: whole seconds (floored), nanos 0 ... 999999999.
  void add_seconds(uint32_t column, int64_t seconds, int32_t nanos);
  // A value of any type that is encoded already (EncodedCell::bytes, append_encoded); it must be
  // well-formed: what a RecordCursor gave or append_encoded made.
  void add_encoded(uint32_t column, const ColumnType& type, std::string_view encoded);
  void end_record();
  // Takes back everything since the last end_record (a dirty record found in its middle).
  void drop_record();

  uint64_t records() const { return records_; }
  size_t bytes() const { return size_; }
  // Writes the footer and gives the whole stream away; the object is then empty and may be used
  // again.
  std::string finish();

 private:
  // Room for `bytes` more behind size_.
  char* room(size_t bytes) {
    if (size_ + bytes > out_.size()) grow(bytes);
    return out_.data() + size_;
  }
  void grow(size_t bytes);
  void advance_to(const char* end) { size_ = static_cast<size_t>(end - out_.data()); }

  std::string out_;  // the stream is its first size_ bytes; the rest is room
  size_t size_ = 0;
  size_t record_start_ = 0;
  RecordChecksum checksum_;  // of the open record
  uint32_t stream_crc_ = 0;
  uint64_t records_ = 0;
};

}  // namespace otsstream::maxcompute
