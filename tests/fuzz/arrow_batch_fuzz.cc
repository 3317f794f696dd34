// Arrow record batches against the tables of tests/data/arrow: what is taken must be a record
// stream that verifies, goes back to Arrow, and comes out of that as it went in. The first byte
// picks table and layout.

#include <cstdlib>

#include "maxcompute/wire/arrow/transcode.h"
#include "maxcompute/wire/record_cursor.h"

namespace {

using namespace otsstream::maxcompute;

std::vector<Column> table_of(std::initializer_list<const char*> types) {
  std::vector<Column> columns;
  for (const char* type : types) {
    columns.push_back({"c" + std::to_string(columns.size()), *parse_type(type), "", true});
  }
  return columns;
}

const std::vector<Column>& table(size_t number) {
  static const std::vector<Column> tables[] = {
      table_of({"tinyint", "smallint", "int", "bigint", "float", "double", "boolean"}),
      table_of({"string", "varchar(10)", "char(5)", "binary"}),
      table_of({"decimal(10,2)", "decimal(38,18)", "decimal(38,1)", "decimal(54,20)", "decimal"}),
      table_of({"date", "datetime", "timestamp", "timestamp_ntz", "interval_day_time"}),
      table_of({"array<bigint>", "map<string,bigint>", "struct<x:int,y:string>",
                "array<struct<p:double,q:array<string>>>", "map<string,array<int>>",
                "array<map<bigint,string>>", "array<decimal(10,2)>", "array<datetime>"}),
  };
  return tables[number % std::size(tables)];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr arrow::Layout kLayouts[] = {arrow::kPyodpsLayout, arrow::kJavaLayout,
                                        arrow::kPreviewLayout};
  const arrow::Layout& layout = kLayouts[data[0] % std::size(kLayouts)];
  const std::vector<Column>& columns = table(data[0] / std::size(kLayouts));
  const std::string_view messages(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto stream = arrow::to_record_stream(messages, columns, layout, 1 << 20);
  if (!stream) return 0;
  arrow::BatchWriter writer(columns, layout);
  RecordCursor cursor(stream->bytes, columns);
  std::vector<EncodedCell> row(columns.size());
  while (true) {
    auto more = cursor.next(row);
    if (!more) std::abort();
    if (!*more) break;
    if (writer.add(row)) continue;
    // Java's milliseconds may lie days beyond its days.
    if (&layout == &kLayouts[1]) return 0;
    std::abort();
  }
  auto again = arrow::to_record_stream(writer.finish(), columns, layout, 1 << 20);
  if (!again || again->bytes != stream->bytes) std::abort();
  return 0;
}
