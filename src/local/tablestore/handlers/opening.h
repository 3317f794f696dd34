#pragma once
// Parts that several messages share, opened and checked: read options, conditions, keys, row
// changes.

#include "base/result.h"
#include "local/tablestore/schema_rules.h"
#include "local/tablestore/stored_table.h"
#include "tablestore/wire/messages.h"

namespace otsstream::local {

Result<RowProjection> open_read(const tablestore::ReadOptions& read, const LimitRules& limits);
// The buffers must outlive the result.
Result<RowWrite> open_write(tablestore::WriteType type, const SharedBuffer& row,
                            const tablestore::Condition& condition,
                            const std::optional<tablestore::ReturnContent>& return_content,
                            const LimitRules& limits);
// A key that stands alone (GetRow, range bounds): no cells, no marker.
Result<tablestore::PrimaryKey> open_key(const tablestore::TableMeta& meta, const SharedBuffer& row,
                                        KeyUse use, const LimitRules& limits);
// Rows of a range: PlainBuffer, or a matrix with the wanted columns (all that occur when none are
// named). No rows are zero bytes either way.
SharedBuffer encode_block(const tablestore::TableMeta& meta,
                          const std::vector<std::string>& wanted_columns,
                          const std::vector<tablestore::Row>& rows, bool as_matrix);
// A row of a batch that failed, in its own place of the answer (1.9).
tablestore::RowResult failed_row(Error error);
// Results of a table's rows, in the order of `changes`; those that could not be opened never reach
// the table. Atomic: one error fails every row.
std::vector<tablestore::RowResult> write_opened(StoredTable& table,
                                                std::vector<Result<RowWrite>> changes,
                                                const WriteOptions& options);

}  // namespace otsstream::local
