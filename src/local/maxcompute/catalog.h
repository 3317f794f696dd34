#pragma once
// What exists in one project: tables, partitions with their lists of blocks, Tunnel sessions, SQL
// instances. One SQLite file holds all projects. Every method is one transaction, so a partition
// changes at once or not at all, whatever kills the process. Names are compared in lower case
// (maxcompute-protocol.md 9, T32).
//
// Errors carry the service's codes: NoSuchTable, NoSuchPartition, InvalidPartitionSpec,
// MissingPartitionSpec, StatusConflict, TableModified, …; kResource "Local-Store" when SQLite
// itself fails.

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
  std::string status;  // "normal", "closed", "expired"; only a normal one takes blocks
  bool overwrite = false;
  std::vector<int> blocks;
  maxcompute::TableSchema schema;
};

// A service shows at most so many rows of a result to a client that does not ask for all.
inline constexpr uint64_t kLimitedResultRows = 10'000;

struct DownloadState {
  std::string id;
  std::string status;  // "normal", "expired"
  std::vector<StoredBlock> blocks;
  bool limited = false;  // only the first kLimitedResultRows may be read
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
  // What the instance tunnel answers; no blob: the statement was no SELECT.
  std::vector<maxcompute::Column> columns;
  StoredBlock table;
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
  // `file` empty: in memory. A file of an older layout is upgraded, its tables go to `project`; one
  // of a newer layout fails with kCorrupt "Local-Store".
  static Result<std::unique_ptr<Catalog>> open(const std::string& file, std::string project);
  // Another project of the same file.
  std::unique_ptr<Catalog> of_project(std::string_view project) const;
  const std::string& project() const { return project_; }

  // Tables. `schema.project` is ignored.
  Status create_table(const maxcompute::TableSchema& schema, std::string_view comment,
                      bool if_not_exists, int64_t now);
  Status drop_table(std::string_view table, bool if_exists);
  // New data columns at the end; rows that are there hold NULL in them. Tunnel sessions that were
  // opened before answer TableModified, here and after rename_column.
  Status add_columns(std::string_view table, const std::vector<maxcompute::Column>& columns,
                     bool if_not_exists, int64_t now);
  Status rename_column(std::string_view table, std::string_view from, std::string_view to,
                       int64_t now);
  Status set_column_comment(std::string_view table, std::string_view column,
                            std::string_view comment, int64_t now);
  Status rename_table(std::string_view from, std::string_view to, int64_t now);
  Status set_comment(std::string_view table, std::string_view comment, int64_t now);
  Status set_lifecycle(std::string_view table, int64_t days, int64_t now);
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
  // LIFECYCLE: partitions, and plain tables, that nobody changed for so many days are dropped.
  Status drop_outlived(int64_t now);
  // Every table of the project with its committed blocks.
  Result<std::vector<LandedSnapshot>> snapshot();
  // One of them.
  Result<LandedSnapshot> snapshot(std::string_view table);

  // What an INSERT gives: the blocks of every partition are added, or put in place of its content;
  // partitions that are missing appear. One transaction for all of them. Fails with kConflict
  // "TableModified" when the table is no longer as `schema` says.
  Status land(const maxcompute::TableSchema& schema, const std::vector<PartitionBlocks>& partitions,
              bool overwrite, int64_t now);

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

  // The same for the result of a statement: "InstanceTypeNotSupported" when
  // it has none.
  Result<DownloadState> create_result_download(std::string_view session, std::string_view instance,
                                               bool limited, int64_t now);
  Result<DownloadState> result_download(std::string_view session, std::string_view instance,
                                        int64_t now);

  // A session of any kind is over before its time; one that is closed, or that is not there,
  // stays as it is.
  Status expire_session(const std::string& id);

  // SQL instances.
  Status add_instance(const InstanceRecord& instance);
  Result<InstanceRecord> instance(std::string_view id);
  // The latest first, those before `marker` (an id; "": from the latest), at most `limit`; without
  // source and results.
  Result<std::vector<InstanceRecord>> instances(std::string_view marker, size_t limit);

  // Of all projects: blocks that nothing refers to any more; the caller removes them from the
  // store.
  Result<std::vector<std::string>> take_unreferenced(int64_t now);
  // Of all projects: every block that something refers to.
  Result<std::set<std::string>> referenced();

 private:
  struct File {
    explicit File(SqliteDb opened) : db(std::move(opened)) {}
    std::mutex mutex;
    SqliteDb db;
  };
  struct Table {
    int64_t id = 0;
    int64_t version = 0;  // of the columns
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

  Catalog(std::shared_ptr<File> file, std::string project)
      : file_(std::move(file)),
        mutex_(file_->mutex),
        db_(file_->db),
        project_(std::move(project)) {}

  // All below: the caller holds mutex_, and a transaction when it writes.
  Result<std::optional<Table>> find_table(std::string_view table);
  Result<Table> require_table(std::string_view table);
  Status load_columns(Table& table);
  Result<std::optional<int64_t>> find_partition(const Table& table,
                                                const std::string& level_values);
  Result<Partition> require_partition(std::string_view table,
                                      const maxcompute::PartitionSpec& partition);
  Result<std::vector<StoredBlock>> partition_blocks(int64_t partition_id);
  Result<LandedSnapshot> load_snapshot(Table table);
  // A change of the table itself; with `columns` older sessions end.
  Status touch_table(const Table& table, bool columns, int64_t now);
  Status insert_session(const SessionKey& key, std::string_view kind, const Partition& partition,
                        bool overwrite, int64_t now);
  Result<bool> exists(const char* rows, int64_t id);
  Result<Session> load_session(std::string_view kind, const SessionKey& key, int64_t now);
  Result<UploadState> load_upload(const SessionKey& key, int64_t now);
  Result<DownloadState> load_download(const SessionKey& key, int64_t now);
  Result<InstanceRecord> load_instance(std::string_view id);

  const std::shared_ptr<File> file_;
  std::mutex& mutex_;
  SqliteDb& db_;
  const std::string project_;
};

}  // namespace otsstream::local
