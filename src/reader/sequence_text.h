#pragma once
// The sequenceInfo text (otsstream-reader.md 7.3): epoch_time_row_shard:cell with fixed widths, so
// that the byte order of the texts is the order of the log.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tablestore/wire/types.h"

namespace otsstream::reader {

// Length of the text of column mode.
size_t sequence_text_size(std::string_view shard_id);

// Writes everything but the cell index: sequence_text_size(shard_id) - 10 bytes, the last one ':'.
// False when a member is negative: no order could be kept.
bool write_sequence_prefix(const tablestore::SequenceInfo& sequence, std::string_view shard_id,
                           char* out);

// Writes the ten digits of the cell index.
void write_cell_index(uint32_t index, char* out);

}  // namespace otsstream::reader
