// Tunnel record streams against a fixed schema.

#include "maxcompute/wire/record_stream_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream::maxcompute;
  static const std::vector<Column> columns = [] {
    std::vector<Column> list;
    for (const char* type :
         {"bigint", "double", "boolean", "string", "binary", "datetime", "float", "tinyint"})
      list.push_back({std::string("c") + type, *parse_type(type), "", true});
    return list;
  }();
  (void)verify_record_stream(std::string_view(reinterpret_cast<const char*>(data), size), columns);
  return 0;
}
