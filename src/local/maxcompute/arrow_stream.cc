#include "local/maxcompute/arrow_stream.h"

#include "local/maxcompute/tunnel_body.h"
#include "maxcompute/wire/arrow/chunks.h"
#include "maxcompute/wire/arrow/message.h"
#include "maxcompute/wire/arrow/transcode.h"
#include "maxcompute/wire/record_cursor.h"

namespace otsstream::local {

using maxcompute::Column;
using maxcompute::EncodedCell;
using maxcompute::RecordCursor;

namespace arrow = maxcompute::arrow;

namespace {

Result<std::string> batches_of(std::string_view stream, const std::vector<Column>& columns,
                               arrow::BatchWriter& writer) {
  RecordCursor cursor(stream, columns);
  std::vector<EncodedCell> row(columns.size());
  while (true) {
    OTS_TRY(bool more, cursor.next(row));
    if (!more) return writer.finish();
    OTS_CHECK(writer.add(row));
  }
}

// "JavaSDK Revision:…" when its user has given it a name, else the JVM's "Java/17.0.15".
bool is_java(const Call& call) {
  return call.request.headers.get("User-Agent").starts_with("Java");
}

}  // namespace

arrow::Layout preview_layout(const Call& call) {
  return is_java(call) ? arrow::kJavaPreviewLayout : arrow::kPreviewLayout;
}

arrow::Layout arrow_layout(const Call& call) {
  if (is_java(call)) return arrow::kJavaLayout;
  // projects/P/instances/I
  const bool instance = call.path.size() > 2 && call.path[2] == "instances";
  return instance ? arrow::kPyodpsInstanceLayout : arrow::kPyodpsLayout;
}

Result<SharedBuffer> records_of_arrow(std::string_view body, const std::vector<Column>& columns,
                                      const arrow::Layout& layout) {
  OTS_TRY(auto messages, arrow::read_chunks(body));
  OTS_TRY(auto records, arrow::to_record_stream(messages, columns, layout, kMaxBlockBytes));
  return SharedBuffer(std::move(records.bytes));
}

Result<SharedBuffer> arrow_of_records(std::string_view stream, const std::vector<Column>& columns,
                                      const arrow::Layout& layout) {
  arrow::BatchWriter writer(columns, layout);
  OTS_TRY(auto messages, batches_of(stream, columns, writer));
  return SharedBuffer(arrow::write_chunks(messages));
}

Result<SharedBuffer> ipc_stream_of_records(std::string_view stream,
                                           const std::vector<Column>& columns,
                                           const arrow::Layout& layout) {
  arrow::BatchWriter writer(columns, layout);
  std::string out;
  arrow::append_schema_message(out, writer.fields());
  OTS_TRY(auto messages, batches_of(stream, columns, writer));
  out += messages;
  out += arrow::kEndOfStream;
  return SharedBuffer(std::move(out));
}

}  // namespace otsstream::local
