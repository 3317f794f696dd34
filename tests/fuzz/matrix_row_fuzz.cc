// SimpleRowMatrix blocks.

#include "tablestore/wire/matrix_row.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)otsstream::tablestore::decode_row_matrix(
      std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
