#include "local/tablestore/schema_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "local/tablestore/rejection.h"
#include "tablestore/wire/limits.h"

namespace otsstream::local {

using namespace tablestore;  // NOLINT: this file speaks of nothing else

namespace {

std::string_view type_name(CellType type) {
  switch (type) {
    case CellType::kInteger:
      return "INTEGER";
    case CellType::kDouble:
      return "DOUBLE";
    case CellType::kBoolean:
      return "BOOLEAN";
    case CellType::kString:
      return "STRING";
    case CellType::kBlob:
      return "BINARY";
    case CellType::kInfMin:
      return "INF_MIN";
    case CellType::kInfMax:
      return "INF_MAX";
    case CellType::kAutoIncrement:
      return "AUTO_INCREMENT";
    case CellType::kNull:
      return "NULL";
  }
  return "unknown";
}

CellType cell_type(KeyType type) {
  switch (type) {
    case KeyType::kInteger:
      return CellType::kInteger;
    case KeyType::kString:
      return CellType::kString;
    case KeyType::kBinary:
      return CellType::kBlob;
  }
  return CellType::kNull;
}

CellType cell_type(DefinedColumnType type) {
  switch (type) {
    case DefinedColumnType::kInteger:
      return CellType::kInteger;
    case DefinedColumnType::kDouble:
      return CellType::kDouble;
    case DefinedColumnType::kBoolean:
      return CellType::kBoolean;
    case DefinedColumnType::kString:
      return CellType::kString;
    case DefinedColumnType::kBlob:
      return CellType::kBlob;
  }
  return CellType::kNull;
}

// Letters, digits, underscores; no digit first.
bool is_identifier(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes ||
      std::isdigit(static_cast<unsigned char>(name[0])))
    return false;
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

Status check_column_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes)
    return reject_parameter(
        fmt::format("Invalid column name: '{}': it needs 1 to {} bytes.", name, kMaxNameBytes));
  return {};
}

bool is_key_column(const TableMeta& meta, std::string_view name) {
  return std::any_of(meta.primary_key.begin(), meta.primary_key.end(),
                     [&](const KeySchema& column) { return column.name == name; });
}

Status check_value(const std::vector<DefinedColumn>& defined_columns, const CellView& cell) {
  const CellValueView& value = cell.value;
  switch (value.type) {
    case CellType::kInteger:
    case CellType::kBoolean:
      break;
    case CellType::kDouble:
      if (!std::isfinite(value.real))
        return reject_parameter(
            fmt::format("Column '{}' holds a DOUBLE that is not finite.", cell.name));
      break;
    case CellType::kString:
    case CellType::kBlob:
      if (value.bytes.size() > kMaxAttributeValueBytes)
        return reject_parameter(fmt::format(
            "The length of attribute column: '{}' exceeds the MaxLength:{} with CurrentLength:{}.",
            cell.name, kMaxAttributeValueBytes, value.bytes.size()));
      break;
    default:
      return reject_parameter(
          fmt::format("Column '{}' holds a value of type {}.", cell.name, type_name(value.type)));
  }
  for (const DefinedColumn& column : defined_columns) {
    if (column.name == cell.name && cell_type(column.type) != value.type)
      return reject_parameter(fmt::format("Column '{}' is defined as {}, the value is {}.",
                                          cell.name, type_name(cell_type(column.type)),
                                          type_name(value.type)));
  }
  return {};
}

Status check_cell(const TableMeta& meta, const std::vector<DefinedColumn>& defined_columns,
                  WriteType type, const CellView& cell) {
  OTS_CHECK(check_column_name(cell.name));
  if (is_key_column(meta, cell.name))
    return reject_parameter(fmt::format("Column '{}' is a primary key column.", cell.name));
  if (cell.has_timestamp && cell.timestamp < 0)
    return reject_parameter(
        fmt::format("Invalid timestamp {} of column '{}'.", cell.timestamp, cell.name));
  switch (cell.op) {
    case CellOp::kPut:
      if (!cell.has_value)
        return reject_parameter(fmt::format("Column '{}' has no value.", cell.name));
      return check_value(defined_columns, cell);
    case CellOp::kDeleteAllVersions:
      if (cell.has_value || cell.has_timestamp)
        return reject_parameter(fmt::format(
            "DELETE_ALL_VERSION of column '{}' has a value or a timestamp.", cell.name));
      break;
    case CellOp::kDeleteOneVersion:
      if (cell.has_value || !cell.has_timestamp)
        return reject_parameter(fmt::format(
            "DELETE_ONE_VERSION of column '{}' needs a timestamp and no value.", cell.name));
      break;
    case CellOp::kIncrement:
      if (!cell.has_value || cell.value.type != CellType::kInteger)
        return reject_parameter(
            fmt::format("INCREMENT of column '{}' needs an INTEGER value.", cell.name));
      break;
  }
  if (type != WriteType::kUpdate)
    return reject_parameter(fmt::format(
        "Column '{}' of a PutRow carries an operation; only UpdateRow may.", cell.name));
  return {};
}

