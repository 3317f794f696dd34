#include "writer/odps/block_queue.h"

#include <utility>

#include "base/kill_point.h"

namespace otsstream::writer {

namespace {

// Small blocks of many partitions need not wait for each other's round trips.
constexpr int kMaxInFlight = 8;

}  // namespace

BlockQueue::BlockQueue(Executor& executor, std::optional<Codec> codec, size_t window,
                       ByteBudget::Lease lease)
    : executor_(executor), codec_(codec), lease_(std::move(lease)), window_(window) {}

Status BlockQueue::outcome_locked() const {
  if (failure_) return fail(*failure_);
  return {};
}

Status BlockQueue::status() const {
  std::lock_guard lock(mutex_);
  return outcome_locked();
}

std::vector<BlockQueue::Block> BlockQueue::take_sendable() {
  std::vector<Block> taken;
  while (!waiting_.empty()) {
    const size_t bytes = waiting_.front().bytes.size();
    const bool fits = in_flight_ < kMaxInFlight && bytes_in_flight_ + bytes <= window_;
    if (in_flight_ > 0 && !fits) break;
    ++in_flight_;
    bytes_in_flight_ += bytes;
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return taken;
}

void BlockQueue::push(std::shared_ptr<StagedPartition> target, int place, SharedBuffer block) {
  std::vector<Block> sendable;
  {
    std::lock_guard lock(mutex_);
    if (failure_) return;
    waiting_.push_back({std::move(target), place, std::move(block)});
    sendable = take_sendable();
  }
  for (Block& each : sendable) send(std::move(each));
}

void BlockQueue::send(Block block) {
  KILL_POINT("odps.block.before_put");
  StagedPartition& target = *block.target;
  target.with_session([self = shared_from_this(),
                       block = std::move(block)](Result<StagedPartition::Session> session) mutable {
    if (!session) return self->block_arrived(block.bytes.size(), fail(session.error()));
    if (!self->codec_) return self->put(*session, std::move(block));
    // Compressing takes time that the channel's strand has better uses for.
    self->executor_.post(
        [self, session = *session, block] { self->put(session, std::move(block)); });
  });
}

void BlockQueue::put(const StagedPartition::Session& session, Block block) {
  const size_t raw_bytes = block.bytes.size();
  if (codec_) {
    auto compressed = compress(*codec_, block.bytes.view());
    if (!compressed) return block_arrived(raw_bytes, fail(compressed.error()));
    block.bytes = SharedBuffer(std::move(*compressed));
  }
  session->put_block(block.place, std::move(block.bytes),
                     [self = shared_from_this(), raw_bytes, target = block.target](Status outcome) {
                       if (outcome) {
                         KILL_POINT("odps.block.after_put");
                       } else {
                         outcome = fail(explain_session_error(outcome.error(), target->describe()));
                       }
                       self->block_arrived(raw_bytes, std::move(outcome));
                     });
}

void BlockQueue::block_arrived(size_t bytes, Status outcome) {
  std::vector<Block> sendable;
  std::function<void()> ready;
  std::function<void(Status)> drained;
  Status result;
  {
    std::lock_guard lock(mutex_);
    --in_flight_;
    bytes_in_flight_ -= bytes;
    if (!outcome) {
      if (!failure_) failure_ = std::move(outcome).error();
      waiting_.clear();
    }
    sendable = take_sendable();
    if (waiting_.empty()) ready = std::exchange(ready_, nullptr);
    if (in_flight_ == 0) drained = std::exchange(drained_, nullptr);
    result = outcome_locked();
  }
  for (Block& each : sendable) send(std::move(each));
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
    if (in_flight_ > 0) {
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

void BlockQueue::grow(size_t window, size_t lease) {
  std::lock_guard lock(mutex_);
  window_ = window;
  if (lease_.bytes() > 0) lease_.resize(lease);
}

}  // namespace otsstream::writer
