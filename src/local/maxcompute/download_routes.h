#pragma once
// Download sessions of the Tunnel, of tables and of the results of statements
// (maxcompute-protocol.md 3.4, 2.5).

#include "base/result.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"

namespace otsstream::local {

// A session's JSON, with the header that keeps the Java client from shifting DATETIME values.
Response session_answer(std::string json);
Response download_answer(const DownloadState& state);

// /projects/P/tables/T with `downloads` or `downloadid`; `key` has table and partition. Errors
// carry the service's codes.
Result<Response> answer_table_download(const Backend& backend, const Call& call, SessionKey key);

// /projects/P/instances/I, the result of a SELECT.
Result<Response> answer_result_download(const Backend& backend, const Call& call,
                                        const std::string& instance);

}  // namespace otsstream::local
