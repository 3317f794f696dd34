#pragma once
// The data model of Tablestore: values, cells, rows, schemas, streams (tablestore-protocol.md 2 and
// 3). "View" types point into a buffer that somebody else keeps alive; the others own what they
// hold.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace otsstream::tablestore {

// The type byte of a bare value (3.3).
enum class CellType : uint8_t {
  kInteger = 0x00,
  kDouble = 0x01,
  kBoolean = 0x02,
  kString = 0x03,
  kNull = 0x06,
  kBlob = 0x07,
  kInfMin = 0x09,
  kInfMax = 0x0a,
  kAutoIncrement = 0x0b,
};

struct CellValueView {
  CellType type = CellType::kNull;
  union {
    int64_t integer = 0;
    double real;
    bool boolean;
  };
  std::string_view bytes;  // kString, kBlob
};

struct CellValue {
  CellValue() = default;
  CellValue(CellType t, int64_t i, double r, std::string b)
      : type(t), integer(i), real(r), bytes(std::move(b)) {}

  CellType type = CellType::kNull;
  int64_t integer = 0;  // kInteger; 0 or 1 for kBoolean
  double real = 0;      // kDouble
  std::string bytes;    // kString, kBlob

  static CellValue of_integer(int64_t v) { return {CellType::kInteger, v, 0, {}}; }
  static CellValue of_double(double v) { return {CellType::kDouble, 0, v, {}}; }
  static CellValue of_boolean(bool v) { return {CellType::kBoolean, v ? 1 : 0, 0, {}}; }
  static CellValue of_string(std::string_view v) {
    return {CellType::kString, 0, 0, std::string(v)};
  }
  static CellValue of_blob(std::string_view v) { return {CellType::kBlob, 0, 0, std::string(v)}; }
  static CellValue inf_min() { return {CellType::kInfMin, 0, 0, {}}; }
  static CellValue inf_max() { return {CellType::kInfMax, 0, 0, {}}; }
  static CellValue auto_increment() { return {CellType::kAutoIncrement, 0, 0, {}}; }
  explicit CellValue(const CellValueView& view);
  CellValueView view() const;
  bool operator==(const CellValue&) const = default;
};

// Order of primary key values: INF_MIN < integers < strings < blobs < INF_MAX; strings and blobs
// byte-wise unsigned.
std::strong_ordering compare_key(const CellValue& a, const CellValue& b);

enum class CellOp : uint8_t {
  kPut = 0,
  kDeleteAllVersions = 1,
  kDeleteOneVersion = 3,
  kIncrement = 4
};

struct CellView {
  std::string_view name;
  CellOp op = CellOp::kPut;
  bool has_value = false;
  bool has_timestamp = false;
  int64_t timestamp = 0;  // ms
  CellValueView value;
};

struct Cell {
  std::string name;
  CellOp op = CellOp::kPut;
  std::optional<CellValue> value;    // absent for the two deletes
  std::optional<int64_t> timestamp;  // ms
  bool operator==(const Cell&) const = default;
};

// Position of a change in its shard's log; ordered by its members in this order.
struct SequenceInfo {
  int32_t epoch = 0;
  int64_t timestamp = 0;  // µs since 1970 UTC
  int32_t row_index = 0;
  auto operator<=>(const SequenceInfo&) const = default;
};

struct RowView {
  std::vector<CellView> primary_key;  // name and value only
  std::vector<CellView> cells;
  bool delete_marker = false;
  std::optional<SequenceInfo> sequence;
  void clear() {
    primary_key.clear();
    cells.clear();
    delete_marker = false;
    sequence.reset();
  }
};

struct KeyColumn {
  std::string name;
  CellValue value;
  bool operator==(const KeyColumn&) const = default;
};
using PrimaryKey = std::vector<KeyColumn>;
std::strong_ordering compare_key(const PrimaryKey& a,
                                 const PrimaryKey& b);  // by values, in column order

struct Row {
  PrimaryKey primary_key;
  std::vector<Cell> cells;
  bool delete_marker = false;
  std::optional<SequenceInfo> sequence;
  bool operator==(const Row&) const = default;
};
Row to_row(const RowView& view);

enum class KeyType { kInteger = 1, kString = 2, kBinary = 3 };
struct KeySchema {
  std::string name;
  KeyType type = KeyType::kString;
  bool auto_increment = false;
  bool operator==(const KeySchema&) const = default;
};
enum class DefinedColumnType { kInteger = 1, kDouble = 2, kBoolean = 3, kString = 4, kBlob = 7 };
struct DefinedColumn {
  std::string name;
  DefinedColumnType type = DefinedColumnType::kString;
  bool operator==(const DefinedColumn&) const = default;
};
struct TableMeta {
  std::string name;
  std::vector<KeySchema> primary_key;
  std::vector<DefinedColumn> defined_columns;
  bool operator==(const TableMeta&) const = default;
};
struct TableOptions {                   // absent = not sent / unchanged
  std::optional<int32_t> time_to_live;  // s, -1 = for ever
  std::optional<int32_t> max_versions;
  std::optional<int64_t> max_version_deviation;  // s
  std::optional<bool> allow_update;
  std::optional<bool> update_full_row;
  bool operator==(const TableOptions&) const = default;
};
struct CapacityUnit {
  int32_t read = 0;
  int32_t write = 0;
  bool operator==(const CapacityUnit&) const = default;
};
struct ThroughputDetails {
  CapacityUnit unit;
  int64_t last_increase_time = 0;             // s
  std::optional<int64_t> last_decrease_time;  // s
};
struct StreamSpec {
  bool enable = false;
  std::optional<int32_t> expiration_hours;
  std::vector<std::string> columns_to_get;  // whose previous values go into the records
};
struct StreamDetails {
  bool enable = false;
  std::string stream_id;
  int32_t expiration_hours = 0;
  int64_t last_enable_time = 0;  // µs
  std::vector<std::string> columns_to_get;
};
struct SseSpec {
  bool enable = false;
  std::optional<int32_t> key_type;
  std::string key_id;
  std::string role_arn;
};
struct StreamInfo {
  std::string stream_id;
  std::string table_name;
  int64_t creation_time = 0;  // µs
};
struct StreamShard {
  std::string shard_id;
  std::string parent_id;          // "" = none
  std::string parent_sibling_id;  // "" = none; set only after a merge
  bool operator==(const StreamShard&) const = default;
};
enum class StreamStatus { kEnabling = 1, kActive = 2 };
enum class ActionType { kPut = 1, kUpdate = 2, kDelete = 3 };
enum class RowExistence { kIgnore = 0, kExpectExist = 1, kExpectNotExist = 2 };
enum class ReturnType { kNone = 0, kPrimaryKey = 1, kAfterModify = 2 };
enum class WriteType { kPut = 1, kUpdate = 2, kDelete = 3 };
enum class Direction { kForward = 0, kBackward = 1 };
enum class DataBlockType { kPlainBuffer = 0, kSimpleRowMatrix = 1 };

}  // namespace otsstream::tablestore
