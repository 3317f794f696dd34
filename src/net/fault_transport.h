#pragma once
// Transport that spoils what passes through it, from rules and a seed: the network of the
// simulations.

#include <functional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/random.h"
#include "net/transport.h"

namespace otsstream {

enum class Fault {
  kResetBeforeSend,  // the server never sees the request
  kResetAfterSend,   // the server acts, the answer is lost
  kTruncateAnswer,   // the answer ends in the middle: "Net-Truncated"
  kCutBody,          // the same, but nobody noticed on the way: a whole answer with less in it
  kFlipBit,          // one bit of the answer's body is wrong
  kCutRequest,       // the request's body arrives with less in it, and nobody noticed on the way
  kFlipRequestBit,   // one bit of the request's body arrives wrong
  kDelay,            // the answer comes `delay` later
  kStatus,           // the server never sees it; `answer` comes back instead
  kTimeout,  // nothing comes back for the idle time-out, then kTimeout; the server acts in every
             // second case
};

struct FaultRule {
  Fault fault = Fault::kDelay;
  std::string method;          // "GET"; empty: every request
  std::string path_contains;   // likewise
  std::string query_contains;  // likewise
  double probability = 1.0;
  int skip = 0;       // let the first so many matching requests pass
  int count = -1;     // then apply so many times; -1 for ever
  Duration delay{0};  // kDelay; also before the outcome of kResetBeforeSend and kStatus
  Response answer;    // kStatus only
  // Called from send() with the request when the rule takes effect; may be empty.
  std::function<void(const Request&)> applied{};
};

class FaultTransport final : public Transport {
 public:
  // Rules are asked in the order of add(); the first that applies to a request decides.
  FaultTransport(Transport& below, Executor& executor, uint64_t seed);
  void add(FaultRule rule);
  void clear();
  uint64_t faults_injected() const;
  void send(Request request, Callback done) override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace otsstream
