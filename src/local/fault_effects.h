#pragma once
// What a chosen fault does to the bytes of a request and of its answer; the same for both services.

#include "local/fault_rules.h"
#include "net/http_message.h"

namespace otsstream::local {

// The request as it arrives.
Request spoiled(const Fault& fault, Request request);
// The finished answer as it leaves.
void spoil(const Fault& fault, Response& response);

}  // namespace otsstream::local
