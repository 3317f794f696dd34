#pragma once
// Transport over libcurl multi: one I/O thread for all requests, keep-alive, proxies from the
// environment, TLS by the system's store.

#include <memory>

#include "base/executor.h"
#include "net/transport.h"

namespace otsstream {

struct CurlOptions {
  Duration connect_timeout = seconds(50);
  Duration idle_timeout = seconds(50);
  int max_connections_per_host = 64;
  size_t max_answer_bytes = 256u << 20;  // a longer answer fails with "Net-Other"
};

class CurlTransport final : public Transport {
 public:
  // `executor` must outlive the transport. Answers still open at destruction fail with kCancelled.
  explicit CurlTransport(Executor& executor, CurlOptions options = {});
  ~CurlTransport() override;
  void send(Request request, Callback done) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace otsstream
