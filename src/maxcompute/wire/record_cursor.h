#pragma once
// Walks over a Tunnel record stream of any types and verifies it (maxcompute-protocol.md 4.6): wire
// types, record checksums, count, stream checksum, nothing behind the footer. Values stay encoded.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/cell.h"
#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute {

class RecordCursor {
 public:
  // `stream` and `columns` must outlive the cursor and the cells.
  RecordCursor(std::string_view stream, const std::vector<Column>& columns);
  // Fills `cells`, as many as columns, and says true; false after the verified footer. Fails with
  // kCorrupt "MalformedDataStream" or "CorruptedDataStream": byte offset, record, column, what was
  // wrong; and again so when called again.
  Result<bool> next(std::span<EncodedCell> cells);
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
