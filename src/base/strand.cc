#include <deque>
#include <utility>

#include "base/executor.h"

namespace otsstream {

struct Strand::Impl : std::enable_shared_from_this<Strand::Impl> {
  // The strand's place in the executor's queue: runs one task and queues up again, so that a busy
  // strand starves nobody and virtual time may put others in between. If the executor drops it, the
  // tasks are dropped too; else objects that hold the strand and sit in its queue would keep each
  // other alive.
  struct Turn {
    explicit Turn(std::shared_ptr<Impl> s) : strand(std::move(s)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (strand) strand->abandon();
    }
    std::shared_ptr<Impl> strand;
  };

  explicit Impl(Executor& e) : executor(e) {}

  void queue_up() {
    auto turn = std::make_shared<Turn>(shared_from_this());
    executor.post([turn = std::move(turn)] { std::exchange(turn->strand, nullptr)->run_one(); });
  }

  void run_one() {
    Executor::Task task;
    {
      std::lock_guard lock(mutex);
      task = std::move(tasks.front());
      tasks.pop_front();
    }
    task();
    task = nullptr;  // outside the lock, and still alone on the strand
    {
      std::lock_guard lock(mutex);
      if (tasks.empty()) {
        queued = false;
        return;
      }
    }
    queue_up();
  }

  void abandon() {
    std::deque<Executor::Task> dropped;  // dies after the lock: what the tasks captured may post
    std::lock_guard lock(mutex);
    queued = false;
    dropped.swap(tasks);
  }

  Executor& executor;
  std::mutex mutex;  // guards the two below
  std::deque<Executor::Task> tasks;
  bool queued = false;  // a Turn is in the executor's queue, or running
};

Strand::Strand(Executor& executor) : impl_(std::make_shared<Impl>(executor)) {}

void Strand::post(Executor::Task task) const {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->tasks.push_back(std::move(task));
    if (impl_->queued) return;
    impl_->queued = true;
  }
  impl_->queue_up();
}

Executor& Strand::executor() const { return impl_->executor; }

}  // namespace otsstream
