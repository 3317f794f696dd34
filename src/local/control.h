#pragma once
// Control of the local Tablestore over HTTP: data time, partitions, log expiry, counters. JSON in,
// JSON out; docs/local-tablestore.md describes every path. Served on the same loopback port as the
// operations, before their routing:
//
//   GET  /control/clock                      {"now_us", "lag_ms", "stopped"}
//   POST /control/clock                      one of {"lag_ms": n} {"set_ms": n} {"stop": true}
//   {"run": true} {"step_ms": n} POST /control/split                      {"table", "key"?: text or
//   integer, "key_base64"?: for BINARY keys, "shard"?: which one to halve} POST /control/merge
//   {"table", "shard_a", "shard_b"}: two neighbours POST /control/expire {"table", "until_ms"}: log
//   records before that time are gone GET  /control/counters                   {"operations":
//   {"PutRow": {"requests", "errors", "bytes_in", "bytes_out"}}}
//
// Every body may name an "instance"; it is needed when the server has several.

#include <string_view>

#include "base/secret.h"
#include "local/tablestore/server.h"
#include "net/http_message.h"

namespace otsstream::local {

class Control {
 public:
  // `server` must outlive this. With a key, a request needs the header `x-otsstream-control-key`
  // with it (403 otherwise).
  explicit Control(TablestoreServer& server, Secret key = {})
      : server_(server), key_(std::move(key)) {}

  // Whether a request path belongs here ("/control/...").
  static bool owns(std::string_view path) { return path.starts_with("/control/"); }
  // Thread-safe. Errors: 4xx with {"code", "message", "remedy"}.
  Response handle(const Request& request);

 private:
  TablestoreServer& server_;
  Secret key_;
};

// Control paths to `control`, everything else to `server`; both must outlive the handler. What a
// listener of the local Tablestore is given.
Handler with_control(TablestoreServer& server, Control& control);

}  // namespace otsstream::local
