#pragma once
// What exists: tables, partitions with their lists of blocks, Tunnel sessions, SQL instances. One
// SQLite file. Every method is one transaction, so a partition changes at once or not at all,
// whatever kills the process. Names are compared in lower case (maxcompute-protocol.md 9, T32).
//
// Errors carry the service's codes: NoSuchTable, NoSuchPartition, InvalidPartitionSpec,
// MissingPartitionSpec, StatusConflict, …; kResource "Local-Store" when SQLite itself fails.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "local/maxcompute/sqlite_db.h"
#include "maxcompute/wire/rest_xml.h"
#include "maxcompute/wire/types.h"

namespace otsstream::local {

// How long a Tunnel session lives (maxcompute-protocol.md 3.2).
inline constexpr int64_t kSessionLifeSeconds = 24 * 3600;

inline constexpr char kOwner[] = "ALIYUN$local";

struct StoredBlock {
  std::string blob;  // id in the BlockStore
  uint64_t records = 0;
  uint64_t bytes = 0;
};

struct PartitionBlocks {
  maxcompute::PartitionSpec spec;  // empty for a plain table
  std::vector<StoredBlock> blocks;
};

struct LandedSnapshot {
  maxcompute::TableSchema schema;
  std::vector<PartitionBlocks> partitions;
};

struct UploadState {
  std::string id;
  std::string status;  // "normal", "closed", "expired"
  bool overwrite = false;
  std::vector<int> blocks;
  maxcompute::TableSchema schema;
};

struct DownloadState {
  std::string id;
  std::string status;  // "normal", "expired"
  std::vector<StoredBlock> blocks;
  maxcompute::TableSchema schema;
  uint64_t records() const;
};

struct InstanceRecord {
  std::string id;
  std::string task_name;
  std::string source;  // the <Job> as it came
  bool success = false;
  std::string format;  // "text" or "csv"
  std::string result;
  int64_t started = 0;  // epoch seconds
  int64_t ended = 0;
};

// A Tunnel session is found by its id and must be asked for through its own table and partition.
struct SessionKey {
  std::string id;
  std::string table;
  maxcompute::PartitionSpec partition;
};

// Thread-safe. Times are epoch seconds and come from the caller.
class Catalog {
 public:
  // `file` empty: in memory. A file of another layout fails with kCorrupt "Local-Store".
  static Result<std::unique_ptr<Catalog>> open(const std::string& file, std::string project);

  // Tables. `schema.project` is ignored.
  Status create_table(const maxcompute::TableSchema& schema, std::string_view comment,
                      bool if_not_exists, int64_t now);
  Status drop_table(std::string_view table, bool if_exists);
  // Without `partitions`: the whole content; the partitions themselves stay.
  Status truncate(std::string_view table, const std::vector<maxcompute::PartitionSpec>& partitions,
                  int64_t now);
  Result<maxcompute::TableInfo> table(std::string_view table);
  // Names in order, those after `marker` that start with `prefix`, at most `limit`.
  Result<std::vector<std::string>> table_names(std::string_view prefix, std::string_view marker,
                                               size_t limit);

  // Partitions.
  Status add_partitions(std::string_view table,
                        const std::vector<maxcompute::PartitionSpec>& partitions,
                        bool if_not_exists, int64_t now);
  Status drop_partitions(std::string_view table,
                         const std::vector<maxcompute::PartitionSpec>& partitions, bool if_exists);
  Result<maxcompute::PartitionInfo> partition(std::string_view table,
                                              const maxcompute::PartitionSpec& partition);
  // In order of their specs; `prefix` may hold fewer levels than the table has.
  Result<std::vector<maxcompute::PartitionInfo>> partitions(
      std::string_view table, const maxcompute::PartitionSpec& prefix);
  // Every table with its committed blocks.
  Result<std::vector<LandedSnapshot>> snapshot();

  // Upload sessions.
  Result<UploadState> create_upload(const SessionKey& key, bool overwrite, bool create_partition,
                                    int64_t now);
  Result<UploadState> upload(const SessionKey& key, int64_t now);
  // The same block id again replaces the block.
  Status put_block(const SessionKey& key, int block_id, const StoredBlock& block, int64_t now);
  // Appends the session's blocks to the partition, or puts them in place of its content. A session
  // that is closed already stays as it is.
  Result<UploadState> commit_upload(const SessionKey& key, int64_t now);

  // Download sessions: the blocks as they were at creation.
  Result<DownloadState> create_download(const SessionKey& key, int64_t now);
  Result<DownloadState> download(const SessionKey& key, int64_t now);

  // SQL instances.
  Status add_instance(const InstanceRecord& instance);
  Result<InstanceRecord> instance(std::string_view id);

  // Blocks that nothing refers to any more; the caller removes them from the store.
  Result<std::vector<std::string>> take_unreferenced(int64_t now);
  // Every block that something refers to.
  Result<std::set<std::string>> referenced();

 private:
  struct Table {
    int64_t id = 0;
    maxcompute::TableSchema schema;
  };
  struct Partition {
    Table table;
    int64_t id = 0;
  };
  struct Session {
    Partition partition;
    std::string status;
    bool overwrite = false;
  };

  Catalog(SqliteDb db, std::string project) : db_(std::move(db)), project_(std::move(project)) {}

  // All below: the caller holds mutex_, and a transaction when it writes.
  Result<std::optional<Table>> find_table(std::string_view table);
  Result<Table> require_table(std::string_view table);
  Status load_columns(Table& table);
  Result<std::optional<int64_t>> find_partition(const Table& table,
                                                const std::string& level_values);
  Result<Partition> require_partition(std::string_view table,
                                      const maxcompute::PartitionSpec& partition);
  Result<std::vector<StoredBlock>> partition_blocks(int64_t partition_id);
  Status insert_session(const SessionKey& key, std::string_view kind, int64_t partition_id,
                        bool overwrite, int64_t now);
  Result<Session> load_session(std::string_view kind, const SessionKey& key, int64_t now);
  Result<UploadState> load_upload(const SessionKey& key, int64_t now);
  Result<DownloadState> load_download(const SessionKey& key, int64_t now);

  std::mutex mutex_;
  SqliteDb db_;
  const std::string project_;
};

}  // namespace otsstream::local
