#include "reader/shape.h"

#include <fmt/format.h>

#include <algorithm>

#include "reader/shape_columns.h"
#include "reader/shape_rows.h"
#include "reader/shape_timeseries.h"

namespace otsstream::reader {

namespace {

bool holds(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_key(const ShapeTable& table, std::string_view name) {
  return std::any_of(table.primary_key.begin(), table.primary_key.end(),
                     [&](const tablestore::KeySchema& key) { return key.name == name; });
}

Status misfit(const std::string& where, std::string message, std::string remedy) {
  Error error =
      make_error(ErrorKind::kConfig, "Reader-Combination", std::move(message), std::move(remedy));
  error.where = where;
  return fail(std::move(error));
}

// exportDeletes needs the whole key: a deletion that names no row can be applied to none.
Status check_row_mode(const ShapeOptions& options, const ShapeTable& table) {
  if (!options.deletes) return {};
  for (const tablestore::KeySchema& key : table.primary_key) {
    if (holds(options.row_columns, key.name)) continue;
    return misfit(options.where_columns,
                  fmt::format("exportDeletes needs every primary key column in `column`, but {} is "
                              "not there: a deletion could not be told to its row",
                              key.name),
                  fmt::format("add {{\"name\": \"{}\"}} to `column`", key.name));
  }
  return {};
}

Status check_filter(const ShapeOptions& options, const ShapeTable& table) {
  for (const std::string& name : options.column_filter) {
    if (!is_key(table, name)) continue;
    return misfit(options.where_columns,
                  fmt::format("`columnFilter` chooses attribute columns, but {} is a primary key "
                              "column, which every row has",
                              name),
                  fmt::format("take {} out of columnFilter", name));
  }
  return {};
}

Status check_old_values(const ShapeOptions& options, const ShapeTable& table,
                        std::vector<std::string>& warnings) {
  if (!options.old_values) return {};
  if (table.original_columns.empty()) {
    return misfit(options.where_old_values,
                  "`exportOldValues` has no effect: the Stream of the table carries no original "
                  "columns",
                  "enable the Stream with the columns whose previous values are wanted, or remove "
                  "exportOldValues");
  }
  const bool is_rows = options.mode == ShapeMode::kRows;
  std::string absent;
  for (const std::string& name : is_rows ? options.row_columns : options.column_filter) {
    if (is_key(table, name) || holds(table.original_columns, name)) continue;
    absent += (absent.empty() ? "" : ", ") + name;
  }
  if (!absent.empty())
    warnings.push_back("the Stream carries no previous values of " + absent +
                       ": they will always be NULL");
  return {};
}

}  // namespace

const std::vector<std::string>& order_column_words() {
  static const std::vector<std::string> words = {"epoch", "timestamp", "rowIndex",
                                                 "shard", "cellIndex", "eventId"};
  return words;
}

std::string_view to_string(OrderColumn column) {
  return order_column_words()[static_cast<size_t>(column)];
}

Status check_shape(const ShapeOptions& options, const ShapeTable& table,
                   std::vector<std::string>& warnings) {
  // Nobody knows the columns of a time-series table in advance.
  if (options.mode == ShapeMode::kTimeseries) return {};
  OTS_CHECK(options.mode == ShapeMode::kRows ? check_row_mode(options, table)
                                             : check_filter(options, table));
  return check_old_values(options, table, warnings);
}

std::unique_ptr<Shaper> make_shaper(const ShapeOptions& options, const ShapeTable& table) {
  if (options.mode == ShapeMode::kRows) return std::make_unique<RowShaper>(options, table);
  if (options.mode == ShapeMode::kTimeseries)
    return std::make_unique<TimeseriesShaper>(options, table);
  return std::make_unique<ColumnShaper>(options, table);
}

}  // namespace otsstream::reader
