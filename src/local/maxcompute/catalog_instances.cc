// SQL instances and the bookkeeping of blocks: another part of Catalog.
#include "config/json_out.h"
#include "local/maxcompute/catalog.h"
#include "maxcompute/wire/schema_json.h"

namespace otsstream::local {

namespace schema_json = maxcompute::schema_json;

namespace {

constexpr char kResult[] = "result";

std::string columns_text(const std::vector<maxcompute::Column>& columns) {
  maxcompute::TableSchema schema;
  schema.columns = columns;
  JsonOut out;
  out.begin_object();
  schema_json::write_tunnel_columns(out, schema);
  out.end_object();
  return std::move(out).take();
}

Result<std::vector<maxcompute::Column>> read_columns_text(const std::string& text) {
  OTS_TRY(auto document, schema_json::parse_answer(text, "columns of a result"));
  maxcompute::TableSchema schema;
  OTS_CHECK(schema_json::read_columns(document->root(), schema));
  return std::move(schema.columns);
}

}  // namespace

Status Catalog::add_instance(const InstanceRecord& instance) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
  const StoredBlock& table = instance.table;
  if (!table.blob.empty()) {
    OTS_CHECK(db_.run("INSERT INTO blobs(id, records, bytes) VALUES(?, ?, ?)", table.blob,
                      table.records, table.bytes));
  }
  OTS_CHECK(db_.run("INSERT INTO instances VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", instance.id,
                    project_, instance.task_name, instance.source, instance.success,
                    instance.format, instance.result,
                    table.blob.empty() ? "" : columns_text(instance.columns), table.blob,
                    instance.started, instance.ended));
  return transaction.commit();
}

Result<InstanceRecord> Catalog::instance(std::string_view id) {
  std::lock_guard lock(mutex_);
  return load_instance(id);
}

Result<InstanceRecord> Catalog::load_instance(std::string_view id) {
  OTS_TRY(auto row,
          db_.query("SELECT i.id, task_name, source, success, format, result, started, ended,"
                    " result_columns, result_blob, ifnull(b.records, 0), ifnull(b.bytes, 0)"
                    " FROM instances i LEFT JOIN blobs b ON b.id = i.result_blob"
                    " WHERE project = ? AND i.id = ?",
                    project_, id));
  OTS_TRY(bool found, row.step());
  if (!found) {
    return fail(ErrorKind::kNotFound, "NoSuchObject",
                "instance " + std::string(id) + " does not exist");
  }
  InstanceRecord record{row.text(0), row.text(1), row.text(2),   row.number(3) != 0,
                        row.text(4), row.text(5), row.number(6), row.number(7),
                        {},          {}};
  record.table = {row.text(9), static_cast<uint64_t>(row.number(10)),
                  static_cast<uint64_t>(row.number(11))};
  if (!record.table.blob.empty()) {
    OTS_TRY(record.columns, read_columns_text(row.text(8)));
  }
  return record;
}

Result<std::vector<InstanceRecord>> Catalog::instances(std::string_view marker, size_t limit) {
  std::lock_guard lock(mutex_);
  // Ids begin with the time, so their order is that of the statements.
  OTS_TRY(auto row, db_.query("SELECT id, task_name, success, started, ended FROM instances"
                              " WHERE project = ?1 AND (?2 = '' OR id < ?2)"
                              " ORDER BY id DESC LIMIT ?3",
                              project_, marker, uint64_t{limit}));
  std::vector<InstanceRecord> list;
  while (true) {
    OTS_TRY(bool more, row.step());
    if (!more) return list;
    InstanceRecord& record = list.emplace_back();
    record.id = row.text(0);
    record.task_name = row.text(1);
    record.success = row.number(2) != 0;
    record.started = row.number(3);
    record.ended = row.number(4);
  }
}

// ---- the download of a result

Result<DownloadState> Catalog::create_result_download(std::string_view session,
                                                      std::string_view instance, bool limited,
                                                      int64_t now) {
  {
    std::lock_guard lock(mutex_);
    OTS_TRY(auto transaction, SqliteTransaction::begin(db_));
    OTS_TRY(auto record, load_instance(instance));
    if (record.table.blob.empty()) {
      return fail(ErrorKind::kConfig, "InstanceTypeNotSupported",
                  "instance " + record.id +
                      " has no rows to download: it is no SELECT that "
                      "succeeded");
    }
    // The flag that says "overwrite" for uploads says "limited" here.
    OTS_CHECK(db_.run("INSERT INTO sessions VALUES(?, ?, 0, 0, 0, ?, 'normal', ?)", session,
                      kResult, limited, now));
    OTS_CHECK(db_.run("INSERT INTO session_blocks VALUES(?, 0, ?)", session, record.table.blob));
    OTS_CHECK(transaction.commit());
  }
  return result_download(session, instance, now);
}

Result<DownloadState> Catalog::result_download(std::string_view session, std::string_view instance,
                                               int64_t now) {
  std::lock_guard lock(mutex_);
  OTS_TRY(auto record, load_instance(instance));
  OTS_TRY(auto row, db_.query("SELECT s.status, s.created, s.overwrite FROM sessions s"
                              " LEFT JOIN session_blocks l ON l.session_id = s.id"
                              " WHERE s.id = ? AND s.kind = ? AND ifnull(l.blob, ?3) = ?3",
                              session, kResult, record.table.blob));
  OTS_TRY(bool found, row.step());
  if (!found) {
    return fail(ErrorKind::kNotFound, "NoSuchDownload",
                "download session " + std::string(session) + " of instance " + record.id +
                    " does not exist");
  }
  DownloadState state;
  state.id = session;
  state.status = row.text(0);
  if (state.status == "normal" && now - row.number(1) >= kSessionLifeSeconds) {
    state.status = "expired";
  }
  state.limited = row.number(2) != 0;
  state.blocks = {std::move(record.table)};
  state.schema.project = project_;
  state.schema.table = record.id;
  state.schema.columns = std::move(record.columns);
  return state;
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
