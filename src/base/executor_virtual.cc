#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/random.h"

namespace otsstream {

struct VirtualExecutor::Impl {
  Impl(ManualClock& c, uint64_t seed) : clock(c), random(seed) {}

  // Runs one task, after a jump to its time if nothing is ready now. False when nothing is due up
  // to `limit_us`.
  bool step(int64_t limit_us) {
    if (ready.empty()) {
      if (timers.empty() || timers.begin()->first > limit_us) return false;
      const int64_t ahead = timers.begin()->first - clock.steady_us();
      if (ahead > 0) clock.advance(Duration(ahead));
    }
    const int64_t now = clock.steady_us();
    while (!timers.empty() && timers.begin()->first <= now) {
      ready.push_back(std::move(timers.begin()->second));
      timers.erase(timers.begin());
    }
    std::swap(ready[random.below(ready.size())], ready.back());
    Task task = std::move(ready.back());
    ready.pop_back();
    in_task = true;
    task();
    task = nullptr;  // inside: what it captured may post
    in_task = false;
    return true;
  }

  void stop() {
    stopping = true;
    // Destructors of what the tasks captured may call post(), which from now on drops its task.
    auto dropped_ready = std::exchange(ready, {});
    auto dropped_timers = std::exchange(timers, {});
  }

  ManualClock& clock;
  Random random;
  std::vector<Task> ready;              // due now; the seed chooses
  std::multimap<int64_t, Task> timers;  // by steady time
  bool in_task = false;
  bool stopping = false;
};

VirtualExecutor::VirtualExecutor(ManualClock& clock, uint64_t seed)
    : impl_(std::make_unique<Impl>(clock, seed)) {}

VirtualExecutor::~VirtualExecutor() { impl_->stop(); }

void VirtualExecutor::post(Task task) {
  if (!impl_->stopping) impl_->ready.push_back(std::move(task));
}

void VirtualExecutor::post_after(Duration delay, Task task) {
  if (impl_->stopping) return;
  if (delay <= Duration::zero()) return post(std::move(task));
  const int64_t now = impl_->clock.steady_us();
  const int64_t longest = std::numeric_limits<int64_t>::max() / 2 - now;
  impl_->timers.emplace(now + std::min<int64_t>(delay.count(), longest), std::move(task));
}

Status VirtualExecutor::run_until(const std::function<bool()>& done) {
  if (impl_->in_task) {
    return fail(ErrorKind::kInternal, "Executor-Reentry", "a task waits for other tasks");
  }
  while (!done()) {
    if (!impl_->step(std::numeric_limits<int64_t>::max())) {
      return fail(ErrorKind::kInternal, "Executor-Stuck",
                  "nothing is left to run, but what is waited for has not happened (virtual time " +
                      std::to_string(impl_->clock.steady_us()) + " us)");
    }
  }
  return {};
}

const Clock& VirtualExecutor::clock() const { return impl_->clock; }

void VirtualExecutor::run_for(Duration span) {
  const int64_t end = impl_->clock.steady_us() + span.count();
  while (impl_->step(end)) {
  }
  if (const int64_t left = end - impl_->clock.steady_us(); left > 0) {
    impl_->clock.advance(Duration(left));
  }
}

}  // namespace otsstream
