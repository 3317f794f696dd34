#pragma once
// Where a project is and who we are there.

#include <string>

#include "base/cancel.h"
#include "base/retry_policy.h"
#include "base/secret.h"

namespace otsstream::maxcompute {

struct Connection {
  std::string endpoint;         // "http://host:port/api", no trailing slash
  std::string tunnel_endpoint;  // "" = ask the endpoint (3.1)
  std::string project;
  std::string access_id;
  Secret access_key;
  Secret security_token;
  std::string region{};  // "cn-hangzhou": requests are signed by V4; "" = V2 (1.3, 1.4)
  std::string
      tunnel_quota{};  // `quotaName` of routing and Tunnel calls; "" = the project's default
};

struct ClientOptions {
  RetrySettings retry{10, seconds(1), seconds(64), 0.2};
  Duration connect_timeout = seconds(50);
  Duration idle_timeout = seconds(100);
  const CancelToken* cancel = nullptr;
};

}  // namespace otsstream::maxcompute
