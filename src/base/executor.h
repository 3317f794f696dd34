#pragma once
// Where work runs. Data paths are written as callbacks on an Executor; control paths (plan, begin,
// commit) are straight-line code on one coordinator thread that waits with await(). So the same
// code runs on real threads and, seeded, on one thread in virtual time.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/result.h"

namespace otsstream {

class Executor {
 public:
  using Task = std::function<void()>;
  virtual ~Executor() = default;

  // Runs `task` soon, on any worker. Never inline. Tasks must not block, sleep or call run_until.
  virtual void post(Task task) = 0;
  // Runs `task` after `delay`.
  virtual void post_after(Duration delay, Task task) = 0;
  // Waits until done() is true. Only the coordinator thread may call it. done() is evaluated after
  // notify() and, in virtual time, after every event. Fails with kInternal "Executor-Stuck" in
  // virtual time when nothing is left to run.
  virtual Status run_until(const std::function<bool()>& done) = 0;
  // Wakes run_until so that it evaluates done() again. Any thread.
  virtual void notify() = 0;
  virtual const Clock& clock() const = 0;
};

// N worker threads and one timer thread.
class ThreadedExecutor final : public Executor {
 public:
  // `clock` must outlive the executor; delays are measured in real time.
  ThreadedExecutor(const Clock& clock, int workers);
  ~ThreadedExecutor() override;  // runs no further tasks, joins; tasks not yet run are destroyed
  void post(Task task) override;
  void post_after(Duration delay, Task task) override;
  Status run_until(const std::function<bool()>& done) override;
  void notify() override;
  const Clock& clock() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One thread, virtual time: time jumps to the next event. Among tasks that are ready at the same
// time the seed chooses.
class VirtualExecutor final : public Executor {
 public:
  VirtualExecutor(ManualClock& clock, uint64_t seed);
  ~VirtualExecutor() override;
  void post(Task task) override;
  void post_after(Duration delay, Task task) override;
  Status run_until(const std::function<bool()>& done) override;
  void notify() override {}
  const Clock& clock() const override;
  // Runs everything that is due within `span` of virtual time, then leaves the clock at its end.
  void run_for(Duration span);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Runs its tasks one at a time, in order, on an Executor: the lock of a state machine. Copies share
// the queue.
class Strand {
 public:
  explicit Strand(Executor& executor);
  void post(Executor::Task task) const;
  Executor& executor() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Starts an asynchronous call and waits for its callback:
//   Result<T> r = await<T>(executor, [&](auto done) { client.get(..., done); });
// Only on the coordinator thread. `executor` and what `start` uses must outlive the callback.
template <class T>
Result<T> await(Executor& executor,
                const std::function<void(std::function<void(Result<T>)>)>& start) {
  struct State {
    std::mutex mutex;
    std::optional<Result<T>> value;
  };
  auto state = std::make_shared<State>();
  start([state, &executor](Result<T> value) {
    {
      std::lock_guard lock(state->mutex);
      state->value.emplace(std::move(value));
    }
    executor.notify();
  });
  Status waited = executor.run_until([&] {
    std::lock_guard lock(state->mutex);
    return state->value.has_value();
  });
  if (!waited) return fail(waited.error());
  std::lock_guard lock(state->mutex);
  return std::move(*state->value);
}

}  // namespace otsstream
