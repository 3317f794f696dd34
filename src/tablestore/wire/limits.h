#pragma once
// Every documented number of the service that this project checks or relies on, each with where it
// is written down. "Limits" is the vendor's page "Limits"
// (help.aliyun.com/zh/tablestore/product-overview/limits); section numbers are
// tablestore-protocol.md.

#include <cstddef>
#include <cstdint>

namespace otsstream::tablestore {

// Names and schema (Limits: general limits).
inline constexpr size_t kMaxNameBytes = 255;  // table and column names
inline constexpr size_t kMaxTablesPerInstance = 64;
inline constexpr size_t kMaxKeyColumns = 4;
inline constexpr size_t kMaxDefinedColumns = 32;
inline constexpr size_t kMaxStreamOriginColumns =
    32;  // our bound for StreamSpecification.columns_to_get

// Rows (Limits: general limits).
inline constexpr size_t kMaxKeyColumnBytes = 1024;  // STRING or BINARY value of one key column
inline constexpr size_t kMaxAttributeValueBytes = 2u << 20;  // STRING or BINARY attribute value
inline constexpr size_t kMaxRowBytes = 4u << 20;             // all cells of one write request's row
inline constexpr size_t kMaxColumnsPerWrite =
    1024;  // attribute columns in one PutRow, UpdateRow or row of BatchWriteRow

// Calls (Limits: general limits).
inline constexpr size_t kMaxBatchWriteRows = 200;
inline constexpr size_t kMaxBatchGetRows = 100;
inline constexpr size_t kMaxBatchWriteBytes = 4u << 20;
inline constexpr size_t kMaxRangeRows = 5000;
inline constexpr size_t kMaxRangeBytes = 4u << 20;
inline constexpr size_t kMaxColumnsToGet = 1024;
inline constexpr int kMaxFilterConditions = 10;     // Limits: filters
inline constexpr int64_t kMaxRegexBytes = 1 << 20;  // of a compiled value_trans_rule; ours
inline constexpr size_t kMaxBulkImportRows = 200;   // BulkImport: as BatchWriteRow

// Local transactions (vendor's page "Use the local transaction feature").
inline constexpr int64_t kTransactionLifeUs = 60LL * 1000 * 1000;
inline constexpr size_t kMaxTransactionBytes = 4u << 20;  // written in one transaction

// Options (CreateTable).
inline constexpr int32_t kMaxReservedCapacityUnits = 100'000;  // Limits: reserved throughput
inline constexpr int32_t kMinTimeToLive = 86400;               // s; -1 = for ever
inline constexpr int64_t kDefaultVersionDeviation = 86400;     // s (2.2)

// Streams (4).
inline constexpr int32_t kMinStreamExpirationHours = 1;
inline constexpr int32_t kMaxStreamExpirationHours = 168;
inline constexpr size_t kStreamPageRecords =
    1000;  // a page without a limit; stream client's default
inline constexpr size_t kStreamPageBytes = 2u << 20;  // not established for the service; ours

// ComputeSplitPointsBySize (2.2)
inline constexpr int64_t kDefaultSplitUnitBytes = 100LL << 20;

inline constexpr size_t kCapacityUnitBytes = 4096;  // consumed capacity (4)

}  // namespace otsstream::tablestore