size_t written_size(const RowView& row) {
  size_t bytes = 0;
  for (const auto* cells : {&row.primary_key, &row.cells}) {
    for (const CellView& cell : *cells) bytes += cell.name.size() + 8 + cell.value.bytes.size();
  }
  return bytes;
}

}  // namespace

Status check_table_name(std::string_view name) {
  if (!is_identifier(name)) return reject_parameter(fmt::format("Invalid table name: '{}'.", name));
  return {};
}

Status check_meta(const TableMeta& meta) {
  OTS_CHECK(check_table_name(meta.name));
  if (meta.primary_key.empty() || meta.primary_key.size() > kMaxKeyColumns)
    return reject_parameter(fmt::format(
        "The number of primary key columns must be in range: [1, {}].", kMaxKeyColumns));
  if (meta.defined_columns.size() > kMaxDefinedColumns)
    return reject_parameter(fmt::format("The number of defined columns must be in range: [0, {}].",
                                        kMaxDefinedColumns));
  std::set<std::string_view> names;
  int auto_increments = 0;
  for (const KeySchema& column : meta.primary_key) {
    if (!is_identifier(column.name))
      return reject_parameter(fmt::format("Invalid primary key name: '{}'.", column.name));
    if (!names.insert(column.name).second)
      return reject_parameter(fmt::format("Duplicated primary key name: '{}'.", column.name));
    if (!column.auto_increment) continue;
    bool is_first = &column == &meta.primary_key.front();
    if (is_first || column.type != KeyType::kInteger || ++auto_increments > 1)
      return reject_parameter(
          "AUTO_INCREMENT needs an INTEGER primary key column that is not the first, and at most "
          "one of them.");
  }
  for (const DefinedColumn& column : meta.defined_columns) {
    OTS_CHECK(check_column_name(column.name));
    if (!names.insert(column.name).second)
      return reject_parameter(fmt::format("Duplicated column name: '{}'.", column.name));
  }
  return {};
}

Status check_options(const TableOptions& options) {
  if (options.time_to_live && *options.time_to_live != -1 && *options.time_to_live < kMinTimeToLive)
    return reject_parameter(fmt::format("Invalid time to live {}: -1 or at least {} seconds.",
                                        *options.time_to_live, kMinTimeToLive));
  if (options.max_versions && *options.max_versions < 1)
    return reject_parameter(
        fmt::format("Invalid max versions {}: at least 1.", *options.max_versions));
  if (options.max_version_deviation && *options.max_version_deviation < 1)
    return reject_parameter(fmt::format("Invalid deviation of cell versions {}: at least 1 second.",
                                        *options.max_version_deviation));
  return {};
}

Status check_reserved(const CapacityUnit& reserved) {
  for (auto [name, units] :
       {std::pair("read", reserved.read), std::pair("write", reserved.write)}) {
    if (units < 0 || units > kMaxReservedCapacityUnits)
      return reject_parameter(
          fmt::format("Invalid reserved {} capacity units {}: the range is [0, {}].", name, units,
                      kMaxReservedCapacityUnits));
  }
  return {};
}

Status check_sse(const SseSpec& spec) {
  constexpr int32_t kKmsService = 1, kByok = 2;  // SSEKeyType (2.6)
  if (!spec.enable) {
    if (spec.key_type || !spec.key_id.empty() || !spec.role_arn.empty())
      return reject_parameter("Key settings cannot be given while encryption is disabled.");
    return {};
  }
  if (!spec.key_type || (*spec.key_type != kKmsService && *spec.key_type != kByok))
    return reject_parameter("Encryption needs a key type: SSE_KMS_SERVICE or SSE_BYOK.");
  bool has_key = !spec.key_id.empty() && !spec.role_arn.empty();
  if (*spec.key_type == kByok && !has_key)
    return reject_parameter("Encryption with SSE_BYOK needs a key id and a role.");
  if (*spec.key_type == kKmsService && (!spec.key_id.empty() || !spec.role_arn.empty()))
    return reject_parameter("A key id and a role belong to SSE_BYOK only.");
  return {};
}

