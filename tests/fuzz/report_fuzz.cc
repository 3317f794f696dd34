// Reports of runs, as `otsstream verify` reads them: the reader in one is JSON, with another
// connection too.

#include "sync/recorded_run.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  auto run = sync::read_report(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!run) return 0;
  if (run->units.size() != run->manifests.size()) __builtin_trap();
  if (!run->reader->is_object()) return 0;
  if (!parse_json(sync::with_datasource(*run->reader, "elsewhere"), "again", {.strict = true}))
    __builtin_trap();
  return 0;
}
