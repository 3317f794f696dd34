#pragma once
// Data time: what the local Tablestore stamps on commits, versions and expiry. It is the wall clock
// minus a lag, and only rises. A demo or a test can therefore write "an hour ago" while
// authentication, which never looks here, stays on the wall clock.

#include <cstdint>
#include <mutex>

#include "base/clock.h"
#include "base/result.h"

namespace otsstream::local {

// Thread-safe. Times are µs since 1970 UTC.
class DataClock {
 public:
  // `wall` must outlive the clock.
  explicit DataClock(const Clock& wall, Duration lag = Duration(0))
      : wall_(wall), lag_us_(lag.count()) {}

  // Never smaller than an earlier answer of now_us() or next_us().
  int64_t now_us() const;
  // The time of one commit: now, and greater than every earlier commit's (a burst, or a stopped
  // clock, counts on in single µs).
  int64_t next_us();
  // Time that an earlier process has used up: every answer is at least this, every next_us() later.
  void never_before(int64_t us);

  // What /control/clock shows.
  struct State {
    int64_t now_us = 0;
    int64_t lag_us = 0;  // of a running clock
    bool stopped = false;
  };
  State state() const;

  // Runs on, `lag` behind the wall clock. A greater lag than before does not turn time back: it
  // stands until the wall clock has caught up.
  void set_lag(Duration lag);
  // Jumps to `us` and keeps its state (running or stopped). Fails with kConflict "Clock-Backwards"
  // when that lies in the past.
  Status set(int64_t us);
  void stop();
  void run();  // on from where it stands
  // Jumps ahead, stopped or not. Fails with kConflict "Clock-Backwards" for a negative step.
  Status step(Duration by);

 private:
  int64_t now_locked() const;

  const Clock& wall_;
  mutable std::mutex mutex_;
  int64_t lag_us_;
  bool stopped_ = false;
  mutable int64_t last_us_ = 0;  // greatest time shown so far; the time itself while stopped
};

}  // namespace otsstream::local
