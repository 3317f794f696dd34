#include "local/tablestore/handlers/opening.h"

#include <fmt/format.h>

#include "local/tablestore/rejection.h"
#include "tablestore/wire/filter.h"
#include "tablestore/wire/limits.h"
#include "tablestore/wire/plain_buffer_reader.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

int count_conditions(const Filter& filter) {
  if (filter.kind != Filter::Kind::kComposite) return 1;
  int count = 0;
  for (const Filter& part : filter.parts) count += count_conditions(part);
  return count;
}

bool has_pagination(const Filter& filter) {
  if (filter.kind == Filter::Kind::kPagination) return true;
  for (const Filter& part : filter.parts) {
    if (has_pagination(part)) return true;
  }
  return false;
}

// What the codec leaves to the server.
Status check_filter(const Filter& filter) {
  if (filter.transfer_rule)
    return reject_parameter("value_trans_rule is not supported by the local Tablestore.");
  if (filter.offset < 0 || filter.limit < 0)
    return reject_parameter("Offset and limit of a pagination filter must not be negative.");
  for (const Filter& part : filter.parts) OTS_CHECK(check_filter(part));
  return {};
}

Result<std::optional<Filter>> open_filter(const SharedBuffer& bytes) {
  if (bytes.empty()) return std::nullopt;
  OTS_TRY(Filter filter, decode_filter(bytes.view()));
  OTS_CHECK(check_filter(filter));
  if (count_conditions(filter) > kMaxFilterConditions)
    return reject_parameter(
        fmt::format("A filter may hold at most {} conditions.", kMaxFilterConditions));
  return filter;
}

}  // namespace

Status refuse_transaction(const std::string& transaction_id) {
  if (transaction_id.empty()) return {};
  return reject_parameter("Local transactions are not supported by the local Tablestore.");
}

Result<RowProjection> open_read(const ReadOptions& read, const std::string& transaction_id) {
  OTS_CHECK(refuse_transaction(transaction_id));
  RowProjection out;
  if (read.columns_to_get.size() > kMaxColumnsToGet)
    return reject_parameter(
        fmt::format("The number of columns to get exceeds the limit of {}.", kMaxColumnsToGet));
  out.columns = read.columns_to_get;
  if (!read.max_versions && !read.time_range)
    return reject_parameter("No version condition is specified while querying row.");
  if (read.max_versions && *read.max_versions < 1)
    return reject_parameter(
        fmt::format("Invalid max versions {}: at least 1.", *read.max_versions));
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
  OTS_TRY(out.filter, open_filter(read.filter));
  out.start_column = read.start_column;
  out.end_column = read.end_column;
  return out;
}

Result<RowWrite> open_write(WriteType type, const SharedBuffer& row, const Condition& condition,
                            const std::optional<ReturnContent>& return_content) {
  RowWrite out;
  out.type = type;
  OTS_CHECK(read_single_row(row.view(), out.row));
  out.condition.existence = condition.row_existence;
  OTS_TRY(out.condition.columns, open_filter(condition.column_condition));
  if (out.condition.columns && has_pagination(*out.condition.columns))
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

Result<PrimaryKey> open_key(const TableMeta& meta, const SharedBuffer& row, KeyUse use) {
  RowView view;
  OTS_CHECK(read_single_row(row.view(), view));
  if (!view.cells.empty() || view.delete_marker)
    return reject_parameter("A key must hold primary key columns only.");
  return check_key(meta, view.primary_key, use);
}

}  // namespace otsstream::local
