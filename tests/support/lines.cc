#include "support/lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "reader/status_rows.h"

namespace otsstream::test {

namespace {

std::string text_of(const tablestore::CellValue& value) {
  switch (value.type) {
    case tablestore::CellType::kInteger:
      return std::to_string(value.integer);
    case tablestore::CellType::kString:
      return value.bytes;
    case tablestore::CellType::kBlob:
      return "<" + std::to_string(value.bytes.size()) + " bytes>";
    default:
      return "?";
  }
}

}  // namespace

std::vector<std::string> status_lines(tablestore::Client& client, const std::string& table) {
  std::vector<std::string> lines;
  auto tables = client.list_table();
  if (!tables ||
      std::find(tables->tables.begin(), tables->tables.end(), table) == tables->tables.end())
    return lines;
  tablestore::PrimaryKey from, to;
  for (const char* column : {"StreamId", "StatusType", "StatusValue"}) {
    from.push_back({column, tablestore::CellValue::inf_min()});
    to.push_back({column, tablestore::CellValue::inf_max()});
  }
  auto rows = client.get_range_all(table, from, to);
  if (!rows) {
    ADD_FAILURE() << rows.error().to_string();
    return lines;
  }
  std::map<std::string, std::string> versions;
  for (const tablestore::Row& row : *rows) {
    if (row.primary_key[1].value.bytes == reader::kFenceType) continue;
    std::string line = row.primary_key[1].value.bytes + "/" + row.primary_key[2].value.bytes;
    for (const tablestore::Cell& cell : row.cells) {
      std::string text = text_of(*cell.value);
      if (cell.name == "Version")
        text = versions.emplace(text, "v" + std::to_string(versions.size() + 1)).first->second;
      line += " " + cell.name + "=" + text;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> row_lines(const Result<local::QueryResult>& result) {
  std::vector<std::string> rows;
  if (!result) {
    ADD_FAILURE() << result.error().to_string();
    return rows;
  }
  for (const auto& cells : result->rows) {
    std::string row;
    for (size_t i = 0; i < cells.size(); ++i)
      row += (i == 0 ? "" : "|") + cells[i].value_or("NULL");
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace otsstream::test
