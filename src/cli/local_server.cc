#include "cli/local_server.h"

#include "base/env.h"

namespace otsstream::cli {

Result<local::AccessKeys> local_keys(const std::string& path) {
  std::string file = path.empty() ? read_env("OTSSTREAM_LOCAL_KEYS").value_or("") : path;
  if (file.empty()) return local::AccessKeys::laptop();
  return local::AccessKeys::load(file);
}

}  // namespace otsstream::cli
