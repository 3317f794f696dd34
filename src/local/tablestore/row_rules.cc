#include "local/tablestore/row_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "local/tablestore/rejection.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

// Order of stored cells: by name, newest version first.
bool stored_before(const Cell& a, const Cell& b) {
  if (int by_name = a.name.compare(b.name); by_name != 0) return by_name < 0;
  return *a.timestamp > *b.timestamp;
}

std::vector<Cell>::iterator first_of(std::vector<Cell>& cells, std::string_view name) {
  return std::lower_bound(
      cells.begin(), cells.end(), name,
      [](const Cell& cell, std::string_view wanted) { return cell.name < wanted; });
}

const Cell* newest(const Row& row, std::string_view name) {
  auto at = std::lower_bound(
      row.cells.begin(), row.cells.end(), name,
      [](const Cell& cell, std::string_view wanted) { return cell.name < wanted; });
  return at != row.cells.end() && at->name == name ? &*at : nullptr;
}

void put_version(std::vector<Cell>& cells, Cell cell) {
  auto at = std::lower_bound(cells.begin(), cells.end(), cell, stored_before);
  if (at != cells.end() && !stored_before(cell, *at)) {
    *at = std::move(cell);
  } else {
    cells.insert(at, std::move(cell));
  }
}

void keep_newest_versions(std::vector<Cell>& cells, int32_t max_versions) {
  int32_t seen = 0;
  const std::string* name = nullptr;
  std::vector<Cell> kept;
  kept.reserve(cells.size());
  for (Cell& cell : cells) {
    if (!name || *name != cell.name) seen = 0;
    if (seen++ < max_versions) {
      kept.push_back(std::move(cell));
      name = &kept.back().name;  // `kept` never reallocates
    }
  }
  cells = std::move(kept);
}

// The version of a written cell: its own, or the commit's; a version far from now is refused, as
// the service does (2.2 deviation_cell_version_in_sec).
Result<int64_t> version_of(const CellView& cell, const VersionRules& rules) {
  if (!cell.has_timestamp) return rules.now_ms;
  int64_t deviation_ms =
      rules.max_deviation_s > INT64_MAX / 2000 ? INT64_MAX / 2 : rules.max_deviation_s * 1000;
  int64_t oldest = rules.now_ms - deviation_ms;
  if (rules.time_to_live_s >= 0)
    oldest = std::max(oldest, rules.now_ms - int64_t{rules.time_to_live_s} * 1000);
  if (cell.timestamp < oldest || cell.timestamp - rules.now_ms >= deviation_ms)
    return reject_parameter(fmt::format("Timestamp {} of column '{}' is out of range [{}, {}).",
                                        cell.timestamp, cell.name, oldest,
                                        rules.now_ms + deviation_ms));
  return cell.timestamp;
}

Result<Cell> put_cell(const CellView& cell, const VersionRules& rules) {
  OTS_TRY(int64_t version, version_of(cell, rules));
  Cell out;
  out.name = cell.name;
  out.value = CellValue(cell.value);
  out.timestamp = version;
  return out;
}

Result<Cell> increment_cell(const Row& row, const CellView& cell, const VersionRules& rules) {
  OTS_TRY(Cell out, put_cell(cell, rules));
  if (const Cell* old = newest(row, cell.name)) {
    if (old->value->type != CellType::kInteger)
      return reject_parameter(fmt::format(
          "Column '{}' cannot be incremented: it does not hold an INTEGER.", cell.name));
    if (__builtin_add_overflow(old->value->integer, cell.value.integer, &out.value->integer))
      return reject_parameter(
          fmt::format("Column '{}' cannot be incremented: the result exceeds the range of INTEGER.",
                      cell.name));
  }
  return out;
}

// Each column once, by name: how a row is stored.
bool is_in_order(const std::vector<CellView>& cells) {
  return std::adjacent_find(cells.begin(), cells.end(), [](const CellView& a, const CellView& b) {
           return a.name >= b.name;
         }) == cells.end();
}

