#pragma once
// The sequenceInfo text (otsstream-reader.md 7.3): epoch_time_row_shard, in column mode followed by
// :cell. Fixed widths, so that the byte order of the texts is the order of the log.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tablestore/wire/types.h"

namespace otsstream::reader {

// Length of epoch_time_row_shard: the whole text of row mode.
size_t sequence_prefix_size(std::string_view shard_id);
// Writes it. False when a member is negative: no order could be kept.
bool write_sequence_prefix(const tablestore::SequenceInfo& sequence, std::string_view shard_id,
                           char* out);

// What column mode adds: ':' and ten digits.
inline constexpr size_t kCellIndexSize = 11;
void write_cell_index(uint32_t index, char* out);

}  // namespace otsstream::reader
