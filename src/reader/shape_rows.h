#pragma once
// Row mode (single_version_and_update_only): one row per PUT and UPDATE (otsstream-reader.md 7.2),
// and per DELETE on request.

#include <string_view>
#include <unordered_map>
#include <vector>

#include "reader/order_columns.h"
#include "reader/record_values.h"
#include "reader/shape.h"

namespace otsstream::reader {

class RowShaper : public Shaper {
 public:
  // The columns of `column`, then when asked for: sequenceInfo; opType and `<name>_op` of each
  // attribute column; `<name>_old` of each; the typed order columns.
  RowShaper(const ShapeOptions& options, const ShapeTable& table);

  Result<int> shape(const tablestore::StreamRecordView& record, std::string_view shard_id,
                    RowBatch& batch) override;

 private:
  // One attribute column that is asked for, once or several times, and what a change does to it.
  struct Attribute {
    std::string_view name;
    Value value;
    int64_t version = 0;
    bool is_written = false;
    bool is_deleted = false;
    bool loses_version = false;
  };
  static constexpr size_t kNoKey = SIZE_MAX;
  // A configured column: a key column or an attribute.
  struct Source {
    size_t key = kNoKey;
    size_t attribute = 0;
  };

  Status look_at_cells(const tablestore::RowView& row);
  Value operation_of(const Attribute& attribute, bool wipes) const;

  const std::vector<std::string> names_;
  const std::vector<tablestore::KeySchema> primary_key_;
  const unsigned operations_;
  const bool deletes_;
  const bool has_old_values_;
  OrderColumns order_;
  std::vector<Source> sources_;  // of the configured columns
  std::vector<Attribute> attributes_;
  std::unordered_map<std::string_view, size_t> attribute_of_name_;
  bool has_key_ = false;
  size_t typed_at_ = 0;
  std::vector<Value> key_;
  OldValues old_;
};

}  // namespace otsstream::reader