// The stored row of a put whose cells came in another order, or with several versions.
void order_put_cells(const RowView& record, int32_t max_versions, RowView& row) {
  row = record;
  std::stable_sort(row.cells.begin(), row.cells.end(), [](const CellView& a, const CellView& b) {
    if (int by_name = a.name.compare(b.name); by_name != 0) return by_name < 0;
    return a.timestamp > b.timestamp;
  });
  // Of equal versions the one written last stays.
  auto is_same = [](const CellView& a, const CellView& b) {
    return a.name == b.name && a.timestamp == b.timestamp;
  };
  auto tail = std::unique(row.cells.rbegin(), row.cells.rend(), is_same);
  row.cells.erase(row.cells.begin(), tail.base());
  int32_t seen = 0;
  std::string_view name;
  std::erase_if(row.cells, [&](const CellView& cell) {
    if (cell.name != name) seen = 0;
    name = cell.name;
    return seen++ >= max_versions;
  });
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Of a CellValue or its view.
template <class Value>
size_t value_size(const Value& value) {
  switch (value.type) {
    case CellType::kString:
    case CellType::kBlob:
      return value.bytes.size();
    case CellType::kBoolean:
      return 1;
    default:
      return 8;
  }
}

}  // namespace

Status apply_put(const PrimaryKey& key, const RowView& change, const VersionRules& rules,
                 PutOutcome& out) {
  out.record.clear();
  for (const KeyColumn& column : key) {
    CellView& cell = out.record.primary_key.emplace_back();
    cell.name = column.name;
    cell.value = column.value.view();
    cell.has_value = true;
  }
  out.record.cells = change.cells;
  for (CellView& cell : out.record.cells) {
    OTS_TRY(cell.timestamp, version_of(cell, rules));
    cell.has_timestamp = true;
  }
  out.is_record = is_in_order(out.record.cells);
  if (!out.is_record) order_put_cells(out.record, rules.max_versions, out.row);
  return {};
}

Result<ChangeOutcome> apply_update(const PrimaryKey& key, const Row* stored, const RowView& change,
                                   const VersionRules& rules) {
  ChangeOutcome out;
  out.action = ActionType::kUpdate;
  out.record.primary_key = key;
  Row row;
  if (stored) row = *stored;
  row.primary_key = key;
  bool writes_something = false;
  for (const CellView& cell : change.cells) {
    Cell logged;
    switch (cell.op) {
      case CellOp::kPut:
      case CellOp::kIncrement: {
        auto written =
            cell.op == CellOp::kPut ? put_cell(cell, rules) : increment_cell(row, cell, rules);
        if (!written) return fail(std::move(written).error());
        logged = std::move(*written);
        put_version(row.cells, logged);
        writes_something = true;
        break;
      }
      case CellOp::kDeleteAllVersions:
      case CellOp::kDeleteOneVersion: {
        logged.name = cell.name;
        logged.op = cell.op;
        if (cell.op == CellOp::kDeleteOneVersion) logged.timestamp = cell.timestamp;
        auto first = first_of(row.cells, cell.name);
        auto last = std::find_if(first, row.cells.end(),
                                 [&](const Cell& other) { return other.name != cell.name; });
        row.cells.erase(std::remove_if(first, last,
                                       [&](const Cell& other) {
                                         return !logged.timestamp ||
                                                other.timestamp == logged.timestamp;
                                       }),
                        last);
        break;
      }
    }
    out.record.cells.push_back(std::move(logged));
  }
  keep_newest_versions(row.cells, rules.max_versions);
  // An update that only deletes does not create a row.
  if (stored || writes_something) out.row = std::move(row);
  return out;
}

Result<ChangeOutcome> apply_full_update(const PrimaryKey& key, const Row* stored,
                                        const RowView& change, const VersionRules& rules) {
  OTS_TRY(ChangeOutcome out, apply_update(key, stored, change, rules));
  if (!out.row) return out;
  std::erase_if(out.row->cells, [&](const Cell& cell) {
    return std::none_of(change.cells.begin(), change.cells.end(),
                        [&](const CellView& named) { return named.name == cell.name; });
  });
  out.action = ActionType::kPut;
  out.record = *out.row;
  return out;
}

