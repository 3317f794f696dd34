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
};

struct ClientOptions {
  RetrySettings retry{10, seconds(1), seconds(64), 0.2};
  Duration connect_timeout = seconds(50);
  Duration idle_timeout = seconds(100);
  const CancelToken* cancel = nullptr;
};

}  // namespace otsstream::maxcompute
