#include "base/retry_policy.h"

#include <algorithm>

namespace otsstream {

std::optional<Duration> RetryState::next_pause(const Error& error, bool idempotent) {
  if (error.retry == RetryClass::kNever) return std::nullopt;
  if (error.retry == RetryClass::kIdempotentOnly && !idempotent) return std::nullopt;
  if (retries_ >= settings_->max_retries) return std::nullopt;

  Duration pause = settings_->first_pause;
  for (int k = 0; k < retries_ && pause < settings_->max_pause; ++k) {
    pause *= 2;
  }
  pause = std::min(pause, settings_->max_pause);
  ++retries_;
  if (settings_->jitter > 0) {
    const double factor = 1 + settings_->jitter * (2 * random_->unit() - 1);
    pause = Duration(static_cast<int64_t>(static_cast<double>(pause.count()) * factor));
  }
  return pause;
}

}  // namespace otsstream
