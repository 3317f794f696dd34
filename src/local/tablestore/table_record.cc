#include "local/tablestore/table_record.h"

#include "local/tablestore/log_chunk.h"
#include "local/tablestore/stored_bytes.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

enum TableTag : uint64_t {
  kName = 1,
  kKeyColumn = 2,
  kDefinedColumn = 3,
  kOptions = 4,
  kThroughput = 5,
  kCreated = 6,
  kPartition = 7,
  kStream = 8,
  kOriginColumn = 9,
  kNextShard = 10,
  kSse = 11,
  kLocalTransactions = 12,
};
enum ShardTag : uint64_t { kShardId = 1, kParent = 2, kSibling = 3, kOldest = 4, kClosed = 5 };

// A varint as a whole text, and back.
std::string varint_text(uint64_t v) {
  std::string out;
  put_varint(out, v);
  return out;
}
std::string signed_text(int64_t v) { return varint_text(zigzag_encode(v)); }

void put_field(std::string& out, uint64_t tag, std::string_view text) {
  put_varint(out, tag);
  put_text(out, text);
}

// An optional number: 0, or 1 and the number.
void put_optional(std::string& out, std::optional<int64_t> v) {
  out.push_back(v ? 1 : 0);
  if (v) put_signed(out, *v);
}
template <class T>
bool get_optional(std::string_view& in, std::optional<T>& v) {
  uint64_t there = 0;
  int64_t number = 0;
  if (!get_varint(in, there) || there > 1) return false;
  if (there == 0) return true;
  if (!get_signed(in, number)) return false;
  v = static_cast<T>(number);
  return true;
}
template <class T>
bool get_number(std::string_view& in, T& v) {
  int64_t number = 0;
  if (!get_signed(in, number)) return false;
  v = static_cast<T>(number);
  return true;
}

std::string partition_bytes(const PartitionRecord& partition) {
  std::string out;
  put_text(out, partition.shard_id);
  if (!partition.begin_key) return out;
  put_varint(out, static_cast<uint64_t>(partition.begin_key->type));
  if (partition.begin_key->type == CellType::kInteger) {
    put_signed(out, partition.begin_key->integer);
  } else {
    put_text(out, partition.begin_key->bytes);
  }
  return out;
}

bool parse_partition(std::string_view in, PartitionRecord& partition) {
  if (!get_text(in, partition.shard_id)) return false;
  if (in.empty()) return true;
  uint64_t type = 0;
  if (!get_varint(in, type)) return false;
  CellValue& key = partition.begin_key.emplace();
  key.type = static_cast<CellType>(type);
  switch (key.type) {
    case CellType::kInteger:
      return get_signed(in, key.integer) && in.empty();
    case CellType::kString:
    case CellType::kBlob:
      return get_text(in, key.bytes) && in.empty();
    default:
      return false;
  }
}

bool parse_table_field(uint64_t tag, std::string_view in, TableRecord& out) {
  switch (tag) {
    case kName:
      out.meta.name = in;
      return true;
    case kKeyColumn: {
      KeySchema& column = out.meta.primary_key.emplace_back();
      uint64_t type = 0, auto_increment = 0;
      if (!get_varint(in, type) || !get_varint(in, auto_increment)) return false;
      column = {std::string(in), static_cast<KeyType>(type), auto_increment != 0};
      return true;
    }
    case kDefinedColumn: {
      uint64_t type = 0;
      if (!get_varint(in, type)) return false;
      out.meta.defined_columns.push_back({std::string(in), static_cast<DefinedColumnType>(type)});
      return true;
    }
    case kOptions:
      return get_optional(in, out.options.time_to_live) &&
             get_optional(in, out.options.max_versions) &&
             get_optional(in, out.options.max_version_deviation) &&
             get_optional(in, out.options.allow_update) &&
             get_optional(in, out.options.update_full_row) && in.empty();
    case kThroughput:
      return get_number(in, out.throughput.unit.read) &&
             get_number(in, out.throughput.unit.write) &&
             get_number(in, out.throughput.last_increase_time) &&
             get_optional(in, out.throughput.last_decrease_time) && in.empty();
    case kCreated:
      return get_number(in, out.created_us) && in.empty();
    case kPartition:
      return parse_partition(in, out.partitions.emplace_back());
    case kStream: {
      if (!out.stream) out.stream.emplace();
      uint64_t enabled = 0;
      bool good = get_varint(in, enabled) && get_number(in, out.stream->expiration_hours) &&
                  get_number(in, out.stream->last_enable_time);
      out.stream->enable = enabled != 0;
      out.stream->stream_id = in;
      return good;
    }
    case kOriginColumn:
      if (!out.stream) out.stream.emplace();
      out.stream->columns_to_get.emplace_back(in);
      return true;
    case kNextShard:
      return get_varint(in, out.next_shard) && in.empty();
    case kSse: {
      uint64_t enabled = 0;
      SseSpec& sse = out.sse.emplace();
      bool good = get_varint(in, enabled) && get_optional(in, sse.key_type) &&
                  get_text(in, sse.key_id) && get_text(in, sse.role_arn) && in.empty();
      sse.enable = enabled != 0;
      return good;
    }
    case kLocalTransactions:
      out.local_transactions = true;
      return in.empty();
  }
  return false;
}

bool parse_shard_field(uint64_t tag, std::string_view in, ShardRecord& out) {
  switch (tag) {
    case kShardId:
      out.info.shard_id = in;
      return true;
    case kParent:
      out.info.parent_id = in;
      return true;
    case kSibling:
      out.info.parent_sibling_id = in;
      return true;
    case kOldest:
      return get_varint(in, out.oldest) && in.empty();
    case kClosed:
      return get_number(in, out.closed_us.emplace()) && in.empty();
  }
  return false;
}

