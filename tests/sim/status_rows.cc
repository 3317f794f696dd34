#include "sim/status_rows.h"

#include <zlib.h>

#include <algorithm>
#include <cstdio>

namespace otsstream::sim {

namespace {

std::string t16(int64_t ms) {
  char text[24];
  std::snprintf(text, sizeof text, "%16lld", static_cast<long long>(ms));
  return text;
}

// 8.5: chunks 0, 1, ... joined, one zlib stream, a JSON array of plain texts.
std::vector<std::string> shard_list(const std::map<std::string, std::string>& cells) {
  std::string packed;
  for (int i = 0;; ++i) {
    const auto chunk = cells.find("ShardIds_" + std::to_string(i));
    if (chunk == cells.end()) break;
    packed += chunk->second;
  }
  std::string json(1 << 20, '\0');
  uLongf length = json.size();
  if (uncompress(reinterpret_cast<Bytef*>(json.data()), &length,
                 reinterpret_cast<const Bytef*>(packed.data()), packed.size()) != Z_OK)
    return {"(cannot be inflated)"};
  json.resize(length);
  std::vector<std::string> shards;
  for (size_t at = json.find('"'); at != std::string::npos;) {
    const size_t end = json.find('"', at + 1);
    if (end == std::string::npos) break;
    shards.push_back(json.substr(at + 1, end - at - 1));
    at = json.find('"', end + 1);
  }
  return shards;
}

std::string cell_of(const StatusRow& row, const std::string& name) {
  const auto cell = row.cells.find(name);
  return cell == row.cells.end() ? "" : cell->second;
}

}  // namespace

std::string StatusRow::text() const {
  std::string out = stream + " " + type + " " + value;
  for (const auto& [name, cell] : cells) out += " " + name + "=" + cell;
  return out;
}

std::vector<StatusRow> read_status_rows(tablestore::Client& client, const std::string& table) {
  std::vector<StatusRow> out;
  auto tables = client.list_table();
  if (!tables ||
      std::find(tables->tables.begin(), tables->tables.end(), table) == tables->tables.end())
    return out;
  tablestore::PrimaryKey from, to;
  for (const char* column : {"StreamId", "StatusType", "StatusValue"}) {
    from.push_back({column, tablestore::CellValue::inf_min()});
    to.push_back({column, tablestore::CellValue::inf_max()});
  }
  auto rows = client.get_range_all(table, from, to);
  if (!rows) return out;
  for (const tablestore::Row& row : *rows) {
    StatusRow& status = out.emplace_back();
    status.stream = row.primary_key[0].value.bytes;
    status.type = row.primary_key[1].value.bytes;
    status.value = row.primary_key[2].value.bytes;
    for (const tablestore::Cell& cell : row.cells)
      status.cells[cell.name] = cell.value->type == tablestore::CellType::kInteger
                                    ? std::to_string(cell.value->integer)
                                    : cell.value->bytes;
  }
  return out;
}

WindowStatus status_of_window(const std::vector<StatusRow>& rows, const std::string& stream,
                              int64_t end_ms) {
  WindowStatus out;
  const std::string end = t16(end_ms);
  for (const StatusRow& row : rows) {
    if (row.stream != stream) continue;
    if (row.type == "CheckpointForDataxReader" && row.value.starts_with(end)) {
      const std::string shard =
          row.value.size() > end.size() ? row.value.substr(end.size() + 1) : "";
      out.checkpoints[shard] = {cell_of(row, "Version"), cell_of(row, "Checkpoint"),
                                cell_of(row, "SkipCount"), cell_of(row, "SendRecordCount")};
    } else if (row.type == "DataxJobDesc" && row.value == end) {
      out.description_version = cell_of(row, "Version");
      out.table = cell_of(row, "TableName");
      out.stream = cell_of(row, "JobStreamId");
      out.start_ms = cell_of(row, "StartTime");
      out.end_ms = cell_of(row, "EndTime");
      out.shards = shard_list(row.cells);
    } else if (row.type == "OtsStreamFence" && row.value.starts_with(end)) {
      out.fence_state = cell_of(row, "State");
    }
  }
  return out;
}

std::vector<std::string> datax_rows(const std::vector<StatusRow>& rows) {
  std::vector<std::string> texts;
  for (const StatusRow& row : rows)
    if (row.type != "OtsStreamFence") texts.push_back(row.text());
  return texts;
}

}  // namespace otsstream::sim
