#include "local/maxcompute/landed_table.h"

#include <sqlite3.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/time_zone.h"
#include "maxcompute/wire/record_stream_reader.h"
#include "record/value.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::RecordStreamReader;
using maxcompute::TypeKind;

namespace {

constexpr char kModule[] = "landed_rows";

std::string quote_name(std::string_view name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

// Only the declared types steer SQLite's comparisons; BOOLEAN is also how results know true and
// false.
std::string_view declared_type(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBigint:
    case TypeKind::kInt:
    case TypeKind::kSmallint:
    case TypeKind::kTinyint:
      return "BIGINT";
    case TypeKind::kDouble:
    case TypeKind::kFloat:
      return "DOUBLE";
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kBinary:
      return "BLOB";
    default:
      return "TEXT";
  }
}

std::string declaration(const maxcompute::TableSchema& schema) {
  std::string sql = "CREATE TABLE x(";
  bool first = true;
  for (const auto* columns : {&schema.columns, &schema.partition_keys}) {
    for (const Column& column : *columns) {
      if (!first) sql += ", ";
      first = false;
      sql += quote_name(column.name) + " " + std::string(declared_type(column.type.kind));
    }
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
  SharedBuffer bytes;
  std::optional<RecordStreamReader> reader;
  std::vector<Value> row;
  sqlite3_int64 rowid = 0;
  bool at_end = false;
};

Table& table_of(sqlite3_vtab* base) { return *static_cast<Table*>(base); }
Cursor& cursor_of(sqlite3_vtab_cursor* base) { return *static_cast<Cursor*>(base); }

int connect(sqlite3* db, void* aux, int argc, const char* const* argv, sqlite3_vtab** out,
            char** message) {
  auto* rows = static_cast<LandedRows*>(aux);
  // argv: module, schema, table, then the index that create_landed_tables wrote.
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
  const int data_columns = static_cast<int>(schema.columns.size());
  std::string levels;
  int arguments = 0;
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (!constraint.usable || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (constraint.iColumn < data_columns) continue;
    if (sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0) continue;
    const int level = constraint.iColumn - data_columns;
    // Numbers have several spellings; only texts compare as they are.
    if (declared_type(schema.partition_keys[static_cast<size_t>(level)].type.kind) != "TEXT") {
      continue;
    }
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
  }
}

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_value_bytes(value))};
}

bool passes(const PartitionBlocks& partition, const std::vector<size_t>& levels,
            sqlite3_value** wanted) {
  for (size_t i = 0; i < levels.size(); ++i) {
    // A number next to a text column may still match after SQLite's conversion: let it through.
    if (sqlite3_value_type(wanted[i]) != SQLITE_TEXT) continue;
    if (partition.spec.parts()[levels[i]].second != text_of(wanted[i])) return false;
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
    if (passes(all[i], levels, wanted)) cursor.partitions.push_back(i);
  }
  cursor.reader.reset();
  cursor.partition = nullptr;
  cursor.next_partition = cursor.next_block = 0;
  cursor.rowid = 0;
  cursor.at_end = false;
  return next(base);
}

int eof(sqlite3_vtab_cursor* base) { return cursor_of(base).at_end ? 1 : 0; }

void result_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data() != nullptr ? text.data() : "", text.size(),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
}

// DATETIME shows in GMT+8, the zone of a MaxCompute project that says nothing else; DATE has none.
std::string time_text(int64_t ms, TypeKind kind) {
  if (kind == TypeKind::kDate) return format_local(ms, Zone::utc()).substr(0, 10);
  return format_local(ms, Zone::china());
}

void result_value(sqlite3_context* context, const Value& value, TypeKind kind) {
  switch (value.type()) {
    case ValueType::kNull:
      return sqlite3_result_null(context);
    case ValueType::kLong:
      return sqlite3_result_int64(context, value.as_long());
    case ValueType::kBool:
      return sqlite3_result_int(context, value.as_bool() ? 1 : 0);
    case ValueType::kDate:
      return result_text(context, time_text(value.as_date_ms(), kind));
    case ValueType::kDouble:
      // SQLite has no NaN and would make it NULL.
      if (std::isnan(value.as_double())) return result_text(context, "NaN");
      return sqlite3_result_double(context, value.as_double());
    case ValueType::kString:
      return result_text(context, value.as_view());
    case ValueType::kBytes:
      return sqlite3_result_blob64(context, value.as_view().empty() ? "" : value.as_view().data(),
                                   value.as_view().size(), SQLITE_TRANSIENT);
  }
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index) {
  Cursor& cursor = cursor_of(base);
  const auto at = static_cast<size_t>(index);
  if (at < cursor.row.size()) {
    result_value(context, cursor.row[at], cursor.snapshot->schema.columns[at].type.kind);
    return SQLITE_OK;
  }
  const std::string& text = cursor.partition->spec.parts()[at - cursor.row.size()].second;
  const auto kind = cursor.snapshot->schema.partition_keys[at - cursor.row.size()].type.kind;
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (declared_type(kind) == "BIGINT" && error == std::errc() && end == text.data() + text.size()) {
    sqlite3_result_int64(context, number);
  } else {
    result_text(context, text);
  }
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

Status create_landed_tables(sqlite3* db, const std::string& schema, LandedRows& rows) {
  if (sqlite3_create_module(db, kModule, &module(), &rows) != SQLITE_OK) {
    return fail(sqlite_error(db, "preparing a query"));
  }
  for (size_t i = 0; i < rows.tables.size(); ++i) {
    const std::string sql = "CREATE VIRTUAL TABLE " + quote_name(schema) + "." +
                            quote_name(rows.tables[i].schema.table) + " USING " + kModule + "(" +
                            std::to_string(i) + ")";
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return fail(sqlite_error(db, "preparing a query"));
    }
  }
  return {};
}

}  // namespace otsstream::local
