// Tunnel sessions, SQL instances and the bookkeeping of blocks: the second half of Catalog.
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/partition_values.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::PartitionSpec;

namespace {

constexpr char kUpload[] = "upload";
constexpr char kDownload[] = "download";

Status require_normal(std::string_view id, std::string_view status) {
  if (status == "normal") return {};
  return fail(ErrorKind::kConflict, "StatusConflict",
              "session " + std::string(id) + " is " + std::string(status));
}

}  // namespace

uint64_t DownloadState::records() const {
  uint64_t sum = 0;
  for (const StoredBlock& block : blocks) sum += block.records;
  return sum;
}

Status Catalog::insert_session(const SessionKey& key, std::string_view kind, int64_t partition_id,
                               bool overwrite, int64_t now) {
  return db_.run("INSERT INTO sessions VALUES(?, ?, ?, ?, ?, 'normal', ?)", key.id, kind,
                 maxcompute::ascii::lower(key.table), partition_id, overwrite, now);
}

Result<Catalog::Session> Catalog::load_session(std::string_view kind, const SessionKey& key,
                                               int64_t now) {
  OTS_TRY(auto row, db_.query("SELECT table_name, partition_id, overwrite, status, created"
                              " FROM sessions WHERE id = ? AND kind = ?",
                              key.id, kind));
  OTS_TRY(bool found, row.step());
  if (!found || row.text(0) != maxcompute::ascii::lower(key.table)) {
    return fail(ErrorKind::kNotFound, kind == kUpload ? "NoSuchUpload" : "NoSuchDownload",
                std::string(kind) + " session " + key.id + " of table " +
                    maxcompute::ascii::lower(key.table) + " does not exist");
  }
  Session session;
  session.overwrite = row.number(2) != 0;
  session.status = row.text(3);
  if (session.status == "normal" && now - row.number(4) >= kSessionLifeSeconds) {
    session.status = "expired";
  }
  OTS_TRY(session.partition, require_partition(key.table, key.partition));
  if (session.partition.id == row.number(1)) return session;
  // Another partition than the session's: named by mistake, or the session's own is gone.
  OTS_TRY(auto alive, db_.query("SELECT 1 FROM partitions WHERE id = ?", row.number(1)));
  OTS_TRY(bool still_there, alive.step());
  if (still_there) {
    return fail(ErrorKind::kConfig, "InvalidPartitionSpec",
                "session " + key.id + " belongs to another partition than '" +
                    key.partition.unquoted() + "'");
  }
  return fail(ErrorKind::kNotFound, "NoSuchPartition",
              "the partition of session " + key.id + " was dropped");
}

// ---- upload

Result<UploadState> Catalog::load_upload(const SessionKey& key, int64_t now) {
  OTS_TRY(auto session, load_session(kUpload, key, now));
  UploadState state;
  state.id = key.id;
  state.status = session.status;
  state.overwrite = session.overwrite;
  state.schema = std::move(session.partition.table.schema);
  OTS_TRY(auto row, db_.query("SELECT block_id FROM session_blocks WHERE session_id = ?"
                              " ORDER BY block_id",
                              key.id));
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return state;
    state.blocks.push_back(static_cast<int>(row.number(0)));
  }
}

Result<UploadState> Catalog::create_upload(const SessionKey& key, bool overwrite,
                                           bool create_partition, int64_t now) {
  if (create_partition && !key.partition.empty()) {
    OTS_CHECK(add_partitions(key.table, {key.partition}, true, now));
  }
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto partition, require_partition(key.table, key.partition));
  OTS_CHECK(insert_session(key, kUpload, partition.id, overwrite, now));
  OTS_TRY(auto state, load_upload(key, now));
  OTS_CHECK(transaction.commit());
  return state;
}

Result<UploadState> Catalog::upload(const SessionKey& key, int64_t now) {
  std::lock_guard lock(mutex_);
  return load_upload(key, now);
}

Status Catalog::put_block(const SessionKey& key, int block_id, const StoredBlock& block,
                          int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto session, load_session(kUpload, key, now));
  OTS_CHECK(require_normal(key.id, session.status));
  OTS_CHECK(db_.run("DELETE FROM session_blocks WHERE session_id = ? AND block_id = ?", key.id,
                    block_id));
  OTS_CHECK(db_.run("INSERT INTO blobs(id, records, bytes) VALUES(?, ?, ?)", block.blob,
                    block.records, block.bytes));
  OTS_CHECK(db_.run("INSERT INTO session_blocks VALUES(?, ?, ?)", key.id, block_id, block.blob));
  return transaction.commit();
}

