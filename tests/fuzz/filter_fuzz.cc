// Filters and column conditions: what decodes encodes to a filter that decodes equally, and can be
// asked of a row.

#include "local/tablestore/row_filter.h"
#include "tablestore/wire/filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  using namespace otsstream::tablestore;
  auto filter = decode_filter(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!filter) return 0;
  const std::string encoded = encode_filter(*filter);
  auto again = decode_filter(encoded);
  if (!again || encode_filter(*again) != encoded) __builtin_trap();
  auto opened = local::RowFilter::open(std::move(*filter), local::LimitRules());
  if (!opened) return 0;
  Row row;
  row.primary_key = {{"id", CellValue::of_string("a")}};
  row.cells = {{"age", CellOp::kPut, CellValue::of_integer(30), 1},
               {"name", CellOp::kPut, CellValue::of_string("alice"), 1}};
  (void)opened->passes(row);
  opened->paginate(row);
  return 0;
}
