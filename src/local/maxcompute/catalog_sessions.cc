// Tunnel sessions: another part of Catalog.
#include <algorithm>

#include "local/maxcompute/catalog.h"
#include "local/maxcompute/catalog_rows.h"
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
  return limited ? std::min(sum, kLimitedResultRows) : sum;
}

Status Catalog::insert_session(const SessionKey& key, std::string_view kind,
                               const Partition& partition, bool overwrite, int64_t now) {
  return db_.run("INSERT INTO sessions VALUES(?, ?, ?, ?, ?, ?, 'normal', ?)", key.id, kind,
                 partition.table.id, partition.id, partition.table.version, overwrite, now);
}

Result<Catalog::Session> Catalog::load_session(std::string_view kind, const SessionKey& key,
                                               int64_t now) {
  OTS_TRY(auto row, db_.query("SELECT table_id, partition_id, schema_version, overwrite, status,"
                              " created FROM sessions WHERE id = ? AND kind = ?",
                              key.id, kind));
  OTS_TRY(bool found, row.step());
  const std::string subject = std::string(kind) + " session " + key.id;
  auto unknown = [&] {
    return fail(ErrorKind::kNotFound, kind == kUpload ? "NoSuchUpload" : "NoSuchDownload",
                subject + " of table " + maxcompute::ascii::lower(key.table) + " does not exist");
  };
  if (!found) return unknown();
  OTS_TRY(auto table, require_table(key.table));
  if (table.id != row.number(0)) {
    OTS_TRY(bool alive, exists("tables", row.number(0)));
    if (alive) return unknown();
    return fail(ErrorKind::kNotFound, "NoSuchTable",
                "the table of " + subject + " was dropped, another has its name now");
  }
  Session session;
  session.overwrite = row.number(3) != 0;
  session.status = row.text(4);
  if (session.status == "normal" && now - row.number(5) >= kSessionLifeSeconds) {
    session.status = "expired";
  }
  if (session.status == "normal" && table.version != row.number(2)) {
    return fail(ErrorKind::kConflict, "TableModified",
                "the columns of table " + table.schema.table + " were changed after " + subject +
                    " had begun");
  }
  OTS_TRY(session.partition, require_partition(key.table, key.partition));
  if (session.partition.id == row.number(1)) return session;
  // Another partition than the session's: named by mistake, or the session's own is gone.
  OTS_TRY(bool still_there, exists("partitions", row.number(1)));
  if (still_there) {
    return fail(ErrorKind::kConfig, "InvalidPartitionSpec",
                subject + " belongs to another partition than '" + key.partition.unquoted() + "'");
  }
  return fail(ErrorKind::kNotFound, "NoSuchPartition",
              "the partition of " + subject + " was dropped");
}

Result<bool> Catalog::exists(const char* rows, int64_t id) {
  OTS_TRY(auto row, db_.query("SELECT 1 FROM " + std::string(rows) + " WHERE id = ?", id));
  return row.step();
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
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  OTS_TRY(auto table, require_table(key.table));
  if (overwrite && table.schema.transactional) {
    return fail(ErrorKind::kUnsupported, "InvalidArgument",
                "table " + project_ + "." + table.schema.table +
                    " is transactional: it does not support overwrite");
  }
  if (create_partition && !table.schema.partition_keys.empty()) {
    OTS_TRY(auto level_values, to_level_values(table.schema, key.partition));
    OTS_TRY(auto there, find_partition(table, level_values));
    if (!there) OTS_CHECK(catalog_rows::insert_partition(db_, table.id, level_values, now));
  }
  OTS_TRY(auto partition, require_partition(key.table, key.partition));
  OTS_CHECK(insert_session(key, kUpload, partition, overwrite, now));
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
  OTS_CHECK(touch_table(session.partition.table, false, now));
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
  OTS_CHECK(insert_session(key, kDownload, partition, false, now));
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

Status Catalog::expire_session(const std::string& id) {
  std::lock_guard lock(mutex_);
  return db_.run("UPDATE sessions SET status = 'expired' WHERE id = ? AND status = 'normal'", id);
}

}  // namespace otsstream::local
