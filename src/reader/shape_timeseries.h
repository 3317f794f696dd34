#pragma once
// Time-series tables: one row per PUT and UPDATE, as in row mode, whose columns are looked up among
// the parts of a time-series key, its tags and its fields (otsstream-reader.md 7.4).

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reader/order_columns.h"
#include "reader/record_values.h"
#include "reader/shape.h"

namespace otsstream::reader {

class TimeseriesShaper : public Shaper {
 public:
  // The columns of `column`, then when asked for: sequenceInfo, the typed order columns. What a
  // column holds may vary from row to row: the key's columns are known by their names only.
  TimeseriesShaper(const ShapeOptions& options, const ShapeTable& table);

  Result<int> shape(const tablestore::StreamRecordView& record, std::string_view shard_id,
                    RowBatch& batch) override;

 private:
  // A name that is asked for, once or several times, and what the record at hand has under it.
  struct Field {
    Value value;
    int64_t version = 0;
    bool is_found = false;
  };
  struct Source {
    bool is_tag = false;
    size_t field = 0;  // unless it is a tag
  };

  Status look_at_key(const tablestore::RowView& row);
  Status look_at_fields(const tablestore::RowView& row);
  void find(std::string_view name, const Value& value, int64_t version);
  const std::string_view* tag(std::string_view name) const;

  const std::vector<TimeseriesColumn> wanted_;
  const unsigned operations_;
  OrderColumns order_;
  std::vector<Source> sources_;  // of wanted_
  std::vector<Field> fields_;
  std::unordered_map<std::string_view, size_t> field_of_name_;  // names of wanted_
  std::vector<std::pair<std::string_view, std::string_view>> tags_;
};

// The tags of `["k1=v1","k2=v2"]`, into `tags`; an empty text has none. False for anything else.
bool parse_tags(std::string_view text,
                std::vector<std::pair<std::string_view, std::string_view>>& tags);

}  // namespace otsstream::reader
