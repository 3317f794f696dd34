#pragma once
// One GetStreamRecord answer, opened in two steps: skim() finds the next iterator and the records'
// places without looking inside them, so that the next request can leave at once; next() then
// decodes record by record, zero copy. Over protozero; no protobuf here.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "tablestore/wire/types.h"

namespace otsstream::tablestore {

struct StreamRecordView {
  ActionType action = ActionType::kPut;
  RowView row;
  std::string_view origin;  // PlainBuffer row of previous values; empty = none
};

class StreamPage {
 public:
  // Keeps `body`. Fails with kCorrupt "Wire-Protobuf".
  static Result<StreamPage> skim(SharedBuffer body);

  // Absent: the shard is closed and fully read.
  const std::optional<std::string>& next_iterator() const { return next_iterator_; }
  const std::optional<bool>& may_more_record() const { return may_more_record_; }
  const std::optional<CapacityUnit>& consumed() const { return consumed_; }
  size_t record_count() const { return records_.size(); }
  const SharedBuffer& body() const { return body_; }

  // Decodes record i into `record` (its vectors are reused); views point into body(). Fails with
  // kCorrupt "Wire-PlainBuffer".
  Status decode(size_t i, StreamRecordView& record) const;

 private:
  struct Place {
    ActionType action;
    std::string_view row;
    std::string_view origin;
  };
  SharedBuffer body_;
  std::vector<Place> records_;
  std::optional<std::string> next_iterator_;
  std::optional<bool> may_more_record_;
  std::optional<CapacityUnit> consumed_;
};

}  // namespace otsstream::tablestore
