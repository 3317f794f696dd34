#pragma once
// Cells as texts and back: as MaxCompute shows them (`select`, CSV), as JSON inside complex types
// (maxcompute-protocol.md 5.3), and as the texts that are written into such columns.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"
#include "maxcompute/wire/cell.h"

namespace otsstream::maxcompute {

// Appends the text of a cell that is not NULL. `zone`: of datetime and timestamp; timestamp_ntz
// has none. Texts: "2024-01-02 03:04:05" (datetime), with ".123" or ".123456789" when there is a
// fraction, "2024-02-29", "true", "1 02:03:04.000000005" (day-time), "1-2" (year-month), complex
// types as JSON; binary as it is (inside JSON: Base64); doubles "1.5", "NaN", "Infinity".
void append_text(std::string& out, const Cell& cell, const ColumnType& type, const Zone& zone);

// Owns what the texts of a parsed cell point into.
struct ParsedCell {
  Cell cell;
  std::shared_ptr<const void> owner;
};
// The reverse; JSON for complex types, its elements by maxcompute-protocol.md 5.2/5.3. Fails with
// kCorrupt "MaxCompute-Value", naming the place within the JSON ("$.a[3]").
Result<ParsedCell> parse_text(std::string_view text, const ColumnType& type, const Zone& zone);

}  // namespace otsstream::maxcompute
