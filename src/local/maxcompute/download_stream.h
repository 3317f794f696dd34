#pragma once
// What a download session reads: a range of rows, some columns, as one self-contained record
// stream.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "local/maxcompute/block_store.h"
#include "local/maxcompute/catalog.h"

namespace otsstream::local {

struct RowRange {
  uint64_t start = 0;
  uint64_t count = 0;
};

// "(start,count)"; fails with kConfig "InvalidRowRange".
Result<RowRange> parse_row_range(std::string_view text);

// Positions in schema.columns, in the order of the request; all for an empty text. Fails with
// kConfig "InvalidColumnSpec" for unknown, partition and repeated columns.
Result<std::vector<size_t>> parse_columns(std::string_view text,
                                          const maxcompute::TableSchema& schema);

// Clips the range at the end. Values are passed on as they are encoded; with all columns a range
// that is exactly one block goes out as it came in. Fails with kCorrupt for a bad block.
Result<SharedBuffer> read_records(const std::vector<StoredBlock>& stored,
                                  const std::vector<maxcompute::Column>& schema, RowRange range,
                                  const std::vector<size_t>& columns, const BlockStore& blocks);

}  // namespace otsstream::local
