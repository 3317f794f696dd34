-- The catalogue of a local MaxCompute as its first layout was written: one project without a name, a table with two
-- partitions, an upload that was not finished, a download, a statement.
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
INSERT INTO tables VALUES(7, 'person', 'people', 30, 100, 200);
INSERT INTO columns VALUES(7, 0, 0, 'id', 'bigint', '', 1);
INSERT INTO columns VALUES(7, 0, 1, 'name', 'string', 'of the person', 1);
INSERT INTO columns VALUES(7, 1, 0, 'ds', 'string', '', 1);
INSERT INTO partitions VALUES(3, 7, '1', 100, 200);
INSERT INTO partitions VALUES(4, 7, '2', 100, 200);
INSERT INTO blobs(id, records, bytes) VALUES('blob1', 2, 20);
INSERT INTO blobs(id, records, bytes) VALUES('blob2', 3, 30);
INSERT INTO blobs(id, records, bytes) VALUES('blob3', 4, 40);
INSERT INTO partition_blocks VALUES(3, 0, 'blob1');
INSERT INTO partition_blocks VALUES(4, 0, 'blob2');
INSERT INTO sessions VALUES('u1', 'upload', 'person', 3, 1, 'normal', 900);
INSERT INTO session_blocks VALUES('u1', 0, 'blob3');
INSERT INTO sessions VALUES('d1', 'download', 'person', 4, 0, 'normal', 900);
INSERT INTO session_blocks VALUES('d1', 0, 'blob2');
INSERT INTO instances VALUES('i1', 'task', '<Job/>', 1, 'text', 'done', 900, 901);
PRAGMA user_version = 1;
