#pragma once
// Rows -> PlainBuffer (tablestore-protocol.md 3), checksums included.

#include <string>
#include <string_view>

#include "tablestore/wire/types.h"

namespace otsstream::tablestore {

void append_header(std::string& out);
void append_row(std::string& out, const Row& row);
void append_row(std::string& out, const RowView& row);
// `row` is what encode_row() gave for a row without a sequence; `out` gets the row with it.
void append_row_with_sequence(std::string& out, std::string_view row, const SequenceInfo& sequence);
// Header and one row.
std::string encode_row(const Row& row);
std::string encode_key(const PrimaryKey& key);         // key only, no marker: GetRow, range bounds
std::string encode_delete_key(const PrimaryKey& key);  // with the delete marker: DeleteRow
void append_bare_value(std::string& out, const CellValue& value);

}  // namespace otsstream::tablestore
