#pragma once
// The records of a Tunnel record stream as rows, for types that rows can carry: a RecordCursor that
// decodes (maxcompute-protocol.md 4.6).

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/record_cursor.h"
#include "record/value.h"

namespace otsstream::maxcompute {

class RecordStreamReader {
 public:
  // `stream` and `columns` must outlive the reader. Integers come as kLong, float as kDouble, char,
  // varchar, json and decimal as their text, datetime and date (its midnight UTC) as kDate. A value
  // of a timestamp, interval or complex type fails with kUnsupported; NULLs there are fine.
  RecordStreamReader(std::string_view stream, const std::vector<Column>& columns);
  // Fills `row` (as many values as columns; views into the stream) and says true; false after the
  // verified footer. Fails as RecordCursor::next does.
  Result<bool> next(std::span<Value> row);
  uint64_t records() const { return cursor_.records(); }

 private:
  RecordCursor cursor_;
  const std::vector<Column>& columns_;
  std::vector<EncodedCell> cells_;
};

}  // namespace otsstream::maxcompute
