// Tags of time-series rows, `["k1=v1","k2=v2"]`: views into the text, or nothing.

#include "reader/shape_timeseries.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::pair<std::string_view, std::string_view>> tags;
  if (!reader::parse_tags(text, tags)) return 0;
  auto lies_in = [&](std::string_view part) {
    return part.empty() ||
           (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
  };
  for (const auto& [name, value] : tags)
    if (!lies_in(name) || !lies_in(value)) __builtin_trap();
  return 0;
}
