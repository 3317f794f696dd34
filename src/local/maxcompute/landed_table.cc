#include "local/maxcompute/landed_table.h"

#include <sqlite3.h>

#include <charconv>
#include <cstring>
#include <optional>

#include "base/time_zone.h"
#include "local/maxcompute/sql/sql_value.h"
#include "maxcompute/wire/cell_text.h"
#include "maxcompute/wire/record_cursor.h"

namespace otsstream::local {

using maxcompute::Cell;
using maxcompute::Column;
using maxcompute::ColumnType;

namespace {

constexpr char kModule[] = "landed_rows";

// No declared types: values keep their forms, and comparisons convert nothing by themselves.
std::string declaration(const maxcompute::TableSchema& schema) {
  std::string sql = "CREATE TABLE x(";
  for (size_t i = 0; i < schema.columns.size() + schema.partition_keys.size(); ++i) {
    sql += (i > 0 ? ", c" : "c") + std::to_string(i);
  }
  return sql + ")";
}

struct Table : sqlite3_vtab {
  LandedRows* rows;
  const LandedSnapshot* snapshot;
};

struct Cursor : sqlite3_vtab_cursor {
  const LandedSnapshot* snapshot;
  std::vector<size_t> partitions;  // those that the filter lets through
  size_t next_partition = 0;       // in `partitions`
  size_t next_block = 0;           // in the current partition
  const PartitionBlocks* partition = nullptr;
  std::vector<maxcompute::ParsedCell> partition_values;
  SharedBuffer bytes;
  std::optional<maxcompute::RecordCursor> reader;
  std::vector<maxcompute::EncodedCell> row;
  sqlite3_int64 rowid = 0;
  bool at_end = false;
};

Table& table_of(sqlite3_vtab* base) { return *static_cast<Table*>(base); }
Cursor& cursor_of(sqlite3_vtab_cursor* base) { return *static_cast<Cursor*>(base); }

int connect(sqlite3* db, void* aux, int argc, const char* const* argv, sqlite3_vtab** out,
            char** message) {
  auto* rows = static_cast<LandedRows*>(aux);
  // argv: module, schema, table, then the index that create_landed_table wrote.
  size_t index = 0;
  if (argc > 3) std::from_chars(argv[3], argv[3] + std::strlen(argv[3]), index);
  if (argc <= 3 || index >= rows->tables.size()) {
    *message = sqlite3_mprintf("no such table");
    return SQLITE_ERROR;
  }
  auto table = std::make_unique<Table>();
  table->rows = rows;
  table->snapshot = &rows->tables[index];
  int rc = sqlite3_declare_vtab(db, declaration(table->snapshot->schema).c_str());
  if (rc != SQLITE_OK) return rc;
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* base) {
  delete &table_of(base);
  return SQLITE_OK;
}

// Offers `partition column = value` to filter(): idxStr lists the levels, "0,2," for the first and
// third. SQLite goes on checking every row itself, so a wrong guess here could only cost time.
int best_index(sqlite3_vtab* base, sqlite3_index_info* info) {
  const auto& schema = table_of(base).snapshot->schema;
  if (schema.columns.empty()) return SQLITE_OK;
  const int data_columns = static_cast<int>(schema.columns.size());
  std::string levels;
  int arguments = 0;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (!constraint.usable || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (constraint.iColumn < data_columns) continue;
    if (sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0) continue;
    const int level = constraint.iColumn - data_columns;
    info->aConstraintUsage[i].argvIndex = ++arguments;
    levels += std::to_string(level) + ",";
  }
  info->estimatedCost = arguments > 0 ? 1e5 : 1e7;
  if (arguments > 0) {
    info->idxStr = sqlite3_mprintf("%s", levels.c_str());
    if (info->idxStr == nullptr) return SQLITE_NOMEM;
    info->needToFreeIdxStr = 1;
  }
  return SQLITE_OK;
}

int open(sqlite3_vtab* base, sqlite3_vtab_cursor** out) {
  auto cursor = std::make_unique<Cursor>();
  cursor->snapshot = table_of(base).snapshot;
  cursor->row.resize(cursor->snapshot->schema.columns.size());
  *out = cursor.release();
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* base) {
  delete &cursor_of(base);
  return SQLITE_OK;
}

int report(Cursor& cursor, Error error) {
  Table& table = table_of(cursor.pVtab);
  sqlite3_free(table.zErrMsg);
  table.zErrMsg = sqlite3_mprintf("%s", error.message.c_str());
  if (!table.rows->error) table.rows->error = std::move(error);
  return SQLITE_ERROR;
}

// Values of partitions are texts; their columns may have other types.
Result<std::vector<maxcompute::ParsedCell>> typed_values(const maxcompute::TableSchema& schema,
                                                         const PartitionBlocks& partition) {
  std::vector<maxcompute::ParsedCell> values;
  for (size_t level = 0; level < schema.partition_keys.size(); ++level) {
    const std::string& text = partition.spec.parts()[level].second;
    const Column& key = schema.partition_keys[level];
    auto value = maxcompute::parse_text(text, key.type, Zone::china());
    if (!value) {
      return fail(ErrorKind::kCorrupt, "MaxCompute-Value",
                  "partition value '" + text + "' of column " + key.name + " is no " +
                      key.type.text + ": " + value.error().message);
    }
    values.push_back(std::move(*value));
  }
  return values;
}

// The next record, over the ends of blocks and partitions.
int next(sqlite3_vtab_cursor* base) {
  Cursor& cursor = cursor_of(base);
  const LandedSnapshot& snapshot = *cursor.snapshot;
  while (true) {
    if (cursor.reader) {
      auto more = cursor.reader->next(cursor.row);
      if (!more) return report(cursor, std::move(more.error()));
      if (*more) {
        ++cursor.rowid;
        return SQLITE_OK;
      }
      cursor.reader.reset();
    }
    if (cursor.partition != nullptr && cursor.next_block < cursor.partition->blocks.size()) {
      const StoredBlock& block = cursor.partition->blocks[cursor.next_block++];
      auto bytes = table_of(cursor.pVtab).rows->blocks.get(block.blob);
      if (!bytes) return report(cursor, std::move(bytes.error()));
      cursor.bytes = std::move(*bytes);
      cursor.reader.emplace(cursor.bytes.view(), snapshot.schema.columns);
      continue;
    }
    if (cursor.next_partition == cursor.partitions.size()) {
      cursor.at_end = true;
      return SQLITE_OK;
    }
    cursor.partition = &snapshot.partitions[cursor.partitions[cursor.next_partition++]];
    cursor.next_block = 0;
    auto values = typed_values(snapshot.schema, *cursor.partition);
    if (!values) return report(cursor, std::move(values.error()));
    cursor.partition_values = std::move(*values);
  }
}

bool equals(const Cell& cell, const ColumnType& type, const SqlValue& wanted) {
  if (wanted.form == SqlForm::kText && is_text(type.kind)) return cell.text == wanted.bytes;
  if (wanted.form == SqlForm::kInteger && !is_text(type.kind)) {
    return cell.number == wanted.integer;
  }
  return true;  // SQLite looks at every row itself
}

bool passes(const maxcompute::TableSchema& schema, const PartitionBlocks& partition,
            const std::vector<size_t>& levels, sqlite3_value** wanted) {
  auto values = typed_values(schema, partition);
  if (!values) return true;  // its scan will say what is wrong
  for (size_t i = 0; i < levels.size(); ++i) {
    if (!equals((*values)[levels[i]].cell, schema.partition_keys[levels[i]].type,
                value_of(wanted[i]))) {
      return false;
    }
  }
  return true;
}

int filter(sqlite3_vtab_cursor* base, int, const char* level_list, int, sqlite3_value** wanted) {
  Cursor& cursor = cursor_of(base);
  std::vector<size_t> levels;
  std::string_view rest = level_list != nullptr ? level_list : "";
  while (!rest.empty()) {
    size_t level = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), level);
    levels.push_back(level);
    rest.remove_prefix(rest.find(',') + 1);
  }
  cursor.partitions.clear();
  const auto& all = cursor.snapshot->partitions;
  for (size_t i = 0; i < all.size(); ++i) {
    if (passes(cursor.snapshot->schema, all[i], levels, wanted)) cursor.partitions.push_back(i);
  }
  cursor.reader.reset();
  cursor.partition = nullptr;
  cursor.next_partition = cursor.next_block = 0;
  cursor.rowid = 0;
  cursor.at_end = false;
  return next(base);
}

