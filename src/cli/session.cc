#include "cli/session.h"

#include <signal.h>
#include <unistd.h>

#include "base/env.h"

namespace otsstream::cli {

namespace {

CancelToken* cancelled_by_signal = nullptr;

void on_signal(int) {
  if (cancelled_by_signal == nullptr || cancelled_by_signal->cancelled()) _exit(143);
  cancelled_by_signal->cancel();
}

}  // namespace

Session::Session(int workers)
    : random(Random::system_seed()), executor(clock, workers), transport(executor) {}

Result<job::Connections> load_connections(std::string path, const std::string& environment) {
  if (path.empty()) path = read_env("OTSSTREAM_CONNECTIONS").value_or("");
  if (path.empty()) return job::Connections();
  return job::Connections::load(path, environment);
}

void cancel_on_signals(CancelToken& token) {
  cancelled_by_signal = &token;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

}  // namespace otsstream::cli
