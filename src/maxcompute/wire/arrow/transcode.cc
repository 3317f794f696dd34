#include "maxcompute/wire/arrow/transcode.h"

#include <optional>
#include <utility>

#include "maxcompute/wire/arrow/column_reader.h"
#include "maxcompute/wire/arrow/message.h"
#include "maxcompute/wire/encoded_value.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace otsstream::maxcompute::arrow {
namespace {

tl::unexpected<Error> at_cell(Error error, uint64_t row, const std::string& column) {
  error.message = "row " + std::to_string(row + 1) + ", column " + column + ": " + error.message;
  return fail(std::move(error));
}

Status add_rows(const RecordBatch& batch, const std::vector<Field>& fields,
                const std::vector<Column>& columns, size_t max_bytes, RecordStreamWriter& out) {
  OTS_TRY(auto readers, ColumnReader::open(fields, batch));
  std::string value;
  for (uint64_t row = 0; row < batch.rows; ++row) {
    for (size_t i = 0; i < readers.size(); ++i) {
      if (readers[i].is_null(row)) continue;
      value.clear();
      if (auto appended = readers[i].append(value, row); !appended) {
        return at_cell(std::move(appended.error()), out.records(), columns[i].name);
      }
      out.add_encoded(static_cast<uint32_t>(i + 1), columns[i].type, value);
    }
    out.end_record();
    if (out.bytes() > max_bytes) {
      return fail(
          ErrorKind::kResource, "MaxMessageLengthExceeded",
          "the block has more than " + std::to_string(max_bytes) + " bytes in the record form",
          "write smaller blocks");
    }
  }
  return {};
}

}  // namespace

Result<RecordStream> to_record_stream(std::string_view messages, const std::vector<Column>& columns,
                                      const Layout& layout, size_t max_bytes) {
  const std::vector<Field> fields = make_fields(columns, layout);
  RecordStreamWriter out;
  for (uint64_t number = 1;; ++number) {
    auto in_batch = [&](Error error) {
      error.message = "record batch " + std::to_string(number) + ": " + error.message;
      return fail(std::move(error));
    };
    auto batch = next_batch(messages);
    if (!batch) return in_batch(std::move(batch.error()));
    if (!*batch) break;
    if (auto added = add_rows(**batch, fields, columns, max_bytes, out); !added) {
      return in_batch(std::move(added.error()));
    }
  }
  RecordStream stream;
  stream.records = out.records();
  stream.bytes = out.finish();
  return stream;
}

BatchWriter::BatchWriter(const std::vector<Column>& columns, const Layout& layout)
    : columns_(columns), fields_(make_fields(columns, layout)) {
  builders_.reserve(fields_.size());
  for (const Field& field : fields_) builders_.emplace_back(field, problem_);
}

Status BatchWriter::add(std::span<const EncodedCell> row) {
  for (size_t i = 0; i < builders_.size(); ++i) {
    builders_[i].begin_row();
    if (row[i].null) continue;
    StreamScanner value(row[i].bytes);
    const bool whole = walk_value(value, columns_[i].type, builders_[i]) && value.at_end();
    if (!whole || !problem_.empty()) {
      return at_cell(whole ? make_error(ErrorKind::kUnsupported, "NotImplemented", problem_,
                                        "read the column in the record form")
                           : make_error(ErrorKind::kCorrupt, "MalformedDataStream",
                                        "the stored value is damaged"),
                     rows_, columns_[i].name);
    }
    batch_bytes_ += row[i].bytes.size();
  }
  ++rows_;
  ++batch_rows_;
  if (batch_rows_ == kBatchRows || batch_bytes_ >= kBatchBytes) end_batch();
  return {};
}

void BatchWriter::end_batch() {
  BatchParts parts;
  for (ColumnBuilder& builder : builders_) builder.finish(parts);
  append_batch_message(messages_, batch_rows_, parts);
  batch_rows_ = 0;
  batch_bytes_ = 0;
}

std::string BatchWriter::finish() {
  if (batch_rows_ != 0) end_batch();
  return std::exchange(messages_, {});
}

}  // namespace otsstream::maxcompute::arrow
