#pragma once
// One rate limit of a job (job-engine.md 6.1, 7): tokens are bytes or records. Pure arithmetic on a
// Clock; the caller does the waiting (Executor::post_after), so nothing sleeps.

#include <cstdint>
#include <mutex>

#include "base/clock.h"

namespace otsstream {

class TokenBucket {
 public:
  // `per_second` <= 0: no limit. Up to one second's worth may be taken at once.
  TokenBucket(const Clock& clock, double per_second);
  // Takes `tokens` (the balance may become negative) and says how long the caller has to wait
  // before it goes on; zero = go on.
  Duration take(double tokens);
  bool limited() const { return per_second_ > 0; }

 private:
  const Clock& clock_;
  const double per_second_;
  std::mutex mutex_;
  double balance_;
  int64_t last_us_;
};

}  // namespace otsstream
