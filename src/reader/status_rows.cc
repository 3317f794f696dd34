#include "reader/status_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/compress.h"
#include "config/json_out.h"
#include "config/json_text.h"

namespace otsstream::reader {
namespace {

using tablestore::Cell;
using tablestore::CellOp;
using tablestore::CellType;
using tablestore::CellValue;
using tablestore::PrimaryKey;
using tablestore::Row;

constexpr char kTab = '\x09';
constexpr char kLast = '\x7f';
constexpr size_t kChunkBytes = 65'536;
// A shard id has some fifty characters: room for a million of them, and no more for whoever sends a
// bomb.
constexpr size_t kMaxShardListBytes = size_t{64} << 20;

Cell cell(std::string_view name, CellValue value) {
  return {std::string(name), CellOp::kPut, std::move(value), std::nullopt};
}

const CellValue* find_cell(const Row& row, std::string_view name) {
  for (const Cell& c : row.cells) {
    if (c.name == name && c.value) return &*c.value;
  }
  return nullptr;
}

// StatusValue, for messages and for the shard id in it.
Result<std::string_view> status_value(const Row& row) {
  if (row.primary_key.size() != 3 || row.primary_key[2].value.type != CellType::kString) {
    return fail(ErrorKind::kCorrupt, "Status-Row",
                "a row of the status table has another key than the table");
  }
  return row.primary_key[2].value.bytes;
}

auto bad_row(const Row& row, std::string_view problem) {
  std::string key;
  for (const auto& column : row.primary_key) key += (key.empty() ? "" : ", ") + column.value.bytes;
  return fail(ErrorKind::kCorrupt, "Status-Row",
              fmt::format("row ({}) of the status table: {}", key, problem),
              "delete the row, or use another status table");
}

}  // namespace

tablestore::TableMeta status_table_meta(const std::string& name) {
  tablestore::TableMeta meta;
  meta.name = name;
  for (const char* column : {"StreamId", "StatusType", "StatusValue"}) {
    meta.primary_key.push_back({column, tablestore::KeyType::kString, false});
  }
  return meta;
}

std::string time16(int64_t ms) { return fmt::format("{:>16}", ms); }

PrimaryKey status_key(std::string_view stream_id, std::string_view type, std::string_view value) {
  return {{"StreamId", CellValue::of_string(stream_id)},
          {"StatusType", CellValue::of_string(type)},
          {"StatusValue", CellValue::of_string(value)}};
}
PrimaryKey checkpoint_key(std::string_view stream_id, int64_t time_ms, std::string_view shard_id) {
  return status_key(stream_id, kCheckpointType, (time16(time_ms) + kTab).append(shard_id));
}
PrimaryKey job_description_key(std::string_view stream_id, int64_t time_ms) {
  return status_key(stream_id, kJobDescriptionType, time16(time_ms));
}
PrimaryKey shard_time_key(std::string_view stream_id, std::string_view shard_id, int64_t time_ms) {
  return status_key(stream_id, kShardTimeType,
                    (std::string(shard_id) + kTab).append(time16(time_ms)));
}
PrimaryKey shard_count_key(std::string_view stream_id, int64_t time_ms) {
  return status_key(stream_id, kCheckpointType, time16(time_ms));
}
PrimaryKey fence_key(std::string_view stream_id, int64_t end_ms) {
  return status_key(stream_id, kFenceType, time16(end_ms));
}

KeyRange checkpoint_range(std::string_view stream_id, int64_t time_ms) {
  const std::string prefix = time16(time_ms) + kTab;
  return {status_key(stream_id, kCheckpointType, prefix),
          status_key(stream_id, kCheckpointType, prefix + kLast)};
}
KeyRange nearest_range(std::string_view stream_id, std::string_view shard_id, int64_t after_ms,
                       int64_t up_to_ms) {
  return {shard_time_key(stream_id, shard_id, up_to_ms),
          shard_time_key(stream_id, shard_id, after_ms)};
}

KeyRange shard_times_range(std::string_view stream_id, std::string_view first_shard,
                           std::string_view last_shard) {
  return {status_key(stream_id, kShardTimeType, std::string(first_shard) + kTab),
          status_key(stream_id, kShardTimeType, (std::string(last_shard) + kTab) + kLast)};
}

std::optional<ShardTimeKey> read_shard_time_key(const Row& row) {
  const auto key = status_value(row);
  if (!key) return std::nullopt;
  const size_t tab = key->find(kTab);
  if (tab == std::string_view::npos) return std::nullopt;
  std::string_view time = key->substr(tab + 1);
  time.remove_prefix(std::min(time.find_first_not_of(' '), time.size()));
  ShardTimeKey read{std::string(key->substr(0, tab)), 0};
  const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), read.time_ms);
  if (error != std::errc() || end != time.data() + time.size()) return std::nullopt;
  return read;
}

Result<std::optional<std::string>> text_cell(const Row& row, std::string_view name) {
  const CellValue* value = find_cell(row, name);
  if (!value) return std::optional<std::string>();
  if (value->type != CellType::kString)
    return bad_row(row, fmt::format("column {} is no STRING", name));
  return std::optional<std::string>(value->bytes);
}

