// PlainBuffer rows; what decodes must encode to rows that decode equally.

#include "tablestore/wire/plain_buffer_reader.h"
#include "tablestore/wire/plain_buffer_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream::tablestore;
  PlainBufferReader reader(std::string_view(reinterpret_cast<const char*>(data), size));
  RowView row;
  for (auto more = reader.next(row); more && *more; more = reader.next(row)) {
    std::string again;
    append_header(again);
    append_row(again, row);
    RowView second;
    if (!read_single_row(again, second)) __builtin_trap();
    if (second.cells.size() != row.cells.size() ||
        second.primary_key.size() != row.primary_key.size())
      __builtin_trap();
  }
  return 0;
}
