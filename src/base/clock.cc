#include "base/clock.h"

namespace otsstream {
namespace {

template <class SomeClock>
int64_t now_us() {
  return std::chrono::duration_cast<Duration>(SomeClock::now().time_since_epoch()).count();
}

}  // namespace

int64_t SystemClock::wall_us() const { return now_us<std::chrono::system_clock>(); }
int64_t SystemClock::steady_us() const { return now_us<std::chrono::steady_clock>(); }

}  // namespace otsstream
