// Job texts.

#include "config/json_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto document =
      otsstream::parse_json(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!document && document.error().where.empty())
    __builtin_trap();  // an error without a place helps nobody
  return 0;
}
