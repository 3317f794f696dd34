#pragma once
// The tables of the catalogue file (docs/formats/block-store.md), in the pieces that an upgrade
// makes anew.

namespace otsstream::local {

inline constexpr int kCatalogLayout = 2;  // PRAGMA user_version

// Columns of a table are only ever added at the end: the blocks that stood there before stay good,
// their records hold NULL in the new ones.
inline constexpr char kTablesSql[] = R"sql(
CREATE TABLE tables(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  name TEXT NOT NULL,
  comment TEXT NOT NULL,
  lifecycle INTEGER NOT NULL,
  transactional INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  UNIQUE(project, name));
)sql";

// blobs.refs counts the rows that list a block; triggers keep it true, so that no path can forget.
inline constexpr char kContentSql[] = R"sql(
CREATE TABLE columns(
  table_id INTEGER NOT NULL REFERENCES tables ON DELETE CASCADE,
  partition_key INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  comment TEXT NOT NULL,
  nullable INTEGER NOT NULL,
  PRIMARY KEY(table_id, partition_key, position)) WITHOUT ROWID;
CREATE TABLE partitions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  table_id INTEGER NOT NULL REFERENCES tables ON DELETE CASCADE,
  level_values TEXT NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  UNIQUE(table_id, level_values));
CREATE TABLE blobs(
  id TEXT PRIMARY KEY,
  records INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  refs INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX blobs_unreferenced ON blobs(refs) WHERE refs = 0;
CREATE TABLE partition_blocks(
  partition_id INTEGER NOT NULL REFERENCES partitions ON DELETE CASCADE,
  position INTEGER NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY(partition_id, position)) WITHOUT ROWID;
CREATE TRIGGER partition_blocks_added AFTER INSERT ON partition_blocks BEGIN
  UPDATE blobs SET refs = refs + 1 WHERE id = NEW.blob; END;
CREATE TRIGGER partition_blocks_gone AFTER DELETE ON partition_blocks BEGIN
  UPDATE blobs SET refs = refs - 1 WHERE id = OLD.blob; END;
)sql";

// Sessions keep the ids of their table and partition without foreign keys: what was dropped stays
// dropped for them even when another of the same name is added.
inline constexpr char kSessionsSql[] = R"sql(
CREATE TABLE sessions(
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  table_id INTEGER NOT NULL,
  partition_id INTEGER NOT NULL,
  schema_version INTEGER NOT NULL,
  overwrite INTEGER NOT NULL,
  status TEXT NOT NULL,
  created INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sessions_created ON sessions(created);
CREATE TABLE session_blocks(
  session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  block_id INTEGER NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY(session_id, block_id)) WITHOUT ROWID;
CREATE TRIGGER session_blocks_added AFTER INSERT ON session_blocks BEGIN
  UPDATE blobs SET refs = refs + 1 WHERE id = NEW.blob; END;
CREATE TRIGGER session_blocks_changed AFTER UPDATE OF blob ON session_blocks BEGIN
  UPDATE blobs SET refs = refs - 1 WHERE id = OLD.blob;
  UPDATE blobs SET refs = refs + 1 WHERE id = NEW.blob; END;
CREATE TRIGGER session_blocks_gone AFTER DELETE ON session_blocks BEGIN
  UPDATE blobs SET refs = refs - 1 WHERE id = OLD.blob; END;
)sql";

inline constexpr char kInstancesSql[] = R"sql(
CREATE TABLE instances(
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  task_name TEXT NOT NULL,
  source TEXT NOT NULL,
  success INTEGER NOT NULL,
  format TEXT NOT NULL,
  result TEXT NOT NULL,
  result_columns TEXT NOT NULL,
  result_blob TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX instances_started ON instances(project, started);
CREATE TRIGGER instances_added AFTER INSERT ON instances WHEN NEW.result_blob != '' BEGIN
  UPDATE blobs SET refs = refs + 1 WHERE id = NEW.result_blob; END;
CREATE TRIGGER instances_gone AFTER DELETE ON instances WHEN OLD.result_blob != '' BEGIN
  UPDATE blobs SET refs = refs - 1 WHERE id = OLD.result_blob; END;
)sql";

// Layout 1 had one project, whose name it did not hold (?1 in the first statement), no schema
// versions and no results to download. Its sessions end; its statements are remembered.
inline constexpr char kTablesFromLayout1[] =
    "INSERT INTO tables_2 SELECT id, ?1, name, comment, lifecycle, 0, 1, created, modified"
    " FROM tables";
inline constexpr char kInstancesFromLayout1[] =
    "INSERT INTO instances SELECT id, ?1, task_name, source, success, format, result, '', '',"
    " started, ended FROM instances_1";

}  // namespace otsstream::local
