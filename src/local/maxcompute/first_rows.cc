#include "local/maxcompute/first_rows.h"

#include <algorithm>
#include <span>
#include <vector>

#include "local/maxcompute/partition_values.h"
#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/cell_text.h"
#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::EncodedCell;
using maxcompute::PartitionSpec;
using maxcompute::TableSchema;
using maxcompute::ascii::lower;
using maxcompute::ascii::trim;

namespace {

std::vector<Column> all_columns(const TableSchema& schema) {
  std::vector<Column> all = schema.columns;
  all.insert(all.end(), schema.partition_keys.begin(), schema.partition_keys.end());
  return all;
}

// Positions in all_columns.
Result<std::vector<size_t>> positions(std::string_view names, const TableSchema& schema,
                                      const std::vector<Column>& all) {
  std::vector<size_t> found;
  if (trim(names).empty()) {
    for (size_t i = 0; i < all.size(); ++i) found.push_back(i);
    return found;
  }
  while (true) {
    const size_t end = std::min(names.find(','), names.size());
    const std::string name = lower(trim(names.substr(0, end)));
    auto column =
        std::find_if(all.begin(), all.end(), [&](const Column& c) { return c.name == name; });
    if (column == all.end()) {
      return fail(ErrorKind::kConfig, "InvalidColumnSpec",
                  "table " + schema.table + " has no column '" + name + "'");
    }
    found.push_back(static_cast<size_t>(column - all.begin()));
    if (end == names.size()) return found;
    names.remove_prefix(end + 1);
  }
}

// The values of the partition columns as cells are encoded.
Result<std::vector<std::string>> level_cells(const TableSchema& schema, const PartitionSpec& spec) {
  std::vector<std::string> cells;
  for (size_t i = 0; i < schema.partition_keys.size(); ++i) {
    const maxcompute::ColumnType& type = schema.partition_keys[i].type;
    OTS_TRY(auto parsed, maxcompute::parse_text(spec.parts()[i].second, type, Zone::utc()));
    OTS_CHECK(maxcompute::append_encoded(cells.emplace_back(), parsed.cell, type));
  }
  return cells;
}

struct Collector {
  const TableSchema& schema;
  const BlockStore& blocks;
  const std::vector<size_t>& wanted;
  const std::vector<Column>& all;
  uint64_t limit;
  maxcompute::RecordStreamWriter out{};

  Status add(const PartitionBlocks& partition) {
    OTS_TRY(auto levels, level_cells(schema, partition.spec));
    const size_t data_columns = schema.columns.size();
    std::vector<EncodedCell> row(all.size());
    for (size_t i = 0; i < levels.size(); ++i) row[data_columns + i] = {levels[i], false};
    for (const StoredBlock& block : partition.blocks) {
      if (out.records() == limit) break;
      OTS_TRY(auto bytes, blocks.get(block.blob));
      maxcompute::RecordCursor cursor(bytes.view(), schema.columns);
      while (out.records() < limit) {
        OTS_TRY(bool more, cursor.next(std::span(row.data(), data_columns)));
        if (!more) break;
        for (size_t i = 0; i < wanted.size(); ++i) {
          const EncodedCell& cell = row[wanted[i]];
          if (cell.null) continue;
          out.add_encoded(static_cast<uint32_t>(i + 1), all[wanted[i]].type, cell.bytes);
        }
        out.end_record();
      }
    }
    return {};
  }
};

}  // namespace

Result<ResultTable> first_rows(const Backend& backend, const FirstRows& wanted) {
  BlockStore::Reading reading(backend.blocks);
  OTS_TRY(auto landed, backend.catalog.snapshot(wanted.table));
  const TableSchema& schema = landed.schema;
  OTS_TRY(auto prefix, to_level_prefix(schema, wanted.partition));
  if (wanted.partition.parts().size() == schema.partition_keys.size()) {
    OTS_CHECK(backend.catalog.partition(wanted.table, wanted.partition));
  }
  const std::vector<Column> all = all_columns(schema);
  OTS_TRY(auto chosen, positions(wanted.columns, schema, all));
  Collector collector{schema, backend.blocks, chosen, all, wanted.limit};
  for (const PartitionBlocks& partition : landed.partitions) {
    OTS_TRY(auto values, to_level_values(schema, partition.spec));
    if (prefix.ends_with('/') ? values.starts_with(prefix) : prefix.empty() || values == prefix) {
      OTS_CHECK(collector.add(partition));
    }
  }
  ResultTable table;
  for (size_t position : chosen) table.columns.push_back(all[position]);
  table.records = collector.out.records();
  table.record_stream = collector.out.finish();
  return table;
}

}  // namespace otsstream::local
