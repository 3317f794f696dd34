#include "local/maxcompute/partition_values.h"

#include <optional>
#include <vector>

#include "maxcompute/wire/ascii.h"
#include "maxcompute/wire/partition_value.h"
#include "net/http_message.h"

namespace otsstream::local {

namespace {

using maxcompute::PartitionSpec;
using maxcompute::TableSchema;

tl::unexpected<Error> invalid(const TableSchema& schema, const PartitionSpec& spec,
                              const std::string& why) {
  return fail(ErrorKind::kConfig, "InvalidPartitionSpec",
              "partition '" + spec.unquoted() + "' of table " + schema.table + ": " + why);
}

// Value by level; nothing where the spec does not say.
Result<std::vector<std::optional<std::string>>> by_level(const TableSchema& schema,
                                                         const PartitionSpec& spec) {
  std::vector<std::optional<std::string>> values(schema.partition_keys.size());
  for (const auto& [key, value] : spec.parts()) {
    size_t level = 0;
    const std::string name = maxcompute::ascii::lower(key);
    while (level < values.size() && schema.partition_keys[level].name != name) ++level;
    if (level == values.size()) return invalid(schema, spec, "no partition column is named " + key);
    if (values[level]) return invalid(schema, spec, "column " + key + " occurs twice");
    if (value.empty()) return invalid(schema, spec, "the value of " + key + " is empty");
    const maxcompute::ColumnType& type = schema.partition_keys[level].type;
    values[level] = maxcompute::partition_value(value, type);
    if (!values[level]) return invalid(schema, spec, "the value of " + key + " is no " + type.text);
  }
  return values;
}

}  // namespace

Result<std::string> to_level_values(const TableSchema& schema, const PartitionSpec& spec) {
  OTS_TRY(auto values, by_level(schema, spec));
  if (spec.empty() && !values.empty()) {
    return fail(ErrorKind::kConfig, "MissingPartitionSpec",
                "table " + schema.table + " is partitioned; the request names no partition");
  }
  std::string out;
  for (size_t level = 0; level < values.size(); ++level) {
    if (!values[level]) {
      return invalid(schema, spec, "no value for column " + schema.partition_keys[level].name);
    }
    if (level > 0) out += '/';
    out += percent_encode(*values[level]);
  }
  return out;
}

Result<std::string> to_level_prefix(const TableSchema& schema, const PartitionSpec& spec) {
  OTS_TRY(auto values, by_level(schema, spec));
  std::string out;
  bool ended = false;
  for (size_t level = 0; level < values.size(); ++level) {
    if (!values[level]) {
      ended = true;
      continue;
    }
    if (ended) return invalid(schema, spec, "an outer level has no value");
    out += percent_encode(*values[level]);
    if (level + 1 < values.size()) out += '/';
  }
  return out;
}

PartitionSpec from_level_values(const TableSchema& schema, const std::string& values) {
  PartitionSpec spec;
  std::string_view rest = values;
  for (const auto& key : schema.partition_keys) {
    size_t end = std::min(rest.find('/'), rest.size());
    spec.add(key.name, percent_decode(rest.substr(0, end), false));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return spec;
}

}  // namespace otsstream::local
