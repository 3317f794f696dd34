#pragma once
// Tunnel record stream, verified while it is read (maxcompute-protocol.md 4.6): wire types, record
// checksums, count, stream checksum, nothing behind the footer. Used by the local server on every
// block, by downloads and by tests.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/types.h"
#include "record/value.h"

namespace otsstream::maxcompute {

class RecordStreamReader {
 public:
  // `stream` and `columns` must outlive the reader. Integers come as kLong, float as kDouble, char,
  // varchar, json and decimal as their text, datetime and date (its midnight UTC) as kDate. A value
  // of a timestamp, interval or complex type fails with kUnsupported; NULLs there are fine.
  RecordStreamReader(std::string_view stream, const std::vector<Column>& columns);
  // Fills `row` (as many values as columns; views into the stream) and says true; false after the
  // verified footer. Fails with kCorrupt "MalformedDataStream" or "CorruptedDataStream", message
  // with the byte offset and what was wrong.
  Result<bool> next(std::span<Value> row);
  uint64_t records() const { return records_; }

 private:
  std::string_view stream_;
  const std::vector<Column>& columns_;
  size_t offset_ = 0;
  uint64_t records_ = 0;
  uint32_t stream_crc_ = 0;
  bool done_ = false;
};

// Reads to the end; the number of records, or what is wrong.
Result<uint64_t> verify_record_stream(std::string_view stream, const std::vector<Column>& columns);

}  // namespace otsstream::maxcompute
