#pragma once
// When to try again and after what pause. Settings are shared and immutable; the state of one call
// is its own object (otsstream-reader.md 13, D1 and D2: exactly max_retries retries).

#include <optional>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"

namespace otsstream {

struct RetrySettings {
  int max_retries = 30;
  Duration first_pause = milliseconds(100);
  Duration max_pause = seconds(10);
  double jitter = 0.2;  // each pause is multiplied by 1 - jitter … 1 + jitter
};

class RetryState {
 public:
  RetryState(const RetrySettings& settings, Random& random)
      : settings_(&settings), random_(&random) {}
  // The pause before the next try, or nothing when `error` is final: its class forbids it, or the
  // retries are used up. `idempotent`: the operation may be repeated although it may have taken
  // effect.
  std::optional<Duration> next_pause(const Error& error, bool idempotent);
  int retries() const { return retries_; }

 private:
  const RetrySettings* settings_;
  Random* random_;
  int retries_ = 0;
};

}  // namespace otsstream
