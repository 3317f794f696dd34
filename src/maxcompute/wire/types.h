#pragma once
// Columns, schemas and partition specs of MaxCompute (maxcompute-protocol.md 2.2 - 2.4).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace otsstream::maxcompute {

enum class TypeKind {
  kBigint,
  kInt,
  kSmallint,
  kTinyint,
  kDouble,
  kFloat,
  kBoolean,
  kString,
  kBinary,
  kDatetime,
  kDate,
  kTimestamp,
  kTimestampNtz,
  kDecimal,
  kVarchar,
  kChar,
  kJson,
  kIntervalDayTime,
  kIntervalYearMonth,
  kArray,
  kMap,
  kStruct,
};

struct ColumnType {
  TypeKind kind = TypeKind::kString;
  // Lower case, as the service writes it: "decimal(10,2)", "array<bigint>". Two types are the same
  // when their texts are.
  std::string text = "string";
  int length = 0;                        // of char and varchar, in characters
  int precision = 0;                     // of decimal; bare `decimal` is the legacy (54,18)
  int scale = 0;                         // of decimal
  std::vector<ColumnType> children;      // array: element; map: key, value; struct: its fields
  std::vector<std::string> field_names;  // struct only, one per child, without back-quotes
  bool operator==(const ColumnType& other) const { return text == other.text; }
};
// Any letter case, blanks tolerated; fails with kConfig "MaxCompute-Type".
Result<ColumnType> parse_type(std::string_view text);

struct Column {
  std::string name;  // lower case
  ColumnType type;
  std::string comment;
  bool nullable = true;
};

struct TableSchema {
  std::string project;
  std::string table;
  std::vector<Column> columns;         // data columns: numbers 1 … n in the record stream
  std::vector<Column> partition_keys;  // never in the stream
  int64_t lifecycle_days = 0;          // 0 = none
  bool transactional = false;          // such a table refuses overwriting uploads
  // "MANAGED_TABLE", "VIRTUAL_VIEW", …; only a managed table can be written.
  std::string type = "MANAGED_TABLE";
};

// Ordered list of key and value. Text forms: "k1='v1',k2='v2'" in REST queries, "k1=v1,k2=v2" in
// tunnel queries and reports.
class PartitionSpec {
 public:
  PartitionSpec() = default;
  // Accepts both forms, ',' or '/' between levels, blanks around; fails with kConfig
  // "MaxCompute-Partition" naming the bad part.
  static Result<PartitionSpec> parse(std::string_view text);
  void add(std::string key, std::string value) {
    parts_.emplace_back(std::move(key), std::move(value));
  }
  bool empty() const { return parts_.empty(); }
  const std::vector<std::pair<std::string, std::string>>& parts() const { return parts_; }
  std::string quoted() const;    // k1='v1',k2='v2'
  std::string unquoted() const;  // k1=v1,k2=v2
  bool operator==(const PartitionSpec&) const = default;

 private:
  std::vector<std::pair<std::string, std::string>> parts_;
};

}  // namespace otsstream::maxcompute
