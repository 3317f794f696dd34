#pragma once
// The tables of the catalogue file (docs/formats/block-store.md).

namespace otsstream::local {

inline constexpr int kCatalogLayout = 1;  // PRAGMA user_version

// blobs.refs counts the rows that list a block; triggers keep it true, so that no path can forget.
// Sessions keep the id of their partition without a foreign key: a dropped partition stays dropped
// for them even when another of the same name is added.
inline constexpr char kCatalogSql[] = R"sql(
CREATE TABLE tables(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  comment TEXT NOT NULL,
  lifecycle INTEGER NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL);
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
CREATE TABLE sessions(
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  table_name TEXT NOT NULL,
  partition_id INTEGER NOT NULL,
  overwrite INTEGER NOT NULL,
  status TEXT NOT NULL,
  created INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sessions_created ON sessions(created);
CREATE TABLE session_blocks(
  session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  block_id INTEGER NOT NULL,
  blob TEXT NOT NULL,
  PRIMARY KEY(session_id, block_id)) WITHOUT ROWID;
CREATE TABLE instances(
  id TEXT PRIMARY KEY,
  task_name TEXT NOT NULL,
  source TEXT NOT NULL,
  success INTEGER NOT NULL,
  format TEXT NOT NULL,
  result TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER partition_blocks_added AFTER INSERT ON partition_blocks BEGIN
  UPDATE blobs SET refs = refs + 1 WHERE id = NEW.blob; END;
CREATE TRIGGER partition_blocks_gone AFTER DELETE ON partition_blocks BEGIN
  UPDATE blobs SET refs = refs - 1 WHERE id = OLD.blob; END;
CREATE TRIGGER session_blocks_added AFTER INSERT ON session_blocks BEGIN
  UPDATE blobs SET refs = refs + 1 WHERE id = NEW.blob; END;
CREATE TRIGGER session_blocks_changed AFTER UPDATE OF blob ON session_blocks BEGIN
  UPDATE blobs SET refs = refs - 1 WHERE id = OLD.blob;
  UPDATE blobs SET refs = refs + 1 WHERE id = NEW.blob; END;
CREATE TRIGGER session_blocks_gone AFTER DELETE ON session_blocks BEGIN
  UPDATE blobs SET refs = refs - 1 WHERE id = OLD.blob; END;
)sql";

}  // namespace otsstream::local
