// The shard list of a job description row.

#include "reader/status_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)otsstream::reader::decode_shard_list(
      std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
