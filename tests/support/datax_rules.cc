#include "support/datax_rules.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <set>

namespace otsstream::test {
namespace {

using tablestore::CellOp;
using tablestore::CellType;
using tablestore::CellValue;
using tablestore::Row;

// Sixteen characters, spaces in front.
std::string t16(int64_t ms) {
  std::string digits = std::to_string(ms);
  return std::string(16 - digits.size(), '\x20') + digits;
}

tablestore::PrimaryKey key(const std::string& stream, const char* type, const std::string& value) {
  return {{"StreamId", CellValue::of_string(stream)},
          {"StatusType", CellValue::of_string(type)},
          {"StatusValue", CellValue::of_string(value)}};
}

tablestore::Cell cell(std::string name, CellValue value) {
  return {std::move(name), CellOp::kPut, std::move(value), std::nullopt};
}

const CellValue* find(const Row& row, const std::string& name, CellType type) {
  for (const tablestore::Cell& c : row.cells) {
    if (c.name != name) continue;
    EXPECT_EQ(c.value->type, type) << name;
    return &*c.value;
  }
  return nullptr;
}

std::string inflate_all(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit(&stream), Z_OK);
  std::string out(64u << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END) << "Java would go round for ever";
  EXPECT_EQ(stream.avail_in, 0u) << "bytes behind the zlib stream";
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

// ["a","b"]: shard ids hold nothing that needs an escape here.
std::vector<std::string> ids_of(const std::string& json) {
  EXPECT_EQ(json.front(), '[');
  EXPECT_EQ(json.back(), ']');
  std::vector<std::string> ids;
  for (size_t at = json.find('"'); at != std::string::npos; at = json.find('"', at)) {
    const size_t end = json.find('"', at + 1);
    ids.push_back(json.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return ids;
}

void expect_ok(const Status& status) {
  EXPECT_TRUE(status.has_value()) << status.error().to_string();
}

}  // namespace

DataxStart datax_start(tablestore::Client& client, const std::string& table,
                       const std::string& stream_id, int64_t time_ms) {
  DataxStart start;
  auto description = client.get_row(table, key(stream_id, "DataxJobDesc", t16(time_ms)));
  if (!description || !*description) {
    start.why_not = "no description";
    return start;
  }
  const Row& row = **description;
  start.version = find(row, "Version", CellType::kString)->bytes;
  start.start_ms = find(row, "StartTime", CellType::kInteger)->integer;
  EXPECT_EQ(find(row, "EndTime", CellType::kInteger)->integer, time_ms);
  EXPECT_NE(find(row, "TableName", CellType::kString)->bytes, "");
  if (find(row, "JobStreamId", CellType::kString)->bytes != stream_id) start.why_not = "stream";
  std::string bytes;
  for (int i = 0;; ++i) {
    const CellValue* chunk = find(row, "ShardIds_" + std::to_string(i), CellType::kBlob);
    if (chunk == nullptr) break;
    EXPECT_LE(chunk->bytes.size(), 65'536u);
    bytes += chunk->bytes;
  }
  EXPECT_EQ(bytes.substr(0, 2), "\x78\x9c");
  const std::vector<std::string> ids = ids_of(inflate_all(bytes));

  auto rows =
      client.get_range_all(table, key(stream_id, "CheckpointForDataxReader", t16(time_ms) + "\x09"),
                           key(stream_id, "CheckpointForDataxReader", t16(time_ms) + "\x09\x7f"));
  EXPECT_TRUE(rows.has_value());
  std::map<std::string, std::string> versions;
  for (const Row& checkpoint : *rows) {
    const std::string& value = checkpoint.primary_key[2].value.bytes;
    const std::string shard = value.substr(value.find('\x09') + 1);
    versions[shard] = find(checkpoint, "Version", CellType::kString)->bytes;
    start.checkpoints[shard] = find(checkpoint, "Checkpoint", CellType::kString)->bytes;
    EXPECT_NE(start.checkpoints[shard], "");
    EXPECT_EQ(find(checkpoint, "SkipCount", CellType::kInteger)->integer, 0);
    const CellValue* sent = find(checkpoint, "SendRecordCount", CellType::kInteger);
    if (sent != nullptr) {
      EXPECT_GT(sent->integer, 0);
    }
    EXPECT_EQ(checkpoint.cells.size(), sent == nullptr ? 3u : 4u);
  }
  if (ids.size() != rows->size())
    start.why_not =
        std::to_string(ids.size()) + " shards, " + std::to_string(rows->size()) + " checkpoints";
  for (const std::string& id : ids)
    if (versions[id] != start.version) start.why_not = "no checkpoint of shard " + id;
  return start;
}

void put_datax_checkpoints(tablestore::Client& client, const std::string& table,
                           const std::string& stream_id, int64_t end_ms,
                           const std::vector<DataxCheckpoint>& rows) {
  std::vector<tablestore::Client::Write> writes;
  for (const DataxCheckpoint& row : rows) {
    Row out;
    out.primary_key =
        key(stream_id, "CheckpointForDataxReader", t16(end_ms) + "\x09" + row.shard_id);
    out.cells = {cell("Version", CellValue::of_string(row.version)),
                 cell("Checkpoint", CellValue::of_string(row.value)),
                 cell("SkipCount", CellValue::of_integer(row.skip_count))};
    writes.push_back({tablestore::WriteType::kPut, std::move(out)});
    if (writes.size() == 200) {
      expect_ok(client.batch_write(table, writes));
      writes.clear();
    }
  }
  if (!writes.empty()) expect_ok(client.batch_write(table, writes));
}

int put_datax_description(tablestore::Client& client, const std::string& table,
                          const std::string& stream_id, int64_t start_ms, int64_t end_ms,
                          const std::vector<std::string>& shards, const std::string& version) {
  std::string json = "[";
  for (const std::string& shard : shards) json += (json.size() > 1 ? ",\"" : "\"") + shard + "\"";
  json += "]";
  uLongf size = compressBound(json.size());
  std::string bytes(size, '\0');
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(bytes.data()), &size,
                     reinterpret_cast<const Bytef*>(json.data()), json.size()),
            Z_OK);
  bytes.resize(size);
  Row row;
  row.primary_key = key(stream_id, "DataxJobDesc", t16(end_ms));
  row.cells = {cell("Version", CellValue::of_string(version)),
               cell("TableName", CellValue::of_string("person")),
               cell("JobStreamId", CellValue::of_string(stream_id)),
               cell("StartTime", CellValue::of_integer(start_ms)),
               cell("EndTime", CellValue::of_integer(end_ms))};
  int chunks = 0;
  for (size_t at = 0; at < bytes.size(); at += 65'536) {
    CellValue chunk;
    chunk.type = CellType::kBlob;
    chunk.bytes = bytes.substr(at, 65'536);
    row.cells.push_back(cell("ShardIds_" + std::to_string(chunks++), std::move(chunk)));
  }
  expect_ok(client.put_row(table, row));
  return chunks;
}

void put_legacy_count(tablestore::Client& client, const std::string& table,
                      const std::string& stream_id, int64_t end_ms, int64_t count) {
  Row row;
  row.primary_key = key(stream_id, "CheckpointForDataxReader", t16(end_ms));
  row.cells = {cell("ShardCount", CellValue::of_integer(count))};
  expect_ok(client.put_row(table, row));
}

void put_datax_shard_time(tablestore::Client& client, const std::string& table,
                          const std::string& stream_id, const std::string& shard, int64_t time_ms,
                          const std::string& iterator) {
  Row row;
  row.primary_key =
      key(stream_id, "ShardTimeCheckpointForDataxReader", shard + "\x09" + t16(time_ms));
  row.cells = {cell("Checkpoint", CellValue::of_string(iterator))};
  expect_ok(client.put_row(table, row));
}

}  // namespace otsstream::test
