#pragma once
// HTTP/1.1 server: one I/O thread, keep-alive, handlers on a small pool. http_server.cc is the only
// file that sees Beast.

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/http_message.h"

namespace otsstream {

// May be called from several threads at once.
using Handler = std::function<Response(const Request&)>;

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;  // 0: the system chooses
  int handler_threads = 2;
  size_t max_body_bytes = 256u << 20;  // beyond it: 413 and the connection is closed
  Duration idle_timeout = seconds(120);
  Duration header_timeout = seconds(30);
};

class HttpServer {
 public:
  // Listens when it returns. Fails with kResource "Net-Bind" when the address is taken, kConfig
  // "Net-Address" when it is no address.
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, Handler handler);
  ~HttpServer();  // closes connections, waits for running handlers
  int port() const;
  std::string origin() const;  // "http://127.0.0.1:8087"

  struct Impl;  // known to http_server.cc only

 private:
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace otsstream
