#pragma once
// The rules of rows as pure functions: what a change makes of a stored row and of its log record,
// what a condition says, what a read shows. A stored row has its cells ordered by name, then newest
// version first, every cell a value and a version.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/tablestore/row_filter.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

// Existence and column condition of a write (2.3 Condition).
struct RowCondition {
  tablestore::RowExistence existence = tablestore::RowExistence::kIgnore;
  std::optional<RowFilter> columns;
};

// What a read asks for, opened (columns, versions, filter).
struct RowProjection {
  std::vector<std::string> columns;  // empty = all
  std::optional<int64_t> start_ms;   // version window, inclusive
  std::optional<int64_t> end_ms;     // exclusive
  int32_t max_versions = 1;
  std::optional<RowFilter> filter;
  std::optional<std::string> start_column;  // inclusive
  std::optional<std::string> end_column;    // exclusive
};

// What the table's options say about versions at the time of a call.
struct VersionRules {
  int64_t now_ms = 0;
  int32_t max_versions = 1;
  int32_t time_to_live_s = -1;  // -1: for ever
  int64_t max_deviation_s = 86400;
};

// What PutRow makes of a row. Nothing is copied: the views point into key and change, and the
// vectors serve the next row again.
struct PutOutcome {
  tablestore::RowView record;  // the log record without its sequence (3.8)
  tablestore::RowView row;     // the stored row; only when is_record is false
  bool is_record = false;      // the stored row is the record
};

struct ChangeOutcome {
  std::optional<tablestore::Row> row;  // the stored row afterwards; absent: there is none
  tablestore::Row record;              // the log record without its sequence (3.8)
  tablestore::ActionType action = tablestore::ActionType::kPut;
};

// `row` is what is stored now and visible (see expire); nullptr: nothing. Errors:
// OTSParameterInvalid, OTSOutOfColumnCountLimit, OTSOutOfRowSizeLimit.
Status apply_put(const tablestore::PrimaryKey& key, const tablestore::RowView& change,
                 const VersionRules& rules, PutOutcome& out);
Result<ChangeOutcome> apply_update(const tablestore::PrimaryKey& key, const tablestore::Row* row,
                                   const tablestore::RowView& change, const VersionRules& rules);
// UpdateRow of a table with update_full_row: columns that the change does not name are gone
// afterwards. The log record puts the row that came of it.
Result<ChangeOutcome> apply_full_update(const tablestore::PrimaryKey& key,
                                        const tablestore::Row* row,
                                        const tablestore::RowView& change,
                                        const VersionRules& rules);
ChangeOutcome apply_delete(const tablestore::PrimaryKey& key);

// Drops versions older than the time to live and beyond max versions. False: nothing is left of a
// row that had cells, it no longer exists.
bool expire(tablestore::Row& row, const VersionRules& rules);

// OTSConditionCheckFail when existence or columns disagree.
Status check_condition(const RowCondition& condition, const tablestore::Row* row);

struct ShownRow {
  std::optional<tablestore::Row>
      row;                // absent: left out (filter, or none of the wanted columns is there)
  size_t read_bytes = 0;  // of key, wanted columns and versions, before the filter: what is billed
};
// What a read shows of a stored row.
ShownRow project(const tablestore::Row& row, const RowProjection& projection);

// The previous values that a Stream with columns_to_get adds to a record: full key and the newest
// version of those columns.
tablestore::Row origin_row(const tablestore::Row& row, const std::vector<std::string>& columns);

// Size of a row by the service's rule: names and values of key and cells, 8 bytes per version.
size_t row_size(const tablestore::Row& row);
size_t row_size(const tablestore::RowView& row);
size_t key_size(const tablestore::PrimaryKey& key);
// Capacity units of so many bytes: one per 4 KB begun, at least one.
int32_t capacity_units(size_t bytes);

}  // namespace otsstream::local
