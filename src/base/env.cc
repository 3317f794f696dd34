#include "base/env.h"

#include <cstdlib>

namespace otsstream {

std::optional<std::string> read_env(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace otsstream
