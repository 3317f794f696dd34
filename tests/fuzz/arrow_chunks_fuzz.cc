// Chunks around Arrow messages: what is taken comes out of writing it again.

#include <cstdlib>

#include "maxcompute/wire/arrow/chunks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream::maxcompute;
  auto payload = arrow::read_chunks(std::string_view(reinterpret_cast<const char*>(data), size));
  if (payload && arrow::read_chunks(arrow::write_chunks(*payload, 16)).value() != *payload) {
    std::abort();
  }
  return 0;
}