int eof(sqlite3_vtab_cursor* base) { return cursor_of(base).at_end ? 1 : 0; }

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index) {
  Cursor& cursor = cursor_of(base);
  const auto& schema = cursor.snapshot->schema;
  const auto at = static_cast<size_t>(index);
  if (at < cursor.row.size()) {
    Status done = give_encoded(context, cursor.row[at], schema.columns[at].type);
    return done ? SQLITE_OK : report(cursor, std::move(done.error()));
  }
  const size_t level = at - cursor.row.size();
  give_cell(context, cursor.partition_values[level].cell, schema.partition_keys[level].type);
  return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* base, sqlite3_int64* out) {
  *out = cursor_of(base).rowid;
  return SQLITE_OK;
}

// No xUpdate: the tables are read-only whatever the statement.
const sqlite3_module& module() {
  static const sqlite3_module instance = [] {
    sqlite3_module m{};
    m.iVersion = 1;
    m.xCreate = connect;
    m.xConnect = connect;
    m.xBestIndex = best_index;
    m.xDisconnect = disconnect;
    m.xDestroy = disconnect;
    m.xOpen = open;
    m.xClose = close;
    m.xFilter = filter;
    m.xNext = next;
    m.xEof = eof;
    m.xColumn = column;
    m.xRowid = rowid;
    return m;
  }();
  return instance;
}

}  // namespace

Status add_landed_module(sqlite3* db, LandedRows& rows) {
  if (sqlite3_create_module(db, kModule, &module(), &rows) == SQLITE_OK) return {};
  return fail(sqlite_error(db, "preparing a query"));
}

Status create_landed_table(sqlite3* db, const std::string& name, size_t index) {
  const std::string sql =
      "CREATE VIRTUAL TABLE " + name + " USING " + kModule + "(" + std::to_string(index) + ")";
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return fail(sqlite_error(db, "preparing a query"));
}

}  // namespace otsstream::local