ChangeOutcome apply_delete(const PrimaryKey& key) {
  ChangeOutcome out;
  out.action = ActionType::kDelete;
  out.record.primary_key = key;
  return out;
}

bool expire(Row& row, const VersionRules& rules) {
  bool had_cells = !row.cells.empty();
  if (rules.time_to_live_s >= 0) {
    int64_t horizon = rules.now_ms - int64_t{rules.time_to_live_s} * 1000;
    std::erase_if(row.cells, [&](const Cell& cell) { return *cell.timestamp < horizon; });
  }
  bool exists = !had_cells || !row.cells.empty();
  keep_newest_versions(row.cells, rules.max_versions);
  return exists;
}

Status check_condition(const RowCondition& condition, const Row* row) {
  static const Row kNoRow;
  bool agrees = true;
  if (condition.existence == RowExistence::kExpectExist) agrees = row != nullptr;
  if (condition.existence == RowExistence::kExpectNotExist) agrees = row == nullptr;
  if (agrees && condition.columns) agrees = condition.columns->passes(row ? *row : kNoRow);
  if (!agrees) return reject("OTSConditionCheckFail", "Condition check failed.");
  return {};
}

ShownRow project(const Row& row, const RowProjection& projection) {
  ShownRow shown;
  Row& out = shown.row.emplace();
  out.primary_key = row.primary_key;
  const std::vector<std::string>& columns = projection.columns;
  for (const Cell& cell : row.cells) {
    if (!columns.empty() && !contains(columns, cell.name)) continue;
    if (projection.start_ms && *cell.timestamp < *projection.start_ms) continue;
    if (projection.end_ms && *cell.timestamp >= *projection.end_ms) continue;
    if (projection.start_column && cell.name < *projection.start_column) continue;
    if (projection.end_column && cell.name >= *projection.end_column) continue;
    out.cells.push_back(cell);
  }
  keep_newest_versions(out.cells, projection.max_versions);
  shown.read_bytes = row_size(out);
  if (!columns.empty() && out.cells.empty()) {
    bool wants_key =
        std::any_of(row.primary_key.begin(), row.primary_key.end(),
                    [&](const KeyColumn& column) { return contains(columns, column.name); });
    if (!wants_key) {
      shown.row.reset();
      return shown;
    }
  }
  if (projection.filter) {
    if (projection.filter->passes(out)) {
      projection.filter->paginate(out);
    } else {
      shown.row.reset();
    }
  }
  return shown;
}

Row origin_row(const Row& row, const std::vector<std::string>& columns) {
  RowProjection projection;
  projection.columns = columns;
  Row out;
  if (auto shown = project(row, projection).row) out = std::move(*shown);
  out.primary_key = row.primary_key;
  return out;
}

size_t key_size(const PrimaryKey& key) {
  size_t bytes = 0;
  for (const KeyColumn& column : key) bytes += column.name.size() + value_size(column.value);
  return bytes;
}

size_t row_size(const Row& row) {
  size_t bytes = key_size(row.primary_key);
  for (const Cell& cell : row.cells)
    bytes +=
        cell.name.size() + (cell.value ? value_size(*cell.value) : 0) + (cell.timestamp ? 8 : 0);
  return bytes;
}

size_t row_size(const RowView& row) {
  size_t bytes = 0;
  for (const auto* cells : {&row.primary_key, &row.cells}) {
    for (const CellView& cell : *cells)
      bytes += cell.name.size() + (cell.has_value ? value_size(cell.value) : 0) +
               (cell.has_timestamp ? 8 : 0);
  }
  return bytes;
}

int32_t capacity_units(size_t bytes) {
  return static_cast<int32_t>(
      std::max<size_t>(1, (bytes + kCapacityUnitBytes - 1) / kCapacityUnitBytes));
}

}  // namespace otsstream::local
