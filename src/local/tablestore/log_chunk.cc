#include "local/tablestore/log_chunk.h"

#include <fmt/format.h>

#include "local/tablestore/stored_bytes.h"

namespace otsstream::local {

tl::unexpected<Error> damaged_store(std::string what) {
  return fail(ErrorKind::kCorrupt, "Store-Damaged",
              "the local Tablestore's stored data is damaged: " + std::move(what),
              "restore a snapshot into an empty directory");
}

std::string log_key(uint64_t shard, uint64_t position) {
  std::string key;
  key.reserve(16);
  put_sortable(key, shard);
  put_sortable(key, position);
  return key;
}

std::string log_key(uint64_t shard) {
  std::string key;
  put_sortable(key, shard);
  return key;
}

std::string behind_shard(uint64_t shard) { return behind_prefix(log_key(shard)); }

std::string chunk_value(const LogChunk& chunk) {
  std::string value;
  value.reserve(chunk.fields.size() + 24);
  put_varint(value, static_cast<uint64_t>(chunk.timestamp_us));
  put_varint(value, chunk.in_segment);
  put_varint(value, chunk.records);
  value.append(chunk.fields);
  return value;
}

Result<LogChunk> parse_chunk(std::string_view key, std::string_view value) {
  LogChunk chunk;
  uint64_t timestamp = 0;
  if (!get_sortable(key, chunk.shard) || !get_sortable(key, chunk.position) || !key.empty() ||
      !get_varint(value, timestamp) || !get_varint(value, chunk.in_segment) ||
      !get_varint(value, chunk.records) || timestamp > INT64_MAX || chunk.records == 0 ||
      chunk.in_segment > chunk.position)
    return damaged_store("a part of a change log");
  chunk.timestamp_us = static_cast<int64_t>(timestamp);
  chunk.fields = value;
  return chunk;
}

Status SegmentBuilder::add(const LogChunk& chunk) {
  if (index_.empty()) start_ = chunk.position;
  if (chunk.position != end()) return damaged_store("a gap in a change log");
  const size_t base = bytes_.size();
  std::string_view rest = chunk.fields;
  uint64_t records = 0;
  while (!rest.empty()) {
    index_.push_back({base + (chunk.fields.size() - rest.size()), chunk.timestamp_us});
    uint64_t tag = 0;
    std::string_view record;
    if (!get_varint(rest, tag) || !get_text(rest, record))
      return damaged_store("a record of a change log");
    ++records;
  }
  if (records != chunk.records) return damaged_store("the number of records in a change log");
  bytes_.append(chunk.fields);
  return {};
}

std::shared_ptr<LogSegment> SegmentBuilder::take() {
  auto segment = std::make_shared<LogSegment>(std::move(bytes_), std::move(index_));
  bytes_.clear();
  index_.clear();
  return segment;
}

}  // namespace otsstream::local
