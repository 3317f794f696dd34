#include "base/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace otsstream {

TokenBucket::TokenBucket(const Clock& clock, double per_second)
    : clock_(clock), per_second_(per_second), balance_(per_second), last_us_(clock.steady_us()) {}

Duration TokenBucket::take(double tokens) {
  if (!limited()) return Duration::zero();
  std::lock_guard lock(mutex_);
  const int64_t now = clock_.steady_us();
  const double earned = static_cast<double>(now - last_us_) * 1e-6 * per_second_;
  last_us_ = now;
  balance_ = std::min(per_second_, balance_ + earned) - tokens;
  if (balance_ >= 0) return Duration::zero();
  constexpr double kLongestUs = 1e15;  // some thirty years: keeps the conversion defined
  return Duration(
      static_cast<int64_t>(std::ceil(std::min(kLongestUs, -balance_ / per_second_ * 1e6))));
}

}  // namespace otsstream
