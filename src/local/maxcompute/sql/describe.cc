#include "local/maxcompute/sql/describe.h"

#include <fmt/format.h>

#include "base/time_zone.h"
#include "local/maxcompute/catalog.h"
#include "local/maxcompute/sql_tokens.h"
#include "maxcompute/wire/ascii.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::TableInfo;

namespace {

constexpr size_t kPage = 1000;

bool fits(std::string_view name, std::string_view pattern) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  for (size_t i = 0; i <= name.size(); ++i) {
    if (fits(name.substr(i), pattern.substr(star + 1))) return true;
  }
  return false;
}

std::string columns_text(const std::vector<Column>& columns) {
  std::string out;
  for (const Column& column : columns) {
    out += (out.empty() ? "\n  " : ",\n  ") + sql_name(column.name) + " " + column.type.text;
    if (!column.nullable) out += " NOT NULL";
    if (!column.comment.empty()) out += " COMMENT " + sql_text(column.comment);
  }
  return out + "\n";
}

std::string local_time(int64_t seconds) { return format_local(seconds * 1000, Zone::china()); }

constexpr char kRule[] =
    "+------------------------------------------------------------------------------------+\n";

std::string line(std::string_view text) { return fmt::format("| {:<82} |\n", text); }

std::string column_lines(const std::vector<Column>& columns, std::string_view title) {
  std::string out = line(title) + kRule;
  for (const Column& column : columns) {
    out += fmt::format("| {:<24} | {:<16} | {:<36} |\n", column.name, column.type.text,
                       column.comment);
  }
  return out + kRule;
}

}  // namespace

Result<std::string> show_tables(Catalog& catalog, std::string_view like) {
  const std::string pattern = maxcompute::ascii::lower(like);
  std::string out;
  std::string marker;
  while (true) {
    OTS_TRY(const auto names, catalog.table_names("", marker, kPage));
    for (const std::string& name : names) {
      if (pattern.empty() || fits(name, pattern)) out += std::string(kOwner) + ":" + name + "\n";
    }
    if (names.size() < kPage) return out;
    marker = names.back();
  }
}

Result<std::string> show_partitions(Catalog& catalog, std::string_view table,
                                    const maxcompute::PartitionSpec& prefix) {
  OTS_TRY(const auto partitions, catalog.partitions(table, prefix));
  std::string out;
  for (const auto& partition : partitions) {
    std::string text = partition.spec.unquoted();
    for (char& c : text) c = c == ',' ? '/' : c;
    out += text + "\n";
  }
  return out;
}

std::string create_table_text(const TableInfo& info) {
  std::string out = "CREATE TABLE IF NOT EXISTS " + sql_name(info.schema.project) + "." +
                    sql_name(info.schema.table) + " (" + columns_text(info.schema.columns) + ")";
  if (!info.comment.empty()) out += "\nCOMMENT " + sql_text(info.comment);
  if (!info.schema.partition_keys.empty()) {
    out += "\nPARTITIONED BY (" + columns_text(info.schema.partition_keys) + ")";
  }
  if (info.schema.lifecycle_days > 0) {
    out += "\nLIFECYCLE " + std::to_string(info.schema.lifecycle_days);
  }
  return out + ";\n";
}

Result<std::string> describe_table(Catalog& catalog, std::string_view table,
                                   const maxcompute::PartitionSpec& partition, bool extended) {
  OTS_TRY(const TableInfo info, catalog.table(table));
  if (!partition.empty()) {
    OTS_TRY(const auto found, catalog.partition(table, partition));
    return kRule + line("PartitionSize: " + std::to_string(found.bytes)) + kRule +
           line("CreateTime:       " + local_time(found.created)) +
           line("LastModifiedTime: " + local_time(found.modified)) +
           line("RecordNum:        " + std::to_string(found.records)) + kRule;
  }
  std::string out = kRule;
  out += line("Owner: " + info.owner + " | Project: " + info.schema.project);
  out += line("TableComment: " + info.comment);
  out += kRule;
  out += line("CreateTime:       " + local_time(info.created));
  out += line("LastModifiedTime: " + local_time(info.modified));
  if (info.schema.lifecycle_days > 0) {
    out += line("Lifecycle:        " + std::to_string(info.schema.lifecycle_days));
  }
  out += kRule;
  out += line("InternalTable: YES | Size: " + std::to_string(info.bytes));
  out += kRule;
  out += column_lines(info.schema.columns, "Native Columns:");
  if (!info.schema.partition_keys.empty()) {
    out += column_lines(info.schema.partition_keys, "Partition Columns:");
  }
  if (extended) {
    out += line("TableID:   " + info.table_id) +
           line("RecordNum: " + std::to_string(info.records)) + kRule;
  }
  return out;
}

}  // namespace otsstream::local
