#pragma once
// Record batches <-> record streams, a row at a time: values stay encoded, so that they survive to
// the bit (NaN, nanos, NUL) and no row is ever held taken apart.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maxcompute/wire/arrow/column_builder.h"
#include "maxcompute/wire/arrow/field.h"
#include "maxcompute/wire/cell.h"
#include "maxcompute/wire/types.h"

namespace otsstream::maxcompute::arrow {

struct RecordStream {
  std::string bytes;
  uint64_t records = 0;
};

// All record batches of `messages` (the payload of the chunks). Fails with kCorrupt
// "MalformedDataStream" (naming batch, row and column), kUnsupported
// "NotImplemented", kResource "MaxMessageLengthExceeded" beyond `max_bytes`.
Result<RecordStream> to_record_stream(std::string_view messages, const std::vector<Column>& columns,
                                      const Layout& layout, size_t max_bytes);

class BatchWriter {
 public:
  // A batch ends with the row that reaches one of these.
  static constexpr uint64_t kBatchRows = 1024;
  static constexpr size_t kBatchBytes = size_t{1} << 20;

  // `columns` must outlive the writer.
  BatchWriter(const std::vector<Column>& columns, const Layout& layout);
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;

  // One cell per column. Fails, naming row and column, with kUnsupported "NotImplemented" for
  // what the Arrow form of the type cannot hold, kCorrupt "MalformedDataStream" for what is no
  // value.
  Status add(std::span<const EncodedCell> row);
  uint64_t rows() const { return rows_; }
  const std::vector<Field>& fields() const { return fields_; }
  // The messages of all rows since the last time; none for no rows.
  std::string finish();

 private:
  void end_batch();

  const std::vector<Column>& columns_;
  std::vector<Field> fields_;
  std::string problem_;
  std::vector<ColumnBuilder> builders_;
  std::string messages_;
  uint64_t rows_ = 0;
  uint64_t batch_rows_ = 0;
  size_t batch_bytes_ = 0;  // as encoded
};

}  // namespace otsstream::maxcompute::arrow
