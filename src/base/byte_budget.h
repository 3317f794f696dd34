#pragma once
// One memory budget of a job: whoever holds bytes holds a lease. Waiting is by callback, in order
// of arrival; nobody polls.

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/executor.h"

namespace otsstream {

class ByteBudget : public std::enable_shared_from_this<ByteBudget> {
 public:
  // Returns its bytes when destroyed. Movable.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();
    size_t bytes() const { return bytes_; }
    // Corrects an estimate. Growing never waits (the bytes are there already) and may overdraw the
    // budget until others return theirs.
    void resize(size_t bytes);
    void release();

   private:
    friend class ByteBudget;
    Lease(std::shared_ptr<ByteBudget> budget, size_t bytes);
    std::shared_ptr<ByteBudget> budget_;
    size_t bytes_ = 0;
  };

  static std::shared_ptr<ByteBudget> create(Executor& executor, size_t capacity);

  // Calls `ready` on the executor as soon as `bytes` fit. A request larger than the whole capacity
  // is served when nobody else holds a lease.
  void acquire(size_t bytes, std::function<void(Lease)> ready);
  // At once, even beyond the capacity: for those whose going on lets others return what they hold.
  Lease overdraw(size_t bytes);
  // At once or not at all; an empty Lease (bytes() == 0) means no.
  Lease try_acquire(size_t bytes);

  // A larger capacity from now on; a smaller one changes nothing.
  void raise(size_t capacity);
  size_t capacity() const { return capacity_.load(); }
  size_t in_use() const;
  size_t peak() const;  // the most that was ever in use

 private:
  ByteBudget(Executor& executor, size_t capacity);
  struct Waiter {
    size_t bytes;
    std::function<void(Lease)> ready;
  };
  // With mutex_ held:
  bool fits(size_t bytes) const;
  void count(size_t bytes);
  // Those at the head of the line who fit now; counted already.
  std::vector<Waiter> take_served();
  // Without:
  void hand_out(Waiter waiter);
  void give_back(size_t bytes);
  void grow(size_t bytes);

  Executor& executor_;
  std::atomic<size_t> capacity_;
  mutable std::mutex mutex_;  // guards what follows
  size_t in_use_ = 0;
  size_t peak_ = 0;
  std::deque<Waiter> waiters_;
};

}  // namespace otsstream
