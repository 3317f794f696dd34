#pragma once
// Control of the local Tablestore over HTTP: data time, partitions, log expiry, faults, Streams,
// counters. JSON in, JSON out; docs/local-tablestore.md describes every request. Served on the same
// loopback port as the operations, before their routing. The requests themselves are in
// control_*.cc, one file per subject, and their bodies are declared in control_params.h.

#include <string_view>
#include <vector>

#include "base/secret.h"
#include "local/tablestore/server.h"
#include "net/http_message.h"

namespace otsstream::local {

inline constexpr std::string_view kControlKeyHeader = "x-otsstream-control-key";

class Control {
 public:
  // `server` must outlive this. With keys, a request needs the header kControlKeyHeader with one of
  // them (403 otherwise).
  explicit Control(TablestoreServer& server, std::vector<Secret> keys = {})
      : server_(server), keys_(std::move(keys)) {}

  // Whether a request path belongs here ("/control/...").
  static bool owns(std::string_view path) { return path.starts_with("/control/"); }
  // Thread-safe. Errors: 4xx or 500 with {"code", "message", "remedy"}.
  Response handle(const Request& request);

 private:
  bool may_control(const Request& request) const;
  Result<std::string> answer(const Request& request);

  TablestoreServer& server_;
  const std::vector<Secret> keys_;
};

// Control paths to `control`, everything else to `server`; both must outlive the handler. What a
// listener of the local Tablestore is given.
Handler with_control(TablestoreServer& server, Control& control);

}  // namespace otsstream::local