Status check_stream_spec(const TableMeta& meta, const StreamSpec& spec) {
  if (!spec.enable) {
    if (spec.expiration_hours)
      return reject_parameter("Expiration time cannot be set when the stream is disabled.");
    return {};
  }
  if (!spec.expiration_hours || *spec.expiration_hours < kMinStreamExpirationHours ||
      *spec.expiration_hours > kMaxStreamExpirationHours)
    return reject_parameter(fmt::format("Stream expiration time must be in range: [{}, {}] hours.",
                                        kMinStreamExpirationHours, kMaxStreamExpirationHours));
  if (spec.columns_to_get.size() > kMaxStreamOriginColumns)
    return reject_parameter(
        fmt::format("At most {} original columns in a stream.", kMaxStreamOriginColumns));
  for (const std::string& column : spec.columns_to_get) {
    OTS_CHECK(check_column_name(column));
    if (is_key_column(meta, column))
      return reject_parameter(fmt::format("Original column '{}' is a primary key column.", column));
  }
  return {};
}

Result<std::vector<CellValue>> check_partitions(
    const TableMeta& meta, const std::vector<std::pair<CellValue, CellValue>>& ranges) {
  std::vector<CellValue> bounds;
  if (ranges.empty()) return bounds;
  if (ranges.front().first.type != CellType::kInfMin ||
      ranges.back().second.type != CellType::kInfMax)
    return reject_parameter("Partitions must begin at INF_MIN and end at INF_MAX.");
  for (size_t i = 1; i < ranges.size(); ++i) {
    const CellValue& bound = ranges[i].first;
    if (!(bound == ranges[i - 1].second) ||
        bound.type != cell_type(meta.primary_key.front().type) ||
        (!bounds.empty() && compare_key(bounds.back(), bound) >= 0))
      return reject_parameter(
          "Partitions must follow each other without gaps, with bounds of the first primary key "
          "column's type.");
    bounds.push_back(bound);
  }
  return bounds;
}

Result<PrimaryKey> check_key(const TableMeta& meta, const std::vector<CellView>& key, KeyUse use) {
  if (key.size() != meta.primary_key.size())
    return reject("OTSInvalidPK", fmt::format("Validate PK size fail. Input: {}, Meta: {}.",
                                              key.size(), meta.primary_key.size()));
  PrimaryKey out;
  out.reserve(key.size());
  for (size_t i = 0; i < key.size(); ++i) {
    const KeySchema& schema = meta.primary_key[i];
    const CellView& cell = key[i];
    if (cell.name != schema.name)
      return reject("OTSInvalidPK", fmt::format("Validate PK name fail. Input: {}, Meta: {}.",
                                                cell.name, schema.name));
    CellType type = cell.value.type;
    bool is_bound =
        use == KeyUse::kRangeBound && (type == CellType::kInfMin || type == CellType::kInfMax);
    bool is_generated =
        use == KeyUse::kWrite && schema.auto_increment && type == CellType::kAutoIncrement;
    if (!cell.has_value || (type != cell_type(schema.type) && !is_bound && !is_generated))
      return reject("OTSInvalidPK",
                    fmt::format("Validate PK type fail. Input: {}, Meta: {} (column '{}').",
                                type_name(type), type_name(cell_type(schema.type)), schema.name));
    if (cell.value.bytes.size() > kMaxKeyColumnBytes)
      return reject_parameter(fmt::format(
          "The length of primary key column: '{}' exceeds the MaxLength:{} with CurrentLength:{}.",
          schema.name, kMaxKeyColumnBytes, cell.value.bytes.size()));
    out.push_back({schema.name, CellValue(cell.value)});
  }
  return out;
}

Status check_written_row(const TableMeta& meta, const std::vector<DefinedColumn>& defined_columns,
                         WriteType type, const RowView& row) {
  if (type == WriteType::kDelete) {
    if (!row.delete_marker || !row.cells.empty())
      return reject_parameter("DeleteRow needs a delete marker and no columns.");
    return {};
  }
  if (row.delete_marker) return reject_parameter("A delete marker is allowed in DeleteRow only.");
  if (type == WriteType::kUpdate && row.cells.empty())
    return reject_parameter("No attribute column is specified to update the row.");
  if (row.cells.size() > kMaxColumnsPerWrite)
    return reject(
        "OTSOutOfColumnCountLimit",
        fmt::format(
            "The number of attribute columns exceeds the limit, limit count: {}, column count: {}.",
            kMaxColumnsPerWrite, row.cells.size()));
  for (const CellView& cell : row.cells) OTS_CHECK(check_cell(meta, defined_columns, type, cell));
  if (size_t size = written_size(row); size > kMaxRowBytes)
    return reject(
        "OTSOutOfRowSizeLimit",
        fmt::format("The row size exceeds the limit, limit: {}, size: {}.", kMaxRowBytes, size));
  return {};
}

}  // namespace otsstream::local
