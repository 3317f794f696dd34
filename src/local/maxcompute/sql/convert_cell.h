#pragma once
// Values from one type to another: CAST, the implicit conversions of expressions, and what an
// INSERT does to fit its columns.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"
#include "maxcompute/wire/cell_text.h"

namespace otsstream::local {

// kCast shortens a text that is too long for char or varchar; kStore fails there.
enum class Conversion { kCast, kStore };

// A NULL stays one. Fails with kConfig "MaxCompute-Value" saying what does not fit; the value
// itself is for the caller to show. `from` must live as long as the result: texts may be views of
// it.
Result<maxcompute::ParsedCell> convert_cell(const maxcompute::Cell& cell,
                                            const maxcompute::ColumnType& from,
                                            const maxcompute::ColumnType& to, const Zone& zone,
                                            Conversion conversion);

// Whether there is any conversion between the types at all.
bool can_convert(const maxcompute::ColumnType& from, const maxcompute::ColumnType& to);

// The number at the whole of a text, NaN and Infinity by name; nothing for anything else.
std::optional<double> parse_double(std::string_view text);
// Shortest digits that read back as the same number, with a point or exponent: "3.0", "NaN".
std::string double_text(double value);

}  // namespace otsstream::local
