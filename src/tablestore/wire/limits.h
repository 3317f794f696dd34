#pragma once
// The limits of the service, one row each: the number, what the service answers beyond it, and
// where it is documented. docs/local-tablestore.md prints this table;
// src/local/tablestore/limit_rules.h holds requests to it. Other numbers that this project relies
// on stand below the table.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string_view>

namespace otsstream::tablestore {

enum class LimitName {
  // Names and schema.
  kTableName,
  kColumnName,
  kTables,
  kKeyColumns,
  kDefinedColumns,
  kStreamColumns,
  // Options.
  kReservedCapacityUnits,
  kTimeToLive,
  kMaxVersions,
  kVersionDeviation,
  kStreamHours,
  // Rows.
  kKeyValue,
  kAttributeValue,
  kColumnsPerWrite,
  kRowBytes,
  // Calls.
  kRequestBody,
  kBatchGetRows,
  kBatchWriteRows,
  kBatchWriteBytes,
  kBulkImportRows,
  kBulkImportBytes,
  kColumnsToGet,
  kFilterConditions,
  kTransactionBytes,
  kTransactionLife,
  // Where an answer ends and the next call goes on.
  kRangeRows,
  kRangeBytes,
  kStreamRecords,
  kStreamBytes,
};

enum class LimitKind {
  kRefused,  // a request beyond it is refused; --loose turns it off
  kEnds,     // what lasts longer is over
  kPage,     // an answer is cut there, the client goes on with the next call
};

struct Limit {
  LimitName name;
  LimitKind kind;
  std::string_view subject;
  int64_t least;
  int64_t most;
  std::string_view unit;
  std::string_view code;     // what the service answers; "" for a page
  std::string_view message;  // fmt's: {name}, {value}, {least}, {most}
  std::string_view source;
};

inline constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

namespace limits {
// The vendor's pages, below help.aliyun.com/zh/tablestore/.
inline constexpr std::string_view kWideColumn = "limits-on-widecolumn-model";
inline constexpr std::string_view kGeneral = "general-limits-of-tablestore";
inline constexpr std::string_view kOptions = "developer-reference/tableoptions";
inline constexpr std::string_view kVersions = "data-versions-and-ttl";
inline constexpr std::string_view kTransactions = "use the local transaction feature";
inline constexpr std::string_view kBulk = "not documented; as BatchWriteRow";
inline constexpr std::string_view kOurs = "not documented; ours";
inline constexpr std::string_view kStream = "said of newer Streams (protocol 4)";
inline constexpr std::string_view kParameter = "OTSParameterInvalid";
inline constexpr std::string_view kTooMuchData = "OTSOutOfRowSizeLimit";
}  // namespace limits

inline constexpr Limit kLimits[] = {
    {LimitName::kTableName, LimitKind::kRefused, "name of a table", 1, 255, "bytes",
     limits::kParameter, "Invalid table name: '{name}'.", limits::kWideColumn},
    {LimitName::kColumnName, LimitKind::kRefused, "name of a column", 1, 255, "bytes",
     limits::kParameter, "Invalid column name: '{name}'.", limits::kWideColumn},
    {LimitName::kTables, LimitKind::kRefused, "tables of an instance", 0, 64, "tables",
     "OTSQuotaExhausted", "Number of tables exceeded the quota of {most}.", limits::kGeneral},
    {LimitName::kKeyColumns, LimitKind::kRefused, "primary key columns", 1, 4, "columns",
     limits::kParameter, "The number of primary key columns must be in range: [{least}, {most}].",
     limits::kWideColumn},
    {LimitName::kDefinedColumns, LimitKind::kRefused, "defined columns", 0, 32, "columns",
     limits::kParameter, "The number of defined columns must be in range: [{least}, {most}].",
     limits::kWideColumn},
    {LimitName::kStreamColumns, LimitKind::kRefused, "original columns of a Stream", 0, 32,
     "columns", limits::kParameter,
     "The number of original columns in a stream must be in range: [{least}, {most}].",
     limits::kOurs},
    {LimitName::kReservedCapacityUnits, LimitKind::kRefused,
     "reserved read or write throughput of a table", 0, 100'000, "CU", limits::kParameter,
     "Invalid reserved {name} capacity units {value}: the range is [{least}, {most}].",
     limits::kWideColumn},
    {LimitName::kTimeToLive, LimitKind::kRefused, "time to live (or -1: for ever)", 86400,
     kUnlimited, "s", limits::kParameter,
     "Invalid time to live {value}: -1 or at least {least} seconds.", limits::kOptions},
    {LimitName::kMaxVersions, LimitKind::kRefused, "max versions, of a table and of a read", 1,
     kUnlimited, "versions", limits::kParameter, "Invalid max versions {value}: at least {least}.",
     limits::kVersions},
    {LimitName::kVersionDeviation, LimitKind::kRefused, "deviation of cell versions", 1, kUnlimited,
     "s", limits::kParameter,
     "Invalid deviation of cell versions {value}: at least {least} second.", limits::kOptions},
    {LimitName::kStreamHours, LimitKind::kRefused, "expiration of a Stream", 1, 168, "h",
     limits::kParameter, "Stream expiration time must be in range: [{least}, {most}] hours.",
     limits::kStream},
    {LimitName::kKeyValue, LimitKind::kRefused, "STRING or BINARY value of a key column", 0, 1024,
     "bytes", limits::kParameter,
     "The length of primary key column: '{name}' exceeds the MaxLength:{most} with "
     "CurrentLength:{value}.",
     limits::kWideColumn},
    {LimitName::kAttributeValue, LimitKind::kRefused, "STRING or BINARY value of an attribute", 0,
     2 << 20, "bytes", limits::kParameter,
     "The length of attribute column: '{name}' exceeds the MaxLength:{most} with "
     "CurrentLength:{value}.",
     limits::kWideColumn},
    {LimitName::kColumnsPerWrite, LimitKind::kRefused, "attribute columns of one written row", 0,
     1024, "columns", "OTSOutOfColumnCountLimit",
     "The number of attribute columns exceeds the limit, limit count: {most}, column count: "
     "{value}.",
     limits::kWideColumn},
    {LimitName::kRowBytes, LimitKind::kRefused, "data of one written row", 0, 4 << 20, "bytes",
     limits::kTooMuchData, "The row size exceeds the limit, limit: {most}, size: {value}.",
     limits::kWideColumn},
    {LimitName::kRequestBody, LimitKind::kRefused, "body of a request, inflated too", 0, 5 << 20,
     "bytes", "OTSRequestBodyTooLarge", "The size of POST data is too large.", limits::kWideColumn},
    {LimitName::kBatchGetRows, LimitKind::kRefused, "rows of a BatchGetRow", 1, 100, "rows",
     limits::kParameter, "Rows count exceeds the upper limit: {most}, count: {value}.",
     limits::kWideColumn},
    {LimitName::kBatchWriteRows, LimitKind::kRefused, "rows of a BatchWriteRow", 1, 200, "rows",
     limits::kParameter, "Rows count exceeds the upper limit: {most}, count: {value}.",
     limits::kWideColumn},
    {LimitName::kBatchWriteBytes, LimitKind::kRefused, "data of a BatchWriteRow", 0, 4 << 20,
     "bytes", limits::kParameter,
     "The total data size of BatchWriteRow exceeds the limit, limit: {most}, size: {value}.",
     limits::kWideColumn},
    {LimitName::kBulkImportRows, LimitKind::kRefused, "rows of a BulkImport", 1, 200, "rows",
     limits::kParameter, "Rows count exceeds the upper limit: {most}, count: {value}.",
     limits::kBulk},
    {LimitName::kBulkImportBytes, LimitKind::kRefused, "data of a BulkImport", 0, 4 << 20, "bytes",
     limits::kParameter,
     "The total data size of BulkImport exceeds the limit, limit: {most}, size: {value}.",
     limits::kBulk},
    {LimitName::kColumnsToGet, LimitKind::kRefused, "columns_to_get of a read", 0, 128, "columns",
     limits::kParameter, "The number of columns to get must be in range: [{least}, {most}].",
     limits::kWideColumn},
    {LimitName::kFilterConditions, LimitKind::kRefused, "conditions of a filter", 0, 10,
     "conditions", limits::kParameter,
     "The number of conditions of a filter must be in range: [{least}, {most}].",
     limits::kWideColumn},
    {LimitName::kTransactionBytes, LimitKind::kRefused, "data written in a local transaction", 0,
     4 << 20, "bytes", "OTSOutOfTransactionDataSizeLimit",
     "The data of the transaction exceeds the limit, limit: {most}, size: {value}.",
     limits::kTransactions},
    {LimitName::kTransactionLife, LimitKind::kEnds, "life of a local transaction", 0, 60, "s",
     "OTSSessionNotExist", "Session not exist or may be timeout.", limits::kTransactions},
    {LimitName::kRangeRows, LimitKind::kPage, "rows that one GetRange or BulkExport looks at", 0,
     5000, "rows", "", "", limits::kWideColumn},
    {LimitName::kRangeBytes, LimitKind::kPage, "data that one GetRange or BulkExport looks at", 0,
     4 << 20, "bytes", "", "", limits::kWideColumn},
    {LimitName::kStreamRecords, LimitKind::kPage, "records of a GetStreamRecord without a limit", 0,
     1000, "records", "", "", limits::kOurs},
    {LimitName::kStreamBytes, LimitKind::kPage, "data of a GetStreamRecord", 0, 2 << 20, "bytes",
     "", "", limits::kOurs},
};

constexpr const Limit& limit_of(LimitName name) { return kLimits[static_cast<size_t>(name)]; }
constexpr size_t most(LimitName name) { return static_cast<size_t>(limit_of(name).most); }

static_assert(
    [] {
      for (size_t i = 0; i < std::size(kLimits); ++i) {
        if (static_cast<size_t>(kLimits[i].name) != i) return false;
      }
      return true;
    }(),
    "the table is in the order of the names");
static_assert(std::size(kLimits) == static_cast<size_t>(LimitName::kStreamBytes) + 1);

// The limits that code outside of the checks reckons with.
inline constexpr size_t kMaxTablesPerInstance = most(LimitName::kTables);
inline constexpr size_t kMaxDefinedColumns = most(LimitName::kDefinedColumns);
inline constexpr size_t kMaxAttributeValueBytes = most(LimitName::kAttributeValue);
inline constexpr size_t kMaxColumnsPerWrite = most(LimitName::kColumnsPerWrite);
inline constexpr size_t kMaxBatchWriteRows = most(LimitName::kBatchWriteRows);
inline constexpr size_t kMaxBulkImportRows = most(LimitName::kBulkImportRows);
inline constexpr int64_t kTransactionLifeUs = limit_of(LimitName::kTransactionLife).most * 1000'000;
inline constexpr size_t kMaxRangeRows = most(LimitName::kRangeRows);
inline constexpr size_t kMaxRangeBytes = most(LimitName::kRangeBytes);
inline constexpr size_t kStreamPageRecords = most(LimitName::kStreamRecords);
inline constexpr size_t kStreamPageBytes = most(LimitName::kStreamBytes);

// Defaults and units; section numbers are tablestore-protocol.md.
inline constexpr int64_t kDefaultVersionDeviation = 86400;      // s (2.2)
inline constexpr int64_t kDefaultSplitUnitBytes = 100LL << 20;  // ComputeSplitPointsBySize (2.2)
inline constexpr size_t kCapacityUnitBytes = 4096;              // consumed capacity (4)

// Guards of our own, which --loose leaves: what a filter's regular expression may need compiled.
inline constexpr int64_t kMaxRegexBytes = 1 << 20;

}  // namespace otsstream::tablestore
