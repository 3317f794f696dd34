#pragma once
// A request to stop, seen by everything that runs for one job.

#include <atomic>

#include "base/result.h"

namespace otsstream {

class CancelToken {
 public:
  // Safe inside a signal handler.
  void cancel() { cancelled_.store(true); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  Status check() const {
    if (cancelled()) return fail(ErrorKind::kCancelled, "Cancelled", "stopped by the user");
    return {};
  }

 private:
  std::atomic<bool> cancelled_{false};
};

}  // namespace otsstream
