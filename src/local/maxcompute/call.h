#pragma once
// One authenticated request, taken apart for the routes.

#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"

namespace otsstream::local {

struct Call {
  const Request& request;
  std::vector<std::string>
      path;  // decoded segments behind the base path: "projects", "p", "tables", "t"
  std::vector<QueryParam> params;
  std::string origin;  // of this server

  std::string_view method() const { return request.method; }
  // Clients write valueless keys as "k", "k=" or "k=1": only their presence counts (1.1).
  bool has(std::string_view key) const { return find_param(params, key) != nullptr; }
  std::string value(std::string_view key) const {
    const QueryParam* found = find_param(params, key);
    return found != nullptr ? found->value : std::string();
  }
  // PyODPS writes True, Java true.
  bool is_true(std::string_view key) const {
    const std::string text = value(key);
    return text == "true" || text == "True" || text == "TRUE";
  }
};

// Decoded segments; empty ones (a doubled or closing '/') are left out.
std::vector<std::string> path_segments(std::string_view path);

}  // namespace otsstream::local
