#pragma once
// PlainBuffer rows as views into the bytes they came in (tablestore-protocol.md 3). Every checksum
// is verified. Fails with kCorrupt "Wire-PlainBuffer", message with the byte offset and what was
// expected.

#include <string_view>

#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::tablestore {

// Walks the rows behind one header. Zero bytes are zero rows; trailing 00 bytes after a row are
// skipped (3.1).
class PlainBufferReader {
 public:
  explicit PlainBufferReader(std::string_view buffer) : buffer_(buffer) {}
  // Fills `row` (its vectors are reused) and says true, or says false at the end.
  Result<bool> next(RowView& row);

 private:
  std::string_view buffer_;
  size_t offset_ = 0;
};

// Exactly one row.
Status read_single_row(std::string_view buffer, RowView& row);
// A bare value (3.4), exactly.
Result<CellValue> read_bare_value(std::string_view bytes);
// The bare value that `bytes` begin with, as a view; `bytes` are moved behind it.
Status take_bare_value(std::string_view& bytes, CellValueView& value);

}  // namespace otsstream::tablestore
