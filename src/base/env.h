#pragma once
// The process's environment. Nobody else calls getenv, so that one search finds everything that
// depends on it.

#include <optional>
#include <string>

namespace otsstream {

// Nothing when the variable is not set; an empty text when it is set to nothing.
std::optional<std::string> read_env(const std::string& name);

}  // namespace otsstream
