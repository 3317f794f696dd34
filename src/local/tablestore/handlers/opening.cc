#include "local/tablestore/handlers/opening.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "local/tablestore/rejection.h"
#include "tablestore/wire/filter.h"
#include "tablestore/wire/matrix_row.h"
#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

Result<std::optional<RowFilter>> open_filter(const SharedBuffer& bytes, const LimitRules& limits) {
  if (bytes.empty()) return std::nullopt;
  OTS_TRY(Filter filter, decode_filter(bytes.view()));
  return RowFilter::open(std::move(filter), limits);
}

}  // namespace

Result<RowProjection> open_read(const ReadOptions& read, const LimitRules& limits) {
  RowProjection out;
  OTS_CHECK(limits.check(LimitName::kColumnsToGet, read.columns_to_get.size()));
  out.columns = read.columns_to_get;
  if (!read.max_versions && !read.time_range)
    return reject_parameter("No version condition is specified while querying row.");
  if (read.max_versions) OTS_CHECK(limits.check(LimitName::kMaxVersions, *read.max_versions));
  out.max_versions = read.max_versions.value_or(INT32_MAX);
  if (read.time_range) {
    const TimeRange& range = *read.time_range;
    if (range.specific) {
      if (range.start || range.end || *range.specific < 0 || *range.specific == INT64_MAX)
        return reject_parameter(
            "A specific time must not be negative, and excludes start and end time.");
      out.start_ms = *range.specific;
      out.end_ms = *range.specific + 1;
    } else {
      if (!range.start || !range.end || *range.start < 0 || *range.start >= *range.end)
        return reject_parameter(
            "A time range needs a start time of at least 0 and a greater end time.");
      out.start_ms = range.start;
      out.end_ms = range.end;
    }
  }
  OTS_TRY(out.filter, open_filter(read.filter, limits));
  out.start_column = read.start_column;
  out.end_column = read.end_column;
  return out;
}

Result<RowWrite> open_write(WriteType type, const SharedBuffer& row, const Condition& condition,
                            const std::optional<ReturnContent>& return_content,
                            const LimitRules& limits) {
  RowWrite out;
  out.type = type;
  OTS_CHECK(read_single_row(row.view(), out.row));
  out.condition.existence = condition.row_existence;
  OTS_TRY(out.condition.columns, open_filter(condition.column_condition, limits));
  if (out.condition.columns && out.condition.columns->has_pagination())
    return reject_parameter("A column condition cannot hold a pagination filter.");
  if (type == WriteType::kUpdate && condition.row_existence == RowExistence::kExpectNotExist)
    return reject_parameter("Invalid condition: EXPECT_NOT_EXIST while updating row.");
  if (type == WriteType::kDelete && condition.row_existence == RowExistence::kExpectNotExist)
    return reject_parameter("Invalid condition: EXPECT_NOT_EXIST while deleting row.");
  if (return_content && return_content->type) {
    out.return_type = *return_content->type;
    out.return_columns = return_content->columns;
  }
  return out;
}

Result<PrimaryKey> open_key(const TableMeta& meta, const SharedBuffer& row, KeyUse use,
                            const LimitRules& limits) {
  RowView view;
  OTS_CHECK(read_single_row(row.view(), view));
  if (!view.cells.empty() || view.delete_marker)
    return reject_parameter("A key must hold primary key columns only.");
  return check_key(meta, view.primary_key, use, limits);
}

SharedBuffer encode_block(const TableMeta& meta, const std::vector<std::string>& wanted_columns,
                          const std::vector<Row>& rows, bool as_matrix) {
  if (rows.empty()) return {};
  if (!as_matrix) {
    std::string out;
    append_header(out);
    for (const Row& row : rows) append_row(out, row);
    return SharedBuffer(std::move(out));
  }
  std::vector<std::string> columns;
  std::set<std::string_view> seen;
  for (const KeySchema& column : meta.primary_key) seen.insert(column.name);
  auto add = [&](const std::string& name) {
    if (seen.insert(name).second) columns.push_back(name);
  };
  for (const std::string& name : wanted_columns) add(name);
  if (wanted_columns.empty()) {
    for (const Row& row : rows) {
      for (const Cell& cell : row.cells) add(cell.name);
    }
    std::sort(columns.begin(), columns.end());
  }
  return SharedBuffer(encode_row_matrix(meta.primary_key, columns, rows));
}

RowResult failed_row(Error error) {
  Error rejection = as_rejection(std::move(error));
  RowResult out;
  out.error = ErrorMessage{std::move(rejection.code), std::move(rejection.message)};
  return out;
}

std::vector<RowResult> write_opened(StoredTable& table, std::vector<Result<RowWrite>> changes,
                                    const WriteOptions& options) {
  std::vector<RowResult> results(changes.size());
  std::vector<RowWrite> writes;
  std::vector<size_t> places;
  writes.reserve(changes.size());
  places.reserve(changes.size());
  for (size_t i = 0; i < changes.size(); ++i) {
    if (changes[i]) {
      writes.push_back(std::move(*changes[i]));
      places.push_back(i);
      continue;
    }
    results[i] = failed_row(std::move(changes[i]).error());
    if (!options.all_or_nothing) continue;
    RowResult failed = results[i];
    results.assign(changes.size(), failed);
    return results;
  }
  auto written = table.write(writes, options);
  for (size_t i = 0; i < written.size(); ++i) {
    RowResult& result = results[places[i]];
    if (!written[i]) {
      result = failed_row(std::move(written[i]).error());
      continue;
    }
    result.consumed = written[i]->consumed;
    result.row = std::move(written[i]->row);
  }
  return results;
}

}  // namespace otsstream::local
