// Snapshot, restore and reset of an instance (docs/formats/local-tablestore-store.md).

#include <algorithm>
#include <mutex>

#include "local/tablestore/snapshot_file.h"
#include "local/tablestore/stored_bytes.h"
#include "local/tablestore/table_store.h"

namespace otsstream::local {
namespace {

std::string table_content(const TableSnapshot& table) {
  std::string out;
  put_varint(out, static_cast<uint64_t>(table.last_commit_us));
  put_text(out, to_bytes(table.record));
  for (const ShardRecord& shard : table.shards) {
    put_varint(out, shard.number);
    put_text(out, to_bytes(shard));
  }
  return out;
}

// A run's records, cut into chunks of one commit time.
Status write_run(const LogRun& run, SnapshotWriter& writer) {
  size_t first = 0;
  while (first < run.index.size()) {
    size_t last = first;
    while (last < run.index.size() && run.index[last].timestamp_us == run.index[first].timestamp_us)
      ++last;
    const size_t begin = run.index[first].offset;
    const size_t end = last < run.index.size() ? run.index[last].offset : run.bytes.size();
    LogChunk chunk{run.shard, run.start + first, run.index[first].timestamp_us,
                   first,     last - first,      run.bytes.view().substr(begin, end - begin)};
    OTS_CHECK(writer.chunk(log_key(chunk.shard, chunk.position), chunk_value(chunk)));
    first = last;
  }
  return {};
}

Status write_space(const StorageReader& storage, SpaceId space,
                   const std::function<Status(std::string_view, std::string_view)>& write) {
  Status written;
  OTS_CHECK(storage.scan(space, {}, {}, false, [&](std::string_view key, std::string_view value) {
    written = write(key, value);
    return written.has_value();
  }));
  return written;
}

tl::unexpected<Error> damaged_snapshot(std::string_view what) {
  return fail(ErrorKind::kCorrupt, "Snapshot-Damaged",
              "the snapshot is damaged: " + std::string(what), "use another copy of it");
}

}  // namespace

Status TableStore::snapshot(const std::string& path) const {
  std::vector<TableSnapshot> tables;
  std::unique_ptr<const StorageReader> storage;
  {
    std::shared_lock lock(mutex_);
    std::vector<std::shared_lock<std::shared_mutex>> locks;
    for (const auto& [name, table] : tables_) locks.push_back(table->lock_shared());
    for (const auto& [name, table] : tables_) tables.push_back(table->snapshot_locked());
    storage = services_.storage.snapshot();
  }
  OTS_TRY(SnapshotWriter writer, SnapshotWriter::create(path));
  for (const TableSnapshot& table : tables) {
    OTS_CHECK(writer.table(table_content(table)));
    OTS_CHECK(write_space(*storage, table.space, [&](std::string_view key, std::string_view value) {
      return writer.row(key, value);
    }));
    OTS_CHECK(write_space(
        *storage, log_space(table.space),
        [&](std::string_view key, std::string_view value) { return writer.chunk(key, value); }));
    for (const LogRun& run : table.runs) OTS_CHECK(write_run(run, writer));
  }
  return writer.finish();
}

// Tables on their way in: stored under numbers of their own, known to nobody yet.
struct TableStore::Restoring {
  struct Table {
    SpaceId space = 0;
    int64_t last_commit_us = 0;
    TableRecord record;
    std::vector<ShardRecord> shards;
    std::shared_ptr<StoredTable> table;
  };
  std::vector<Table> tables;
  int64_t memory_bytes = 0;  // of logs that storage does not have
  SegmentBuilder segment;    // of the last table
  uint64_t segment_shard = 0;
  uint64_t segment_start = 0;
};

Status TableStore::begin_restored(std::string_view content, Restoring& restoring) {
  OTS_CHECK(finish_restored(restoring));
  Restoring::Table& table = restoring.tables.emplace_back();
  StorageBatch batch;
  {
    std::unique_lock lock(mutex_);
    table.space = next_space_++;
    put_next_space(batch);
  }
  if (services_.storage.is_persistent()) {
    batch.put(kMetaSpace, restoring_key(table.space), {});
    OTS_CHECK(services_.storage.apply(std::move(batch)));
  }
  uint64_t last_commit = 0;
  std::string_view record;
  if (!get_varint(content, last_commit) || !get_text(content, record))
    return damaged_snapshot("a table");
  table.last_commit_us = static_cast<int64_t>(last_commit);
  OTS_TRY(table.record, parse_table_record(record));
  while (!content.empty()) {
    uint64_t number = 0;
    std::string_view bytes;
    if (!get_varint(content, number) || !get_text(content, bytes))
      return damaged_snapshot("a shard");
    OTS_TRY(ShardRecord shard, parse_shard_record(number, bytes));
    table.shards.push_back(std::move(shard));
  }
  table.table = std::make_shared<StoredTable>(table.record, table.space, services_);
  if (!services_.storage.is_persistent())
    OTS_CHECK(table.table->load(table.shards, table.last_commit_us));
  return {};
}

// The last table has all its rows and chunks.
Status TableStore::finish_restored(Restoring& restoring) {
  if (restoring.tables.empty()) return {};
  Restoring::Table& table = restoring.tables.back();
  if (services_.storage.is_persistent())
    return table.table->load(table.shards, table.last_commit_us);
  if (restoring.segment.empty()) return {};
  const uint64_t start = restoring.segment.start();
  std::shared_ptr<LogSegment> segment = restoring.segment.take();
  StorageBatch batch;
  batch.memory_bytes = ChangeLog::memory_of(*segment);
  OTS_CHECK(services_.storage.apply(batch));
  restoring.memory_bytes += batch.memory_bytes;
  table.table->adopt_log(restoring.segment_shard, start, std::move(segment));
  return {};
}

// Memory puts the segments together again; on disk the chunks stay as they are.
Status TableStore::restore_chunks(std::string_view content, Restoring& restoring) {
  StorageBatch batch;
  std::string_view key, value;
  while (next_entry(content, key, value)) {
    OTS_TRY(LogChunk chunk, parse_chunk(key, value));
    if (services_.storage.is_persistent()) {
      batch.put(log_space(restoring.tables.back().space), std::string(key),
                SharedBuffer(std::string(value)));
      continue;
    }
    if (!restoring.segment.empty() && (restoring.segment_shard != chunk.shard ||
                                       restoring.segment_start != chunk.segment_start()))
      OTS_CHECK(finish_restored(restoring));
    restoring.segment_shard = chunk.shard;
    restoring.segment_start = chunk.segment_start();
    OTS_CHECK(restoring.segment.add(chunk));
  }
  return services_.storage.apply(std::move(batch));
}

Status TableStore::read_snapshot(SnapshotReader& reader, Restoring& restoring) {
  while (true) {
    OTS_TRY(SnapshotReader::Block block, reader.next());
    if (block.kind == SnapshotBlock::kEnd) return finish_restored(restoring);
    if (block.kind == SnapshotBlock::kTable) {
      OTS_CHECK(begin_restored(block.content, restoring));
      continue;
    }
    if (restoring.tables.empty()) return damaged_snapshot("it changed while it was read");
    if (block.kind == SnapshotBlock::kLog) {
      OTS_CHECK(restore_chunks(block.content, restoring));
      continue;
    }
    StorageBatch batch;
    std::string_view content = block.content, key, value;
    while (next_entry(content, key, value))
      batch.put(restoring.tables.back().space, std::string(key), SharedBuffer(std::string(value)));
    OTS_CHECK(services_.storage.apply(std::move(batch)));
  }
}

Status TableStore::give_up(Restoring& restoring) {
  StorageBatch batch;
  batch.memory_bytes = -restoring.memory_bytes;
  for (const Restoring::Table& table : restoring.tables) {
    batch.erase(kMetaSpace, restoring_key(table.space));
    batch.drop(table.space);
    batch.drop(log_space(table.space));
  }
  return services_.storage.apply(std::move(batch));
}

Status TableStore::replace_all(Tables tables, StorageBatch batch) {
  std::unique_lock lock(mutex_);
  std::vector<std::unique_lock<std::shared_mutex>> locks;
  for (const auto& [name, table] : tables_) locks.push_back(table->begin_drop(batch));
  if (services_.storage.is_persistent())
    batch.put(kMetaSpace, std::string(kClockKey),
              number_value(static_cast<uint64_t>(services_.clock.now_us())));
  OTS_CHECK(services_.storage.apply(std::move(batch)));
  for (const auto& [name, table] : tables_) table->finish_drop();
  locks.clear();
  tables_ = std::move(tables);
  return {};
}

Status TableStore::restore(const std::string& path) {
  OTS_TRY(SnapshotReader reader, SnapshotReader::open(path));
  Restoring restoring;
  if (Status read = read_snapshot(reader, restoring); !read) {
    // What cannot be removed now is removed at the next start.
    if (Status given_up = give_up(restoring); !given_up) return given_up;
    return read;
  }
  Tables tables;
  StorageBatch batch;
  for (Restoring::Table& table : restoring.tables) {
    services_.clock.never_before(table.last_commit_us);
    if (services_.storage.is_persistent()) {
      batch.erase(kMetaSpace, restoring_key(table.space));
      batch.put(kMetaSpace, table_key(table.space), SharedBuffer(to_bytes(table.record)));
      batch.put(kMetaSpace, last_commit_key(table.space),
                number_value(static_cast<uint64_t>(table.last_commit_us)));
      for (const ShardRecord& shard : table.shards)
        batch.put(kMetaSpace, shard_key(table.space, shard.number), SharedBuffer(to_bytes(shard)));
    }
    tables.emplace(table.record.meta.name, std::move(table.table));
  }
  if (Status replaced = replace_all(std::move(tables), std::move(batch)); !replaced) {
    if (Status given_up = give_up(restoring); !given_up) return given_up;
    return replaced;
  }
  return make_durable();
}

Status TableStore::reset() {
  OTS_CHECK(replace_all({}, {}));
  return make_durable();
}

}  // namespace otsstream::local
