#pragma once
// Signatures of requests and answers, made and checked (tablestore-protocol.md 1.3 - 1.7). Headers
// here are lower-case name/value pairs; this folder knows no HTTP library.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace otsstream::tablestore {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// base64(HMAC-SHA1(secret, path \n POST \n \n x-ots-* headers)); `path` is "/PutRow". Headers in
// any order and case; signature headers are left out.
std::string sign_request_v2(std::string_view secret, std::string_view path,
                            const HeaderList& headers);
// The V4 signing key: base64 text of k4 (1.5).
std::string v4_signing_key(std::string_view secret, std::string_view sign_date,
                           std::string_view region);
std::string sign_request_v4(std::string_view signing_key, std::string_view path,
                            const HeaderList& headers);
// base64(HMAC-SHA1(key, x-ots-* headers, path)); key = secret (V2) or the V4 signing key.
std::string sign_response(std::string_view key, std::string_view path, const HeaderList& headers);

// base64(MD5(body))
std::string content_md5(std::string_view body);

// "2026-11-22T14:04:50.398Z" both ways; any number of fraction digits is accepted and ignored
// beyond the second (Go, 1.3). Epoch ms.
std::string format_date(int64_t epoch_ms);
Result<int64_t> parse_date(std::string_view text);

}  // namespace otsstream::tablestore
