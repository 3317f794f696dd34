#pragma once
// SimpleRowMatrix (tablestore-protocol.md 3.9): rows of one table as values in a fixed column
// order, without versions. The block of BulkExport, and of GetRange when hinted.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::tablestore {

// Of each row: the key, and the first cell (the newest version) of each attribute column; cells of
// other columns are left out. Rows have their cells ordered by name. Requires key names as the
// first row has them, and names of at most 32767 bytes.
std::string encode_row_matrix(const std::vector<KeySchema>& key_columns,
                              const std::vector<std::string>& attribute_columns,
                              const std::vector<Row>& rows);

struct RowMatrix {
  std::vector<std::string> key_columns;
  std::vector<std::string> attribute_columns;
  bool has_entire_keys = true;
  // Cells in column order, without version; a missing value has no cell.
  std::vector<Row> rows;
};
// Fails with kCorrupt "Wire-RowMatrix", message with the byte offset and what was expected.
Result<RowMatrix> decode_row_matrix(std::string_view bytes);

}  // namespace otsstream::tablestore
