#pragma once
// What is known about a table and its shards beyond rows and log, and its bytes
// and keys in storage and in snapshots
// (docs/formats/local-tablestore-store.md).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/tablestore/storage.h"
#include "tablestore/wire/types.h"

namespace otsstream::local {

struct PartitionRecord {
  std::string shard_id;                            // "" while the Stream is off
  std::optional<tablestore::CellValue> begin_key;  // absent for the first
  bool operator==(const PartitionRecord&) const = default;
};

struct TableRecord {
  tablestore::TableMeta meta;  // with the defined columns
  tablestore::TableOptions options;
  tablestore::ThroughputDetails throughput;
  std::optional<tablestore::SseSpec> sse;
  bool local_transactions = false;
  int64_t created_us = 0;
  std::vector<PartitionRecord> partitions;  // in key order
  std::optional<tablestore::StreamDetails> stream;
  uint64_t next_shard = 1;  // number
};

struct ShardRecord {
  uint64_t number = 0;  // within its table; part of the key, not of the bytes
  tablestore::StreamShard info;
  uint64_t oldest = 0;               // position of the oldest record that is kept
  std::optional<int64_t> closed_us;  // absent while open
  bool operator==(const ShardRecord&) const = default;
};

std::string to_bytes(const TableRecord& record);
std::string to_bytes(const ShardRecord& record);
// kCorrupt "Store-Damaged"; kUnsupported "Store-Version" for what a newer
// program wrote.
Result<TableRecord> parse_table_record(std::string_view bytes);
Result<ShardRecord> parse_shard_record(uint64_t number, std::string_view bytes);

// Keys in kMetaSpace.
inline constexpr std::string_view kTablePrefix = "T";
inline constexpr std::string_view kRestoringPrefix = "P";
inline constexpr std::string_view kNextTableKey = "N";
inline constexpr std::string_view kClockKey = "C";
std::string table_key(SpaceId table);
std::string restoring_key(SpaceId table);
std::string last_commit_key(SpaceId table);
std::string shard_key(SpaceId table, uint64_t shard);
std::string shard_key(SpaceId table);  // what the keys of all its shards begin with
// The value of kNextTableKey, kClockKey and last_commit_key().
SharedBuffer number_value(uint64_t number);
// The stored number; 0 when it is absent.
Result<uint64_t> stored_number(const StorageReader& storage, std::string_view key);

// Everything of a table that storage has.
void erase_table(StorageBatch& batch, SpaceId table);

}  // namespace otsstream::local
