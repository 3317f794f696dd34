#pragma once
// Lists of projects and of instances, in pages (maxcompute-protocol.md 2.1, 2.5).

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "local/maxcompute/backend.h"
#include "local/maxcompute/call.h"

namespace otsstream::local {

inline constexpr size_t kMaxItems = 1000;  // of one page

// A parameter that counts things: at most `most`, which it also is when it is absent. Fails with
// "InvalidArgument".
Result<size_t> count_param(const Call& call, std::string_view key, size_t most);

// `name` (a prefix), `owner`, `marker`, `maxitems`.
Result<Response> list_projects(const Backend& backend, const Call& call);
// The latest first; `status`, `daterange` (from:to, in seconds), `marker`, `maxitems`.
Result<Response> list_instances(const Backend& backend, const Call& call);

}  // namespace otsstream::local