Result<std::optional<int64_t>> integer_cell(const Row& row, std::string_view name) {
  const CellValue* value = find_cell(row, name);
  if (!value) return std::optional<int64_t>();
  if (value->type != CellType::kInteger)
    return bad_row(row, fmt::format("column {} is no INTEGER", name));
  return std::optional<int64_t>(value->integer);
}

void append_chunks(Row& row, std::string_view prefix, std::string_view bytes) {
  for (size_t i = 0; i * kChunkBytes < bytes.size(); ++i) {
    row.cells.push_back(cell(fmt::format("{}_{}", prefix, i),
                             CellValue::of_blob(bytes.substr(i * kChunkBytes, kChunkBytes))));
  }
}

Result<std::string> join_chunks(const Row& row, std::string_view prefix) {
  std::string bytes;
  for (size_t i = 0;; ++i) {
    const CellValue* chunk = find_cell(row, fmt::format("{}_{}", prefix, i));
    if (!chunk) return bytes;
    if (chunk->type != CellType::kBlob)
      return bad_row(row, fmt::format("column {}_{} is no BINARY", prefix, i));
    bytes += chunk->bytes;
  }
}

Row to_row(std::string_view stream_id, int64_t time_ms, const CheckpointRow& row) {
  Row out;
  out.primary_key = checkpoint_key(stream_id, time_ms, row.shard_id);
  out.cells = {cell("Version", CellValue::of_string(row.version)),
               cell("Checkpoint", CellValue::of_string(row.checkpoint)),
               cell("SkipCount", CellValue::of_integer(row.skip_count))};
  if (row.send_record_count > 0) {
    out.cells.push_back(cell("SendRecordCount", CellValue::of_integer(row.send_record_count)));
  }
  return out;
}

Result<CheckpointRow> read_checkpoint_row(const Row& row) {
  OTS_TRY(std::string_view key, status_value(row));
  const size_t tab = key.find(kTab);
  if (tab == std::string_view::npos) return bad_row(row, "its key names no shard");
  OTS_TRY(auto version, text_cell(row, "Version"));
  OTS_TRY(auto checkpoint, text_cell(row, "Checkpoint"));
  OTS_TRY(auto skip, integer_cell(row, "SkipCount"));
  OTS_TRY(auto sent, integer_cell(row, "SendRecordCount"));
  if (!checkpoint || checkpoint->empty()) return bad_row(row, "it has no Checkpoint");
  if (skip.value_or(0) < 0) return bad_row(row, "its SkipCount is negative");
  return CheckpointRow{std::string(key.substr(tab + 1)), version.value_or(""), *checkpoint,
                       skip.value_or(0), sent.value_or(0)};
}

Row to_row(const JobDescription& description) {
  Row out;
  out.primary_key = job_description_key(description.stream_id, description.end_ms);
  out.cells = {cell("Version", CellValue::of_string(description.version)),
               cell("TableName", CellValue::of_string(description.table)),
               cell("JobStreamId", CellValue::of_string(description.stream_id)),
               cell("StartTime", CellValue::of_integer(description.start_ms)),
               cell("EndTime", CellValue::of_integer(description.end_ms))};
  append_chunks(out, "ShardIds", encode_shard_list(description.shard_ids));
  return out;
}

Result<JobDescription> read_job_description(const Row& row) {
  JobDescription out;
  OTS_TRY(auto version, text_cell(row, "Version"));
  OTS_TRY(auto table, text_cell(row, "TableName"));
  OTS_TRY(auto stream_id, text_cell(row, "JobStreamId"));
  OTS_TRY(auto start, integer_cell(row, "StartTime"));
  OTS_TRY(auto end, integer_cell(row, "EndTime"));
  OTS_TRY(std::string chunks, join_chunks(row, "ShardIds"));
  auto shards = decode_shard_list(chunks);
  if (!shards)
    return bad_row(row, fmt::format("its shard list cannot be read: {}", shards.error().message));
  return JobDescription{version.value_or(""), table.value_or(""), stream_id.value_or(""),
                        start.value_or(0),    end.value_or(0),    std::move(*shards)};
}

std::string encode_shard_list(const std::vector<std::string>& shard_ids) {
  JsonOut json;
  json.begin_array();
  for (const std::string& id : shard_ids) json.value(id);
  json.end_array();
  return zlib_deflate(json.text());
}

Result<std::vector<std::string>> decode_shard_list(std::string_view zlib_stream) {
  OTS_TRY(std::string text, zlib_inflate(zlib_stream, kMaxShardListBytes));
  JsonOptions strict;
  strict.strict = true;
  OTS_TRY(auto document, parse_json(std::move(text), "shard list", strict));
  if (!document->root().is_array())
    return fail(ErrorKind::kCorrupt, "Status-ShardList", "it is no JSON array");
  std::vector<std::string> ids;
  ids.reserve(document->root().items().size());
  for (const JsonNode* item : document->root().items()) {
    if (!item->is_text())
      return fail(ErrorKind::kCorrupt, "Status-ShardList", "an element is no text");
    ids.push_back(item->text());
  }
  return ids;
}

bool is_damaged_row(const Error& error) {
  return error.kind == ErrorKind::kCorrupt && error.retry == RetryClass::kNever;
}

}  // namespace otsstream::reader
