#pragma once
// The status table's rows as bytes (otsstream-reader.md 8): keys, cells, shard list. Pure. The
// fence row is ours (docs/formats/fence-row.md).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::reader {

inline constexpr std::string_view kCheckpointType = "CheckpointForDataxReader";
inline constexpr std::string_view kJobDescriptionType = "DataxJobDesc";
inline constexpr std::string_view kShardTimeType = "ShardTimeCheckpointForDataxReader";
inline constexpr std::string_view kFenceType = "OtsStreamFence";
inline constexpr std::string_view kTrimHorizon = "TRIM_HORIZON";
inline constexpr std::string_view kShardEnd = "SHARD_END";

// 8.1: three STRING keys. Time to live 30 days, one version.
tablestore::TableMeta status_table_meta(const std::string& name);
std::string time16(int64_t ms);  // right-aligned in 16 characters

tablestore::PrimaryKey status_key(std::string_view stream_id, std::string_view type,
                                  std::string_view value);
tablestore::PrimaryKey checkpoint_key(std::string_view stream_id, int64_t time_ms,
                                      std::string_view shard_id);
tablestore::PrimaryKey job_description_key(std::string_view stream_id, int64_t time_ms);
tablestore::PrimaryKey shard_time_key(std::string_view stream_id, std::string_view shard_id,
                                      int64_t time_ms);
tablestore::PrimaryKey shard_count_key(std::string_view stream_id, int64_t time_ms);
tablestore::PrimaryKey fence_key(std::string_view stream_id, int64_t end_ms);

// Bounds of "all checkpoints at time t" and of "nearest shard-time checkpoint" (8.8): from is
// inclusive, to exclusive.
struct KeyRange {
  tablestore::PrimaryKey from;
  tablestore::PrimaryKey to;
};
KeyRange checkpoint_range(std::string_view stream_id, int64_t time_ms);
KeyRange nearest_range(std::string_view stream_id, std::string_view shard_id, int64_t after_ms,
                       int64_t up_to_ms);  // backward
// Every shard-time checkpoint of the shards from one to another, in order.
KeyRange shard_times_range(std::string_view stream_id, std::string_view first_shard,
                           std::string_view last_shard);
struct ShardTimeKey {
  std::string shard_id;
  int64_t time_ms = 0;
};
// nullopt: not the key of a shard-time checkpoint.
std::optional<ShardTimeKey> read_shard_time_key(const tablestore::Row& row);

struct CheckpointRow {
  std::string shard_id;
  std::string version;
  std::string checkpoint;
  int64_t skip_count = 0;
  int64_t send_record_count = 0;
  bool operator==(const CheckpointRow&) const = default;
};
tablestore::Row to_row(std::string_view stream_id, int64_t time_ms, const CheckpointRow& row);
Result<CheckpointRow> read_checkpoint_row(const tablestore::Row& row);

struct JobDescription {
  std::string version;
  std::string table;
  std::string stream_id;
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  std::vector<std::string> shard_ids;
  bool operator==(const JobDescription&) const = default;
};
tablestore::Row to_row(const JobDescription& description);
Result<JobDescription> read_job_description(const tablestore::Row& row);

// Column kinds that the rows are made of. Absent columns give nothing; a column of another type
// fails with kCorrupt "Status-Row".
Result<std::optional<std::string>> text_cell(const tablestore::Row& row, std::string_view name);
Result<std::optional<int64_t>> integer_cell(const tablestore::Row& row, std::string_view name);

// `bytes` as BINARY columns <prefix>_0, <prefix>_1, ... of at most 65 536 bytes, and back: numbers
// are followed until one is missing.
void append_chunks(tablestore::Row& row, std::string_view prefix, std::string_view bytes);
Result<std::string> join_chunks(const tablestore::Row& row, std::string_view prefix);

// One zlib stream of a JSON array of texts, and back (8.5); chunks are cut by to_row.
std::string encode_shard_list(const std::vector<std::string>& shard_ids);
Result<std::vector<std::string>> decode_shard_list(std::string_view zlib_stream);

// Whether the row itself is damaged. An answer that was damaged on its way says nothing about it:
// those errors may be repeated.
bool is_damaged_row(const Error& error);

}  // namespace otsstream::reader
