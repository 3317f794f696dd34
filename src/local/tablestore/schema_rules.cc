#include "local/tablestore/schema_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "local/tablestore/rejection.h"

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

bool is_key_column(const TableMeta& meta, std::string_view name) {
  return std::any_of(meta.primary_key.begin(), meta.primary_key.end(),
                     [&](const KeySchema& column) { return column.name == name; });
}

Status check_value(const std::vector<DefinedColumn>& defined_columns, const CellView& cell,
                   const LimitRules& limits) {
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
      OTS_CHECK(limits.check(LimitName::kAttributeValue, value.bytes.size(), cell.name));
      break;
    default:  // PlainBufferReader lets nothing else be an attribute
      break;
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
                  WriteType type, const CellView& cell, const LimitRules& limits) {
  OTS_CHECK(limits.check_name(LimitName::kColumnName, cell.name));
  if (is_key_column(meta, cell.name))
    return reject_parameter(fmt::format("Column '{}' is a primary key column.", cell.name));
  // What goes with each operation (value, timestamp) was PlainBufferReader's to check (3.7).
  if (cell.op == CellOp::kPut) return check_value(defined_columns, cell, limits);
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

Status check_meta(const TableMeta& meta, const LimitRules& limits) {
  OTS_CHECK(limits.check_name(LimitName::kTableName, meta.name));
  OTS_CHECK(limits.check(LimitName::kKeyColumns, meta.primary_key.size()));
  OTS_CHECK(limits.check(LimitName::kDefinedColumns, meta.defined_columns.size()));
  std::set<std::string_view> names;
  int auto_increments = 0;
  for (const KeySchema& column : meta.primary_key) {
    OTS_CHECK(limits.check_name(LimitName::kColumnName, column.name));
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
    OTS_CHECK(limits.check_name(LimitName::kColumnName, column.name));
    if (!names.insert(column.name).second)
      return reject_parameter(fmt::format("Duplicated column name: '{}'.", column.name));
  }
  return {};
}

Status check_options(const TableOptions& options, const LimitRules& limits) {
  if (options.time_to_live && *options.time_to_live != -1)
    OTS_CHECK(limits.check(LimitName::kTimeToLive, *options.time_to_live));
  if (options.max_versions) OTS_CHECK(limits.check(LimitName::kMaxVersions, *options.max_versions));
  if (options.max_version_deviation)
    OTS_CHECK(limits.check(LimitName::kVersionDeviation, *options.max_version_deviation));
  return {};
}

Status check_reserved(const CapacityUnit& reserved, const LimitRules& limits) {
  OTS_CHECK(limits.check(LimitName::kReservedCapacityUnits, reserved.read, "read"));
  return limits.check(LimitName::kReservedCapacityUnits, reserved.write, "write");
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

Status check_stream_spec(const TableMeta& meta, const StreamSpec& spec, const LimitRules& limits) {
  if (!spec.enable) {
    if (spec.expiration_hours)
      return reject_parameter("Expiration time cannot be set when the stream is disabled.");
    return {};
  }
  OTS_CHECK(limits.check(LimitName::kStreamHours, spec.expiration_hours.value_or(0)));
  OTS_CHECK(limits.check(LimitName::kStreamColumns, spec.columns_to_get.size()));
  for (const std::string& column : spec.columns_to_get) {
    OTS_CHECK(limits.check_name(LimitName::kColumnName, column));
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

Result<PrimaryKey> check_key(const TableMeta& meta, const std::vector<CellView>& key, KeyUse use,
                             const LimitRules& limits) {
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
    OTS_CHECK(limits.check(LimitName::kKeyValue, cell.value.bytes.size(), schema.name));
    out.push_back({schema.name, CellValue(cell.value)});
  }
  return out;
}

Status check_written_row(const TableMeta& meta, const std::vector<DefinedColumn>& defined_columns,
                         WriteType type, const RowView& row, const LimitRules& limits) {
  if (type == WriteType::kDelete) {
    if (!row.delete_marker || !row.cells.empty())
      return reject_parameter("DeleteRow needs a delete marker and no columns.");
    return {};
  }
  if (row.delete_marker) return reject_parameter("A delete marker is allowed in DeleteRow only.");
  if (type == WriteType::kUpdate && row.cells.empty())
    return reject_parameter("No attribute column is specified to update the row.");
  OTS_CHECK(limits.check(LimitName::kColumnsPerWrite, row.cells.size()));
  for (const CellView& cell : row.cells)
    OTS_CHECK(check_cell(meta, defined_columns, type, cell, limits));
  return limits.check(LimitName::kRowBytes, written_size(row));
}

}  // namespace otsstream::local
