// Opening the catalogue file: making it, upgrading it, refusing it.
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/catalog_layout.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

namespace {

Status set_layout(SqliteDb& db) {
  return db.execute("PRAGMA user_version = " + std::to_string(kCatalogLayout));
}

Status create_layout(SqliteDb& db) {
  OTS_TRY(auto transaction, SqliteTransaction::begin(db));
  for (const char* sql : {kTablesSql, kContentSql, kSessionsSql, kInstancesSql}) {
    OTS_CHECK(db.execute(sql));
  }
  OTS_CHECK(set_layout(db));
  return transaction.commit();
}

// SQLite's way to change a table that others refer to: with foreign keys off, a new one takes the
// old one's place and name.
Status upgrade_layout_1(SqliteDb& db, const std::string& project) {
  OTS_CHECK(db.execute("PRAGMA foreign_keys = OFF"));
  {
    OTS_TRY(auto transaction, SqliteTransaction::begin(db));
    std::string tables = kTablesSql;
    tables.replace(tables.find("TABLE tables("), 13, "TABLE tables_2(");
    OTS_CHECK(db.execute(tables));
    OTS_CHECK(db.run(kTablesFromLayout1, project));
    OTS_CHECK(db.execute("DROP TABLE tables; ALTER TABLE tables_2 RENAME TO tables"));
    // The triggers let go of the blocks.
    OTS_CHECK(
        db.execute("DELETE FROM session_blocks; DROP TABLE session_blocks;"
                   "DROP TABLE sessions"));
    OTS_CHECK(db.execute(kSessionsSql));
    OTS_CHECK(db.execute("ALTER TABLE instances RENAME TO instances_1"));
    OTS_CHECK(db.execute(kInstancesSql));
    OTS_CHECK(db.run(kInstancesFromLayout1, project));
    OTS_CHECK(db.execute("DROP TABLE instances_1"));
    OTS_CHECK(set_layout(db));
    OTS_CHECK(transaction.commit());
  }
  return db.execute("PRAGMA foreign_keys = ON");
}

Result<int64_t> layout_of(SqliteDb& db) {
  OTS_TRY(auto row, db.query("PRAGMA user_version"));
  OTS_CHECK(row.step());
  return row.number(0);
}

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(const std::string& file, std::string project) {
  OTS_TRY(auto db, SqliteDb::open(file));
  OTS_CHECK(
      db.execute("PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL;"
                 "PRAGMA synchronous = FULL;"));
  project = maxcompute::ascii::lower(project);
  OTS_TRY(const int64_t layout, layout_of(db));
  if (layout == 0) {
    OTS_CHECK(create_layout(db));
  } else if (layout == 1) {
    OTS_CHECK(upgrade_layout_1(db, project));
  } else if (layout != kCatalogLayout) {
    return fail(ErrorKind::kCorrupt, "Local-Store",
                file + " has layout " + std::to_string(layout) + ", this program knows layout " +
                    std::to_string(kCatalogLayout) + " and the older ones",
                "use the program that wrote it, or start with an empty directory");
  }
  auto shared = std::make_shared<File>(std::move(db));
  return std::unique_ptr<Catalog>(new Catalog(std::move(shared), std::move(project)));
}

std::unique_ptr<Catalog> Catalog::of_project(std::string_view project) const {
  return std::unique_ptr<Catalog>(new Catalog(file_, maxcompute::ascii::lower(project)));
}

}  // namespace otsstream::local
