#pragma once
// One value of any MaxCompute type, taken apart (maxcompute-protocol.md 4.3): what SQL, Arrow and
// texts of complex types are made from and into. Where rows only pass through, their encoded bytes
// are passed on instead (EncodedCell).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute {

// A value exactly as it stands in a record stream, without its tag; a view of the stream.
struct EncodedCell {
  std::string_view bytes;
  bool null = true;
};

struct Cell {
  bool null = true;
  // Integers; boolean 0/1; datetime: epoch ms; date: epoch day; interval_year_month: months;
  // timestamp, timestamp_ntz, interval_day_time: seconds (floored).
  int64_t number = 0;
  int32_t nanos = 0;        // 0 ... 999999999, behind the seconds
  double real = 0;          // double, float
  std::string_view text;    // string, char, varchar, binary, json, decimal (plain digits); a view
  std::vector<Cell> items;  // array: elements; struct: fields; map: key, value, key, value ...
};

// `encoded` must be exactly one value of `type`. Texts of the cell are views into it. Fails with
// kCorrupt "MalformedDataStream".
Result<Cell> decode_cell(std::string_view encoded, const ColumnType& type);

// Appends the encoding of a cell that is not NULL. Fails with kCorrupt "MaxCompute-Value" for what
// `type` cannot hold: NULL map keys, nanos out of range, a wrong number of struct fields.
Status append_encoded(std::string& out, const Cell& cell, const ColumnType& type);

}  // namespace otsstream::maxcompute
