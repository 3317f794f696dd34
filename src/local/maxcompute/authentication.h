#pragma once
// Who sent a request, and is it fresh: signatures V2 and V4, Date within 15 minutes of our clock.

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "net/http_message.h"

namespace otsstream::local {

inline constexpr Duration kMaxClockSkew = seconds(15 * 60);

// `resource`: raw path behind the endpoint's base path (maxcompute-protocol.md 9, T1). Fails with
// kPermission: "Unauthorized" (no or malformed Authorization or Date), "ODPS-0410051" (unknown
// access id, security token), "ODPS-0410031" (too old, too new), "ODPS-0410042" (signature).
// `sts_tokens`: of the access ids whose requests must carry exactly this token.
Status authenticate(const Request& request, std::string_view resource,
                    const std::map<std::string, Secret>& access_keys,
                    const std::map<std::string, Secret>& sts_tokens, const Clock& clock);

}  // namespace otsstream::local
