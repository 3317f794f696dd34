#pragma once
// One operation: sign, send, verify the answer, classify the error, try again
// (tablestore-protocol.md 1, otsstream-reader.md 10). Knows no message.

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/executor.h"
#include "base/random.h"
#include "base/retry_policy.h"
#include "net/transport.h"
#include "tablestore/client/connection.h"

namespace otsstream::tablestore {

struct CallerOptions {
  RetrySettings retry;
  Duration connect_timeout = seconds(50);
  Duration idle_timeout = seconds(50);
  size_t max_answer_bytes = 64u << 20;
  const CancelToken* cancel = nullptr;  // checked before each try
};

// What a call may do after an error that leaves open whether it took effect (the answer was lost,
// the server gave up half way).
enum class Repeat {
  kSafe,   // send the same bytes again: reads, unconditional writes, and table operations, whose
           // callers take "exists already" and "does not exist" as news about the table, not about
           // themselves
  kNever,  // the first answer counts
  kOnlyIfRefused,  // conditional writes, increments, auto-increment keys: sent again only after
                   // errors that cannot have taken effect; else the error comes back with
                   // RetryClass::kIdempotentOnly and the caller looks what happened
};

// Shared by all calls of a job; thread-safe.
class Caller : public std::enable_shared_from_this<Caller> {
 public:
  using Callback = std::function<void(Result<SharedBuffer>)>;
  // `transport`, `executor` and `random` must outlive the caller and its calls.
  static std::shared_ptr<Caller> create(Connection connection, Transport& transport,
                                        Executor& executor, Random& random, CallerOptions options);

  // Retried: every server error but the ten of otsstream-reader.md 10.1, every network error,
  // damaged answers. `operation`: "GetStreamRecord". `done` gets the verified body of a 200 answer,
  // on the executor. Errors carry operation and request id; never retried: undecodable or unsigned
  // answers beyond the connection's faults (otsstream-reader.md 10.1). `subject` names the thing in
  // messages ("table person").
  void call(std::string operation, SharedBuffer body, std::string subject, Callback done,
            Repeat repeat = Repeat::kSafe);

  const Connection& connection() const;
  Executor& executor() const;
  uint64_t retries() const;         // of all calls so far
  uint64_t bytes_received() const;  // bodies of 200 answers
  // Server time minus our time as the last answer showed it, in ms (otsstream check, clock skew
  // hints).
  int64_t clock_difference_ms() const;

 private:
  struct Impl;
  explicit Caller(std::unique_ptr<Impl> impl);
  struct Attempt;
  std::unique_ptr<Impl> impl_;

 public:
  ~Caller();
};

}  // namespace otsstream::tablestore
