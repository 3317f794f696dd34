#pragma once
// What a command that talks to services needs for its lifetime: clock, threads, network,
// randomness, and the user's wish to stop.

#include <memory>
#include <string>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "job/connections.h"
#include "net/curl_transport.h"

namespace otsstream::cli {

struct Session {
  explicit Session(int workers = 2);
  SystemClock clock;
  Random random;
  ThreadedExecutor executor;
  CurlTransport transport;
};

// The connections file of --connections, else of $OTSSTREAM_CONNECTIONS, else none.
Result<job::Connections> load_connections(std::string path, const std::string& environment);

// SIGINT and SIGTERM cancel `token`; a second one ends the process at once with status 143. One
// token at a time.
void cancel_on_signals(CancelToken& token);

}  // namespace otsstream::cli
