#include "tablestore/wire/protobuf_io.h"

#include <google/protobuf/stubs/logging.h>

namespace otsstream::tablestore {

void keep_protobuf_quiet() {
  [[maybe_unused]] static const auto before = google::protobuf::SetLogHandler(nullptr);
}

}  // namespace otsstream::tablestore
