#pragma once
// The arrays of a record batch, read row by row as the values of a record stream.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/arrow/field.h"
#include "maxcompute/wire/arrow/message.h"

namespace otsstream::maxcompute::arrow {

class ColumnReader {
 public:
  // The arrays of `batch`, one per field. All lengths and offsets are checked here, so that reading
  // needs no more of it. `fields` and the bytes of the batch must outlive the readers. Fails with
  // kCorrupt "MalformedDataStream".
  static Result<std::vector<ColumnReader>> open(const std::vector<Field>& fields,
                                                const RecordBatch& batch);

  bool is_null(uint64_t row) const;
  // Appends a value that is not NULL as a record stream holds it (EncodedCell). Fails with kCorrupt
  // "MalformedDataStream" for what the column's type cannot hold.
  Status append(std::string& out, uint64_t row) const;

 private:
  // What is not taken yet of a batch.
  struct Rest;

  explicit ColumnReader(const Field& field) : field_(&field) {}
  static Result<ColumnReader> take(const Field& field, Rest& rest, uint64_t length);
  Status take_values(Rest& rest);
  Status take_offsets(Rest& rest);
  // Of one array: where its values begin in the child, or in the bytes.
  uint64_t offset(uint64_t row) const;
  // Appends count, then flag and value of each.
  Status append_list(std::string& out, uint64_t begin, uint64_t end) const;
  Status append_flagged(std::string& out, uint64_t row) const;
  Status append_decimal(std::string& out, uint64_t row) const;
  Status append_seconds_nanos(std::string& out, uint64_t row) const;
  std::string_view number(uint64_t row) const;  // its bytes
  int64_t integer(uint64_t row) const;

  const Field* field_;
  uint64_t length_ = 0;
  std::string_view validity_;  // empty: nothing is NULL
  std::string_view offsets_;
  std::string_view data_;
  std::vector<ColumnReader> children_;
};

}  // namespace otsstream::maxcompute::arrow
