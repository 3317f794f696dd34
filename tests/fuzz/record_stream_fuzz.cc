// Tunnel record streams; the first byte picks the table. What the cursor lets through must survive
// the writer byte by byte.

#include "maxcompute/wire/record_cursor.h"
#include "maxcompute/wire/record_stream_writer.h"

namespace {

using namespace otsstream::maxcompute;

std::vector<Column> table_of(std::initializer_list<const char*> types) {
  std::vector<Column> columns;
  for (const char* type : types)
    columns.push_back({"c" + std::to_string(columns.size() + 1), *parse_type(type), "", true});
  return columns;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<Column> tables[] = {
      table_of({"bigint", "double", "boolean", "string", "binary", "datetime", "float", "tinyint"}),
      table_of({"tinyint", "smallint", "int", "float", "date", "json", "char(5)", "varchar(9)"}),
      table_of({"timestamp", "timestamp_ntz", "interval_day_time", "interval_year_month",
                "decimal(38,18)"}),
      table_of({"array<bigint>", "map<string,bigint>", "struct<x:int,y:string>",
                "array<struct<p:double,q:array<string>>>"})};
  if (size == 0) return 0;
  const std::vector<Column>& columns = tables[data[0] % std::size(tables)];
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  RecordCursor cursor(stream, columns);
  RecordStreamWriter writer;
  std::vector<EncodedCell> row(columns.size());
  while (true) {
    auto more = cursor.next(row);
    if (!more) return 0;
    if (!*more) break;
    for (uint32_t c = 0; c < row.size(); ++c) {
      if (!row[c].null) writer.add_encoded(c + 1, columns[c].type, row[c].bytes);
    }
    writer.end_record();
  }
  auto records = verify_record_stream(writer.finish(), columns);
  if (!records || *records != cursor.records()) __builtin_trap();
  return 0;
}
