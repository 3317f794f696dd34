#pragma once
// Full blocks of one channel on their way to their sessions: compressed if the job says so, and as
// many at a time as one block's memory holds. Thread-safe; uploads keep it alive.

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/byte_budget.h"
#include "base/compress.h"
#include "base/executor.h"
#include "writer/odps/staging_sessions.h"

namespace otsstream::writer {

class BlockQueue : public std::enable_shared_from_this<BlockQueue> {
 public:
  // `lease`: the memory of the channel's blocks; given back with the queue. `window`: bytes that
  // may be in flight at the same time, one block at least. `executor` must outlive the queue.
  BlockQueue(Executor& executor, std::optional<Codec> codec, size_t window,
             ByteBudget::Lease lease);

  void push(std::shared_ptr<StagedPartition> target, int place, SharedBuffer block);
  // The first upload that failed for good.
  Status status() const;
  // False while a full block waits behind those in flight; `ready` is called when none does any
  // more.
  bool accepts_more(std::function<void()> ready);
  // `done` on the executor as soon as nothing is in flight and nothing waits.
  void drain(std::function<void(Status)> done);
  // Nobody is interested any more: what waits is dropped, nobody is called.
  void abandon();
  // Blocks have become larger: so have window and lease.
  void grow(size_t window, size_t lease);

 private:
  struct Block {
    std::shared_ptr<StagedPartition> target;
    int place = 0;
    SharedBuffer bytes;  // raw
  };
  // With mutex_ held: takes what may go now out of waiting_.
  std::vector<Block> take_sendable();
  void send(Block block);
  void put(const StagedPartition::Session& session, Block block);
  void block_arrived(size_t bytes, Status outcome);
  Status outcome_locked() const;

  Executor& executor_;
  const std::optional<Codec> codec_;
  mutable std::mutex mutex_;  // guards what follows
  ByteBudget::Lease lease_;
  size_t window_;
  size_t bytes_in_flight_ = 0;
  int in_flight_ = 0;
  std::deque<Block> waiting_;
  std::optional<Error> failure_;
  std::function<void()> ready_;
  std::function<void(Status)> drained_;
};

}  // namespace otsstream::writer
