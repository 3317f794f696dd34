#pragma once
// Dynamic partitions (maxcompute-protocol.md 6.3): which partition a row goes to, by the values of
// its columns.

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time_format.h"
#include "maxcompute/wire/types.h"
#include "record/convert.h"
#include "writer/odps/mapping.h"
#include "writer/odps/params.h"

namespace otsstream::writer {

// Does the job choose partitions by columns? By `supportDynamicPartition`, else by the partition
// columns that `column` lists. Fails with kConfig "OdpsWriter-DynamicPartition" where both do not
// go together.
Result<bool> is_dynamic(const OdpsSettings& settings, const maxcompute::TableSchema& schema);

class PartitionSource {
 public:
  // For a dynamic job: also takes the partition columns out of the mapping. Errors as is_dynamic's
  // and make_mapping's.
  struct Made;
  static Result<Made> make(const OdpsSettings& settings, const maxcompute::TableSchema& schema,
                           const std::vector<InputColumn>& input, ConvertOptions convert,
                           std::vector<std::string>& warnings);

  // The partition columns' values as they came: rows with equal keys have one partition. Appends.
  Status append_key(std::span<const Value> row, std::string& key) const;
  // Fails with kConfig "OdpsWriter-PartitionValue", naming row and value, for a value that is blank
  // or cannot travel in a partition spec. Thread-safe.
  Result<maxcompute::PartitionSpec> spec_of(std::span<const Value> row) const;

  // "dt=*/hh=*"
  std::string describe() const;
  std::vector<std::string> names() const;
  // A value that was not written anew because it is no time of its format; "" when there was none.
  std::string remark() const;

 private:
  struct Level {
    std::string name;
    maxcompute::ColumnType type;
    size_t field = 0;  // of the record
    std::optional<TimeFormat> source_format;
    std::optional<TimeFormat> format;  // absent: the value as it is
  };
  struct Unformatted;

  Result<std::string> value_of(const Level& level, std::span<const Value> row) const;
  std::optional<std::string> formatted(const Level& level, const Value& value) const;

  std::vector<Level> levels_;  // in the table's order
  ConvertOptions convert_;
  std::shared_ptr<Unformatted> unformatted_;
};

struct PartitionSource::Made {
  PartitionSource source;
  Mapping mapping;  // of the other columns
};

}  // namespace otsstream::writer
