#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <thread>
#include <vector>

#include "base/executor.h"

namespace otsstream {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// The executor whose worker this thread is: a task that waits for other tasks could starve the
// pool, so run_until refuses it.
thread_local const void* current_pool = nullptr;

}  // namespace

struct ThreadedExecutor::Impl {
  explicit Impl(const Clock& c) : clock(c) {}

  void work() {
    current_pool = this;
    std::unique_lock lock(mutex);
    for (;;) {
      work_ready.wait(lock, [&] { return stopping || !ready.empty(); });
      if (stopping) return;
      Task task = std::move(ready.front());
      ready.pop_front();
      lock.unlock();
      task();
      task = nullptr;  // what it captured may post, so it dies outside the lock
      lock.lock();
    }
  }

  void keep_time() {
    std::unique_lock lock(mutex);
    while (!stopping) {
      if (timers.empty()) {
        timer_changed.wait(lock);
        continue;
      }
      const SteadyTime due = timers.begin()->first;
      if (std::chrono::steady_clock::now() < due) {
        timer_changed.wait_until(lock, due);
        continue;
      }
      ready.push_back(std::move(timers.begin()->second));
      timers.erase(timers.begin());
      work_ready.notify_one();
    }
  }

  void stop() {
    {
      std::lock_guard lock(mutex);
      stopping = true;
    }
    work_ready.notify_all();
    timer_changed.notify_all();
    for (std::thread& thread : threads) thread.join();
    // Destructors of what the tasks captured may call post(), which from now on drops its task.
    std::deque<Task> dropped_ready;
    std::multimap<SteadyTime, Task> dropped_timers;
    {
      std::lock_guard lock(mutex);
      dropped_ready.swap(ready);
      dropped_timers.swap(timers);
    }
  }

  const Clock& clock;
  std::mutex mutex;  // guards the four below
  bool stopping = false;
  std::deque<Task> ready;
  std::multimap<SteadyTime, Task> timers;  // equal due times keep the order of arrival
  std::condition_variable work_ready;
  std::condition_variable timer_changed;

  std::mutex done_mutex;  // guards generation
  std::condition_variable done_changed;
  uint64_t generation = 0;  // counts notify()

  std::vector<std::thread> threads;
};

ThreadedExecutor::ThreadedExecutor(const Clock& clock, int workers)
    : impl_(std::make_unique<Impl>(clock)) {
  for (int i = 0; i < std::max(1, workers); ++i) {
    impl_->threads.emplace_back([impl = impl_.get()] { impl->work(); });
  }
  impl_->threads.emplace_back([impl = impl_.get()] { impl->keep_time(); });
}

ThreadedExecutor::~ThreadedExecutor() { impl_->stop(); }

void ThreadedExecutor::post(Task task) {
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->stopping) return;
    impl_->ready.push_back(std::move(task));
  }
  impl_->work_ready.notify_one();
}

void ThreadedExecutor::post_after(Duration delay, Task task) {
  if (delay <= Duration::zero()) return post(std::move(task));
  // Years are as good as for ever, and cannot overflow the addition.
  delay = std::min<Duration>(delay, std::chrono::hours(100'000));
  const SteadyTime due = std::chrono::steady_clock::now() + delay;
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->stopping) return;
    impl_->timers.emplace(due, std::move(task));
  }
  impl_->timer_changed.notify_one();
}

Status ThreadedExecutor::run_until(const std::function<bool()>& done) {
  if (current_pool == impl_.get()) {
    return fail(ErrorKind::kInternal, "Executor-Reentry", "a task waits for other tasks");
  }
  for (;;) {
    uint64_t seen;
    {
      std::lock_guard lock(impl_->done_mutex);
      seen = impl_->generation;
    }
    // Outside the lock: done() takes locks of its own, under which others may call notify().
    if (done()) return {};
    std::unique_lock lock(impl_->done_mutex);
    impl_->done_changed.wait(lock, [&] { return impl_->generation != seen; });
  }
}

void ThreadedExecutor::notify() {
  {
    std::lock_guard lock(impl_->done_mutex);
    ++impl_->generation;
  }
  impl_->done_changed.notify_all();
}

const Clock& ThreadedExecutor::clock() const { return impl_->clock; }

}  // namespace otsstream
