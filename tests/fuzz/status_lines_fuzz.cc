// Lines of `otsstream status import`: what is taken is written as lines that say the same.

#include "sync/status_lines.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto rows = sync::read_json_lines(text, "fuzz");
  if (!rows) return 0;
  const std::string lines = sync::to_json_lines(*rows);
  auto again = sync::read_json_lines(lines, "again");
  if (!again || sync::to_json_lines(*again) != lines) __builtin_trap();
  return 0;
}