Result<UploadState> Catalog::commit_upload(const SessionKey& key, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto session, load_session(kUpload, key, now));
  if (session.status == "closed") return load_upload(key, now);
  OTS_CHECK(require_normal(key.id, session.status));
  const int64_t partition = session.partition.id;
  if (session.overwrite) {
    OTS_CHECK(db_.run("DELETE FROM partition_blocks WHERE partition_id = ?", partition));
  }
  OTS_CHECK(
      db_.run("INSERT INTO partition_blocks SELECT ?1, block_id + 1 +"
              " (SELECT ifnull(max(position), -1) FROM partition_blocks"
              "   WHERE partition_id = ?1), blob"
              " FROM session_blocks WHERE session_id = ?2 ORDER BY block_id",
              partition, key.id));
  // The session goes on listing its block ids, but no longer holds the blocks.
  OTS_CHECK(db_.run("UPDATE session_blocks SET blob = '' WHERE session_id = ?", key.id));
  OTS_CHECK(db_.run("UPDATE sessions SET status = 'closed' WHERE id = ?", key.id));
  OTS_CHECK(db_.run("UPDATE partitions SET modified = ? WHERE id = ?", now, partition));
  OTS_CHECK(
      db_.run("UPDATE tables SET modified = ? WHERE id = ?", now, session.partition.table.id));
  OTS_TRY(auto state, load_upload(key, now));
  OTS_CHECK(transaction.commit());
  return state;
}

// ---- download

Result<DownloadState> Catalog::load_download(const SessionKey& key, int64_t now) {
  OTS_TRY(auto session, load_session(kDownload, key, now));
  DownloadState state;
  state.id = key.id;
  state.status = session.status;
  state.schema = std::move(session.partition.table.schema);
  OTS_TRY(auto row, db_.query("SELECT b.id, b.records, b.bytes FROM session_blocks l"
                              " JOIN blobs b ON b.id = l.blob WHERE l.session_id = ?"
                              " ORDER BY l.block_id",
                              key.id));
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return state;
    state.blocks.push_back(
        {row.text(0), static_cast<uint64_t>(row.number(1)), static_cast<uint64_t>(row.number(2))});
  }
}

Result<DownloadState> Catalog::create_download(const SessionKey& key, int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto partition, require_partition(key.table, key.partition));
  OTS_CHECK(insert_session(key, kDownload, partition.id, false, now));
  OTS_CHECK(
      db_.run("INSERT INTO session_blocks SELECT ?, position, blob FROM partition_blocks"
              " WHERE partition_id = ?",
              key.id, partition.id));
  OTS_TRY(auto state, load_download(key, now));
  OTS_CHECK(transaction.commit());
  return state;
}

Result<DownloadState> Catalog::download(const SessionKey& key, int64_t now) {
  std::lock_guard lock(mutex_);
  return load_download(key, now);
}

// ---- instances

Status Catalog::add_instance(const InstanceRecord& instance) {
  std::lock_guard lock(mutex_);
  return db_.run("INSERT INTO instances VALUES(?, ?, ?, ?, ?, ?, ?, ?)", instance.id,
                 instance.task_name, instance.source, instance.success, instance.format,
                 instance.result, instance.started, instance.ended);
}

Result<InstanceRecord> Catalog::instance(std::string_view id) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto row, db_.query("SELECT id, task_name, source, success, format, result, started,"
                              " ended FROM instances WHERE id = ?",
                              id));
  OTS_TRY(bool found, row.step());
  if (!found) {
    return fail(ErrorKind::kNotFound, "NoSuchObject",
                "instance " + std::string(id) + " does not exist");
  }
  return InstanceRecord{row.text(0), row.text(1), row.text(2),   row.number(3) != 0,
                        row.text(4), row.text(5), row.number(6), row.number(7)};
}

// ---- blocks

Result<std::vector<std::string>> Catalog::take_unreferenced(int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  // An expired session loses its blocks at once; its row stays another life, to say "expired".
  OTS_CHECK(
      db_.run("DELETE FROM session_blocks WHERE session_id IN"
              " (SELECT id FROM sessions WHERE created <= ? AND status = 'normal')",
              now - kSessionLifeSeconds));
  OTS_CHECK(db_.run("DELETE FROM sessions WHERE created <= ?", now - 2 * kSessionLifeSeconds));
  OTS_CHECK(db_.run("DELETE FROM instances WHERE ended <= ?", now - 2 * kSessionLifeSeconds));
  std::vector<std::string> ids;
  OTS_TRY(auto row, db_.query("SELECT id FROM blobs WHERE refs = 0"));
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) break;
    ids.push_back(row.text(0));
  }
  OTS_CHECK(db_.run("DELETE FROM blobs WHERE refs = 0"));
  OTS_CHECK(transaction.commit());
  return ids;
}

Result<std::set<std::string>> Catalog::referenced() {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto row, db_.query("SELECT id FROM blobs"));
  std::set<std::string> ids;
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return ids;
    ids.insert(row.text(0));
  }
}

}  // namespace otsstream::local
