#include "local/tablestore/rocks_storage.h"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "local/tablestore/stored_bytes.h"

namespace otsstream::local {
namespace {

// What the program may take for this engine: one cache for all families, two
// buffers per family.
constexpr size_t kBlockCacheBytes = size_t{32} << 20;
constexpr size_t kWriteBufferBytes = size_t{16} << 20;
// Replayed at the next start, so it bounds how long that takes after a kill.
constexpr size_t kLogReplayBytes = size_t{16} << 20;
constexpr uint64_t kReplayedAtOnce = uint64_t{4} << 20;
constexpr int kOpenFiles = 256;

enum Family : size_t { kMeta, kRows, kLog, kFamilies };

Family family_of(SpaceId space) {
  if (space == kMetaSpace) return kMeta;
  return (space & kLogBit) != 0 ? kLog : kRows;
}

std::string stored_key(SpaceId space, std::string_view key) {
  std::string out;
  out.reserve(8 + key.size());
  put_sortable(out, space & ~kLogBit);
  out.append(key);
  return out;
}

std::string end_key(SpaceId space, std::string_view end) {
  return end.empty() ? behind_prefix(stored_key(space, {})) : stored_key(space, end);
}

rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

Error error_of(const rocksdb::Status& status, const std::string& doing) {
  if (status.IsCorruption())
    return make_error(
        ErrorKind::kCorrupt, "Store-Damaged",
        "the local Tablestore's store is damaged: " + doing + ": " + status.ToString(),
        "restore a snapshot into an empty directory");
  return make_error(ErrorKind::kResource, "Store-Io",
                    "the local Tablestore's store: " + doing + ": " + status.ToString(),
                    "look at the disk's space and the directory's owner and mode");
}

rocksdb::ColumnFamilyOptions family_options(Family family,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = kWriteBufferBytes;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = family == kLog ? 64u << 10 : 8u << 10;
  table.format_version = 5;
  if (family == kRows) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions db_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // Rows and log of one commit reach the tables on disk together, even where
  // the write-ahead log's tail is lost with the machine.
  options.atomic_flush = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_total_wal_size = kLogReplayBytes;
  options.avoid_flush_during_recovery = true;
  options.skip_stats_update_on_db_open = true;
  options.skip_checking_sst_file_sizes_on_db_open = true;
  options.max_open_files = kOpenFiles;
  options.max_background_jobs = 2;
  options.keep_log_file_num = 2;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  return options;
}

}  // namespace

struct RocksStorage::Impl {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // by Family
  bool sync = false;

  std::atomic<uint64_t> applied = 0;  // batches
  std::mutex mutex;
  std::condition_variable synced;
  uint64_t durable = 0;  // batches
  bool syncing = false;
  std::optional<Error> failed;  // of an fsync: from then on

  ~Impl() {
    // What is in the tables on disk need not be replayed; a little is replayed in no time.
    if (db && buffered_bytes() > kReplayedAtOnce) db->Flush(rocksdb::FlushOptions(), families);
    for (rocksdb::ColumnFamilyHandle* family : families) db->DestroyColumnFamilyHandle(family);
    if (db) db->Close();
  }

  uint64_t buffered_bytes() const {
    uint64_t all = 0;
    for (rocksdb::ColumnFamilyHandle* family : families) {
      uint64_t bytes = 0;
      db->GetIntProperty(family, rocksdb::DB::Properties::kCurSizeAllMemTables, &bytes);
      all += bytes;
    }
    return all;
  }

