#include "writer/odps/target_table.h"

#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/partition_value.h"

namespace otsstream::writer {

using maxcompute::PartitionSpec;
using maxcompute::TableSchema;
using maxcompute::ascii::lower;

namespace {

std::string example_of(const TableSchema& schema) {
  std::string text;
  for (const maxcompute::Column& key : schema.partition_keys)
    text += (text.empty() ? "" : ",") + key.name + "=...";
  return text;
}

tl::unexpected<Error> partition_error(const TableSchema& schema, const std::string& message) {
  std::string remedy = schema.partition_keys.empty()
                           ? "take `partition` out of the writer"
                           : "write `partition` as \"" + example_of(schema) + "\"";
  return fail(ErrorKind::kConfig, "OdpsWriter-Partition", "table " + schema.table + " " + message,
              std::move(remedy));
}

}  // namespace

Status check_writable_kind(const TableSchema& schema) {
  if (schema.type == "MANAGED_TABLE") return {};
  return fail(ErrorKind::kUnsupported, "OdpsWriter-TableType",
              "table " + schema.table + " is a " + schema.type + " and cannot be written",
              "name a managed table");
}

Result<PartitionSpec> target_partition(const TableSchema& schema, const PartitionSpec& wanted) {
  OTS_CHECK(check_writable_kind(schema));
  if (schema.partition_keys.empty()) {
    if (!wanted.empty())
      return partition_error(
          schema, "is not partitioned, but the job names the partition " + wanted.unquoted());
    return PartitionSpec();
  }
  if (wanted.empty())
    return partition_error(schema, "is partitioned, but the job names no partition");

  PartitionSpec ordered;
  for (const maxcompute::Column& key : schema.partition_keys) {
    const std::string* found = nullptr;
    for (const auto& [name, value] : wanted.parts())
      if (lower(name) == lower(key.name)) found = &value;
    if (found == nullptr)
      return partition_error(schema, "has the partition column `" + key.name +
                                         "`, but the job's partition " + wanted.unquoted() +
                                         " does not name it");
    if (found->empty())
      return partition_error(schema, ": partition column `" + key.name + "` has an empty value");
    auto value = maxcompute::partition_value(*found, key.type);
    if (!value)
      return partition_error(schema, ": partition column `" + key.name + "` has type " +
                                         key.type.text + ", and \"" + *found +
                                         "\" is no value of it");
    ordered.add(key.name, std::move(*value));
  }
  for (const auto& [name, value] : wanted.parts()) {
    bool known = false;
    for (const maxcompute::Column& key : schema.partition_keys)
      known = known || lower(name) == lower(key.name);
    if (!known) return partition_error(schema, "has no partition column `" + name + "`");
  }
  return ordered;
}

Status check_same_columns(const TableSchema& planned, const TableSchema& of_session) {
  bool same = planned.columns.size() == of_session.columns.size();
  for (size_t i = 0; same && i < planned.columns.size(); ++i) {
    same = lower(planned.columns[i].name) == lower(of_session.columns[i].name) &&
           planned.columns[i].type == of_session.columns[i].type;
  }
  if (same) return {};
  return fail(
      ErrorKind::kConflict, "OdpsWriter-TableChanged",
      "the columns of table " + planned.table + " changed while the job ran; nothing was landed",
      "run the job again");
}

}  // namespace otsstream::writer
