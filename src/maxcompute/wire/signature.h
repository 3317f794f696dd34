#pragma once
// Authorization of REST and Tunnel requests, made and checked (maxcompute-protocol.md 1.3 - 1.5).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace otsstream::maxcompute {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// `resource`: raw path after the endpoint's base path ("/projects/p/tables/t"), still
// percent-encoded; `query`: raw, without '?'.
std::string canonical_string(std::string_view method, std::string_view resource,
                             std::string_view query, const HeaderList& headers);
// "ODPS <id>:<signature>"
std::string authorization_v2(std::string_view access_id, std::string_view access_key,
                             std::string_view canonical);
// "ODPS <id>/<yyyyMMdd>/<region>/odps/aliyun_v4_request:<signature>"
std::string authorization_v4(std::string_view access_id, std::string_view access_key,
                             std::string_view utc_day, std::string_view region,
                             std::string_view canonical);

// What an Authorization header claims, before any key is known.
struct Credential {
  std::string access_id;
  bool v4 = false;
  std::string utc_day;
  std::string region;
  std::string signature;
};
Result<Credential> parse_authorization(std::string_view header);
// True when `credential` was made with `access_key` over `canonical`.
bool verify(const Credential& credential, std::string_view access_key, std::string_view canonical);

}  // namespace otsstream::maxcompute
