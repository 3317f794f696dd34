#pragma once
// What a table, its options and its Stream may look like, and whether a key or a written row fits
// the table: the service's validations, with its codes. Pure functions.

#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/tablestore/limit_rules.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

// OTSParameterInvalid, all of them.
Status check_meta(const tablestore::TableMeta& meta, const LimitRules& limits);
Status check_options(const tablestore::TableOptions& options, const LimitRules& limits);
Status check_reserved(const tablestore::CapacityUnit& reserved, const LimitRules& limits);
Status check_sse(const tablestore::SseSpec& spec);
Status check_stream_spec(const tablestore::TableMeta& meta, const tablestore::StreamSpec& spec,
                         const LimitRules& limits);
// Partition ranges of CreateTable: without gaps from INF_MIN to INF_MAX, bounds of the first key
// column's type. Gives the inner bounds.
Result<std::vector<tablestore::CellValue>> check_partitions(
    const tablestore::TableMeta& meta,
    const std::vector<std::pair<tablestore::CellValue, tablestore::CellValue>>& ranges);

enum class KeyUse {
  kWrite,
  kRead,
  kRangeBound
};  // kWrite: AUTO_INCREMENT allowed where the schema has it; kRangeBound: INF_MIN, INF_MAX
// The key, owned. OTSInvalidPK when it does not fit the schema, OTSParameterInvalid for a value
// that is too long.
Result<tablestore::PrimaryKey> check_key(const tablestore::TableMeta& meta,
                                         const std::vector<tablestore::CellView>& key, KeyUse use,
                                         const LimitRules& limits);

// Shape of a written row (3.2, 3.7): cells, names, values, counts. OTSParameterInvalid,
// OTSOutOfColumnCountLimit, OTSOutOfRowSizeLimit.
Status check_written_row(const tablestore::TableMeta& meta,
                         const std::vector<tablestore::DefinedColumn>& defined_columns,
                         tablestore::WriteType type, const tablestore::RowView& row,
                         const LimitRules& limits);

}  // namespace otsstream::local