// `parse_field` says false for bytes that it does not understand.
template <class Record>
Status parse_fields(std::string_view bytes, uint64_t last_tag, std::string_view what,
                    bool (*parse_field)(uint64_t, std::string_view, Record&), Record& out) {
  while (!bytes.empty()) {
    uint64_t tag = 0;
    std::string_view field;
    if (!get_varint(bytes, tag) || !get_text(bytes, field))
      return damaged_store("the description of a " + std::string(what));
    if (tag > last_tag)
      return fail(ErrorKind::kUnsupported, "Store-Version",
                  "a newer program wrote the description of a " + std::string(what),
                  "use that program, or another directory");
    if (!parse_field(tag, field, out))
      return damaged_store("the description of a " + std::string(what));
  }
  return {};
}

std::string keyed(std::string_view prefix, SpaceId table) {
  std::string key(prefix);
  put_sortable(key, table);
  return key;
}

}  // namespace

std::string to_bytes(const TableRecord& record) {
  std::string out;
  put_field(out, kName, record.meta.name);
  for (const KeySchema& column : record.meta.primary_key)
    put_field(out, kKeyColumn,
              varint_text(static_cast<uint64_t>(column.type)) +
                  varint_text(column.auto_increment ? 1 : 0) + column.name);
  for (const DefinedColumn& column : record.meta.defined_columns)
    put_field(out, kDefinedColumn, varint_text(static_cast<uint64_t>(column.type)) + column.name);
  std::string options;
  put_optional(options, record.options.time_to_live);
  put_optional(options, record.options.max_versions);
  put_optional(options, record.options.max_version_deviation);
  put_optional(options, record.options.allow_update);
  put_optional(options, record.options.update_full_row);
  put_field(out, kOptions, options);
  std::string throughput = signed_text(record.throughput.unit.read) +
                           signed_text(record.throughput.unit.write) +
                           signed_text(record.throughput.last_increase_time);
  put_optional(throughput, record.throughput.last_decrease_time);
  put_field(out, kThroughput, throughput);
  put_field(out, kCreated, signed_text(record.created_us));
  for (const PartitionRecord& partition : record.partitions)
    put_field(out, kPartition, partition_bytes(partition));
  if (record.stream) {
    put_field(out, kStream,
              varint_text(record.stream->enable ? 1 : 0) +
                  signed_text(record.stream->expiration_hours) +
                  signed_text(record.stream->last_enable_time) + record.stream->stream_id);
    for (const std::string& column : record.stream->columns_to_get)
      put_field(out, kOriginColumn, column);
  }
  put_field(out, kNextShard, varint_text(record.next_shard));
  if (record.sse) {
    std::string sse = varint_text(record.sse->enable ? 1 : 0);
    put_optional(sse, record.sse->key_type);
    put_text(sse, record.sse->key_id);
    put_text(sse, record.sse->role_arn);
    put_field(out, kSse, sse);
  }
  if (record.local_transactions) put_field(out, kLocalTransactions, {});
  return out;
}

std::string to_bytes(const ShardRecord& record) {
  std::string out;
  put_field(out, kShardId, record.info.shard_id);
  if (!record.info.parent_id.empty()) put_field(out, kParent, record.info.parent_id);
  if (!record.info.parent_sibling_id.empty())
    put_field(out, kSibling, record.info.parent_sibling_id);
  put_field(out, kOldest, varint_text(record.oldest));
  if (record.closed_us) put_field(out, kClosed, signed_text(*record.closed_us));
  return out;
}

Result<TableRecord> parse_table_record(std::string_view bytes) {
  TableRecord record;
  OTS_CHECK(parse_fields(bytes, kLocalTransactions, "table", parse_table_field, record));
  const TableOptions& options = record.options;
  const bool has_options = options.time_to_live && options.max_versions &&
                           options.max_version_deviation && options.allow_update &&
                           options.update_full_row;
  if (record.meta.name.empty() || record.meta.primary_key.empty() || record.partitions.empty() ||
      !has_options)
    return damaged_store("the description of a table");
  return record;
}

Result<ShardRecord> parse_shard_record(uint64_t number, std::string_view bytes) {
  ShardRecord record;
  record.number = number;
  OTS_CHECK(parse_fields(bytes, kClosed, "shard", parse_shard_field, record));
  if (record.info.shard_id.empty()) return damaged_store("the description of a shard");
  return record;
}

std::string table_key(SpaceId table) { return keyed(kTablePrefix, table); }
std::string restoring_key(SpaceId table) { return keyed(kRestoringPrefix, table); }
std::string last_commit_key(SpaceId table) { return keyed("c", table); }
std::string shard_key(SpaceId table) { return keyed("S", table); }
std::string shard_key(SpaceId table, uint64_t shard) {
  std::string key = shard_key(table);
  put_sortable(key, shard);
  return key;
}

SharedBuffer number_value(uint64_t number) { return SharedBuffer(varint_text(number)); }

Result<uint64_t> stored_number(const StorageReader& storage, std::string_view key) {
  OTS_TRY(std::optional<SharedBuffer> value, storage.get(kMetaSpace, key));
  if (!value) return 0;
  uint64_t number = 0;
  std::string_view bytes = value->view();
  if (!get_varint(bytes, number) || !bytes.empty()) return damaged_store("a number");
  return number;
}

void erase_table(StorageBatch& batch, SpaceId table) {
  batch.erase(kMetaSpace, table_key(table));
  batch.erase(kMetaSpace, last_commit_key(table));
  const std::string shards = shard_key(table);
  batch.erase_range(kMetaSpace, shards, behind_prefix(shards));
  batch.drop(table);
  batch.drop(log_space(table));
}

}  // namespace otsstream::local
