#include "writer/odps/block_queue.h"

#include <utility>

#include "base/kill_point.h"

namespace otsstream::writer {

BlockQueue::BlockQueue(Executor& executor, std::shared_ptr<maxcompute::UploadSession> session,
                       ByteBudget::Lease lease)
    : executor_(executor), session_(std::move(session)), lease_(std::move(lease)) {}

Status BlockQueue::outcome_locked() const {
  if (failure_) return fail(*failure_);
  return {};
}

Status BlockQueue::status() const {
  std::lock_guard lock(mutex_);
  return outcome_locked();
}

void BlockQueue::push(int place, SharedBuffer block) {
  {
    std::lock_guard lock(mutex_);
    if (failure_) return;
    if (in_flight_) {
      waiting_.push_back({place, std::move(block)});
      return;
    }
    in_flight_ = true;
  }
  send({place, std::move(block)});
}

void BlockQueue::send(Block block) {
  KILL_POINT("odps.block.before_put");
  session_->put_block(block.place, std::move(block.bytes),
                      [self = shared_from_this()](Status outcome) {
                        if (outcome) KILL_POINT("odps.block.after_put");
                        self->block_arrived(std::move(outcome));
                      });
}

void BlockQueue::block_arrived(Status outcome) {
  std::optional<Block> next;
  std::function<void()> ready;
  std::function<void(Status)> drained;
  Status result;
  {
    std::lock_guard lock(mutex_);
    in_flight_ = false;
    if (!outcome) {
      failure_ = std::move(outcome).error();
      waiting_.clear();
    }
    if (!waiting_.empty()) {
      next = std::move(waiting_.front());
      waiting_.pop_front();
      in_flight_ = true;
    }
    if (waiting_.empty()) ready = std::exchange(ready_, nullptr);
    if (!in_flight_) drained = std::exchange(drained_, nullptr);
    result = outcome_locked();
  }
  if (next) send(std::move(*next));
  if (ready) ready();
  if (drained) drained(std::move(result));
}

bool BlockQueue::accepts_more(std::function<void()> ready) {
  std::lock_guard lock(mutex_);
  if (waiting_.empty()) return true;
  ready_ = std::move(ready);
  return false;
}

void BlockQueue::drain(std::function<void(Status)> done) {
  Status result;
  {
    std::lock_guard lock(mutex_);
    if (in_flight_) {
      drained_ = std::move(done);
      return;
    }
    result = outcome_locked();
  }
  executor_.post([done = std::move(done), result = std::move(result)] { done(result); });
}

void BlockQueue::abandon() {
  // Destroyed after the lock: what they captured may own the channel.
  std::function<void()> ready;
  std::function<void(Status)> drained;
  std::lock_guard lock(mutex_);
  waiting_.clear();
  ready.swap(ready_);
  drained.swap(drained_);
}

}  // namespace otsstream::writer
