#pragma once
// Transport that calls handlers in the same process: simulations and fast tests. Honours WireFate
// with the errors that a socket would give.

#include <map>
#include <string>

#include "base/executor.h"
#include "net/http_server.h"
#include "net/transport.h"

namespace otsstream {

class LoopTransport final : public Transport {
 public:
  // `delay`: from send() to the answer, on the executor's clock.
  explicit LoopTransport(Executor& executor, Duration delay = Duration(0))
      : executor_(executor), delay_(delay) {}
  // Requests whose origin is `origin` go to `handler`; another origin fails with "Net-Connect".
  // Before the first send().
  void route(std::string origin, Handler handler);
  void send(Request request, Callback done) override;

 private:
  Executor& executor_;
  Duration delay_;
  std::map<std::string, Handler> routes_;
};

}  // namespace otsstream
