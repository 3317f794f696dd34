// Single values, encoded and as texts; the first byte picks the type. What is read must be written
// again as it was, and its text must never break anything.

#include "maxcompute/wire/cell.h"
#include "maxcompute/wire/cell_text.h"

namespace {

using namespace otsstream;
using namespace otsstream::maxcompute;

// A value that was accepted can be encoded and is accepted again.
void encode_again(const Cell& cell, const ColumnType& type, std::string& out) {
  if (!append_encoded(out, cell, type) || !decode_cell(out, type)) __builtin_trap();
}

void try_encoded(std::string_view bytes, const ColumnType& type) {
  auto cell = decode_cell(bytes, type);
  if (!cell) return;
  std::string again;
  encode_again(*cell, type, again);
  // A signalling NaN may become a quiet one on the way through a double.
  if (again != bytes && type.text.find("float") == std::string::npos) __builtin_trap();
  std::string text;
  append_text(text, *cell, type, Zone::china());
  (void)parse_text(text, type, Zone::china());
}

void try_text(std::string_view text, const ColumnType& type) {
  auto parsed = parse_text(text, type, Zone::china());
  if (!parsed || parsed->cell.null) return;
  std::string encoded;
  encode_again(parsed->cell, type, encoded);
  std::string shown;
  append_text(shown, parsed->cell, type, Zone::china());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<ColumnType> types = [] {
    std::vector<ColumnType> list;
    for (const char* type : {"array<bigint>",
                             "map<string,bigint>",
                             "struct<x:int,y:string>",
                             "array<struct<p:double,q:array<string>>>",
                             "timestamp",
                             "timestamp_ntz",
                             "interval_day_time",
                             "interval_year_month",
                             "decimal(20,4)",
                             "json",
                             "datetime",
                             "date",
                             "map<date,array<decimal(9,2)>>",
                             "map<binary,struct<`a b`:float,j:json>>",
                             "array<map<tinyint,timestamp>>",
                             "struct<a:boolean,b:char(2),c:interval_day_time>",
                             "double",
                             "float",
                             "smallint",
                             "map<array<int>,varchar(3)>"})
      list.push_back(*parse_type(type));
    return list;
  }();
  if (size == 0) return 0;
  const ColumnType& type = types[data[0] % types.size()];
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  try_encoded(rest, type);
  try_text(rest, type);
  return 0;
}
