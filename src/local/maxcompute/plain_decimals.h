#pragma once
// Decimals with an exponent. PyODPS sends str(Decimal), which is "1E-18" for small numbers; the
// record stream has plain digits (maxcompute-protocol.md 4.3), and so have our blocks.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local {

// The same records with every decimal in plain digits, wherever it stands in arrays, maps and
// structs; nothing when all are plain already. A text that is no number stays what it is: the check
// of the block refuses it. Fails as RecordCursor does.
Result<std::optional<std::string>> with_plain_decimals(
    std::string_view stream, const std::vector<maxcompute::Column>& columns);

}  // namespace otsstream::local
