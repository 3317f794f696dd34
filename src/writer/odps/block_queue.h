#pragma once
// Full blocks of one channel on their way to the session: one in flight, in order. Thread-safe;
// uploads keep it alive.

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/byte_budget.h"
#include "base/executor.h"
#include "maxcompute/client/upload_session.h"

namespace otsstream::writer {

class BlockQueue : public std::enable_shared_from_this<BlockQueue> {
 public:
  // `lease`: the memory of the channel's blocks; given back with the queue. `executor` must outlive
  // the queue.
  BlockQueue(Executor& executor, std::shared_ptr<maxcompute::UploadSession> session,
             ByteBudget::Lease lease);

  void push(int place, SharedBuffer block);
  // The first upload that failed for good.
  Status status() const;
  // False while a full block waits for the one in flight; `ready` is called when none does any
  // more.
  bool accepts_more(std::function<void()> ready);
  // `done` on the executor as soon as nothing is in flight and nothing waits.
  void drain(std::function<void(Status)> done);
  // Nobody is interested any more: what waits is dropped, nobody is called.
  void abandon();

 private:
  struct Block {
    int place = 0;
    SharedBuffer bytes;
  };
  void send(Block block);
  void block_arrived(Status outcome);
  Status outcome_locked() const;

  Executor& executor_;
  const std::shared_ptr<maxcompute::UploadSession> session_;
  const ByteBudget::Lease lease_;
  mutable std::mutex mutex_;  // guards what follows
  bool in_flight_ = false;
  std::deque<Block> waiting_;
  std::optional<Error> failure_;
  std::function<void()> ready_;
  std::function<void(Status)> drained_;
};

}  // namespace otsstream::writer
