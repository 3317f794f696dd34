#pragma once
// Parts that several messages share, opened and checked: read options, conditions, keys, row
// changes.

#include "base/result.h"
#include "local/tablestore/schema_rules.h"
#include "local/tablestore/stored_table.h"
#include "tablestore/wire/messages.h"

namespace otsstream::local {

Result<RowProjection> open_read(const tablestore::ReadOptions& read,
                                const std::string& transaction_id = {});
// The buffers must outlive the result.
Result<RowWrite> open_write(tablestore::WriteType type, const SharedBuffer& row,
                            const tablestore::Condition& condition,
                            const std::optional<tablestore::ReturnContent>& return_content);
// A key that stands alone (GetRow, range bounds): no cells, no marker.
Result<tablestore::PrimaryKey> open_key(const tablestore::TableMeta& meta, const SharedBuffer& row,
                                        KeyUse use);
// The local Tablestore has no transactions: an id names none.
Status refuse_transaction(const std::string& transaction_id);

}  // namespace otsstream::local
