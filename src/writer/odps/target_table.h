#pragma once
// Does the job's target fit the table that is there? Pure: schema in, partition in the table's own
// order out.

#include "base/result.h"
#include "maxcompute/wire/types.h"

namespace otsstream::writer {

// Fails with kUnsupported "OdpsWriter-TableType" for views and the like.
Status check_writable_kind(const maxcompute::TableSchema& schema);

// Errors of check_writable_kind; kConfig "OdpsWriter-Partition" when `wanted` does not name exactly
// the table's partition columns.
Result<maxcompute::PartitionSpec> target_partition(const maxcompute::TableSchema& schema,
                                                   const maxcompute::PartitionSpec& wanted);

// The session speaks of the same data columns as the table that was checked; else somebody changed
// the table meanwhile: kConflict "OdpsWriter-TableChanged".
Status check_same_columns(const maxcompute::TableSchema& planned,
                          const maxcompute::TableSchema& of_session);

}  // namespace otsstream::writer