  Result<std::optional<SharedBuffer>> get(const rocksdb::ReadOptions& options, SpaceId space,
                                          std::string_view key) const {
    std::string value;
    rocksdb::Status status =
        db->Get(options, families[family_of(space)], stored_key(space, key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return fail(error_of(status, "reading"));
    return SharedBuffer(std::move(value));
  }

  Status scan(rocksdb::ReadOptions options, SpaceId space, std::string_view from,
              std::string_view to, bool backward, const Visitor& visit) const {
    if (!to.empty() && to <= from) return {};
    const std::string low = stored_key(space, from);
    const std::string high = end_key(space, to);
    const rocksdb::Slice low_slice = low;
    const rocksdb::Slice high_slice = high;
    options.iterate_lower_bound = &low_slice;
    if (!high.empty()) options.iterate_upper_bound = &high_slice;
    std::unique_ptr<rocksdb::Iterator> at(db->NewIterator(options, families[family_of(space)]));
    if (backward) {
      at->SeekToLast();
    } else {
      at->Seek(low_slice);
    }
    for (; at->Valid(); backward ? at->Prev() : at->Next()) {
      std::string_view key = at->key().ToStringView();
      if (!visit(key.substr(8), at->value().ToStringView())) break;
    }
    if (!at->status().ok()) return fail(error_of(at->status(), "reading"));
    return {};
  }
};

// Holds on to the state at its birth.
class RocksStorage::Snapshot final : public StorageReader {
 public:
  explicit Snapshot(const Impl& impl) : impl_(impl) { options_.snapshot = impl.db->GetSnapshot(); }
  ~Snapshot() override { impl_.db->ReleaseSnapshot(options_.snapshot); }
  Result<std::optional<SharedBuffer>> get(SpaceId space, std::string_view key) const override {
    return impl_.get(options_, space, key);
  }
  Status scan(SpaceId space, std::string_view from, std::string_view to, bool backward,
              const Visitor& visit) const override {
    return impl_.scan(options_, space, from, to, backward, visit);
  }

 private:
  const Impl& impl_;
  rocksdb::ReadOptions options_;
};

RocksStorage::RocksStorage(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksStorage::~RocksStorage() = default;

Result<std::unique_ptr<RocksStorage>> RocksStorage::open(const std::string& folder, bool sync) {
  auto impl = std::make_unique<Impl>();
  impl->sync = sync;
  auto cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, family_options(kMeta, cache)},
      {"rows", family_options(kRows, cache)},
      {"log", family_options(kLog, cache)}};
  rocksdb::DB* db = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(db_options(), folder, families, &impl->families, &db);
  impl->db.reset(db);
  if (!status.ok()) return fail(error_of(status, "opening " + folder));
  return std::unique_ptr<RocksStorage>(new RocksStorage(std::move(impl)));
}

Result<std::optional<SharedBuffer>> RocksStorage::get(SpaceId space, std::string_view key) const {
  return impl_->get({}, space, key);
}

Status RocksStorage::scan(SpaceId space, std::string_view from, std::string_view to, bool backward,
                          const Visitor& visit) const {
  return impl_->scan({}, space, from, to, backward, visit);
}

Status RocksStorage::apply(StorageBatch batch) {
  rocksdb::WriteBatch changes;
  for (const StorageBatch::Change& change : batch.changes) {
    rocksdb::ColumnFamilyHandle* family = impl_->families[family_of(change.space)];
    const std::string key = stored_key(change.space, change.key);
    rocksdb::Status added;
    switch (change.kind) {
      case StorageBatch::Kind::kPut:
        added = changes.Put(family, key, slice_of(change.value.view()));
        break;
      case StorageBatch::Kind::kErase:
        added = changes.Delete(family, key);
        break;
      case StorageBatch::Kind::kEraseRange:
        added = changes.DeleteRange(family, key, end_key(change.space, change.end));
        break;
    }
    if (!added.ok()) return fail(error_of(added, "writing"));
  }
  rocksdb::Status written = impl_->db->Write(rocksdb::WriteOptions(), &changes);
  if (!written.ok()) return fail(error_of(written, "writing"));
  ++impl_->applied;
  return {};
}

std::unique_ptr<const StorageReader> RocksStorage::snapshot() const {
  return std::make_unique<Snapshot>(*impl_);
}

Status RocksStorage::make_durable() {
  if (!impl_->sync) return {};
  const uint64_t wanted = impl_->applied;
  std::unique_lock lock(impl_->mutex);
  while (true) {
    if (impl_->failed) return fail(*impl_->failed);
    if (impl_->durable >= wanted) return {};
    if (!impl_->syncing) break;
    impl_->synced.wait(lock);
  }
  impl_->syncing = true;
  lock.unlock();
  const uint64_t reached = impl_->applied;
  rocksdb::Status status = impl_->db->SyncWAL();
  lock.lock();
  impl_->syncing = false;
  if (status.ok()) {
    impl_->durable = std::max(impl_->durable, reached);
  } else {
    impl_->failed = error_of(status, "fsync");
  }
  impl_->synced.notify_all();
  if (impl_->failed) return fail(*impl_->failed);
  return {};
}

}  // namespace otsstream::local
