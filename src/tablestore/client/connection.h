#pragma once
// Where an instance is and who we are there.

#include <string>

#include "base/secret.h"

namespace otsstream::tablestore {

struct Connection {
  std::string endpoint;  // "http://127.0.0.1:8087" or "https://inst.cn-hangzhou.ots.aliyuncs.com",
                         // no trailing slash
  std::string instance;
  std::string access_id;
  Secret access_key;
  Secret security_token;  // empty unless the credentials are temporary
};

}  // namespace otsstream::tablestore
