#include "base/byte_budget.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace otsstream {

std::shared_ptr<ByteBudget> ByteBudget::create(Executor& executor, size_t capacity) {
  return std::shared_ptr<ByteBudget>(new ByteBudget(executor, capacity));
}

ByteBudget::ByteBudget(Executor& executor, size_t capacity)
    : executor_(executor), capacity_(capacity) {}

bool ByteBudget::fits(size_t bytes) const {
  return in_use_ == 0 || (in_use_ <= capacity_ && bytes <= capacity_ - in_use_);
}

void ByteBudget::count(size_t bytes) {
  in_use_ += bytes;
  peak_ = std::max(peak_, in_use_);
}

void ByteBudget::acquire(size_t bytes, std::function<void(Lease)> ready) {
  {
    std::lock_guard lock(mutex_);
    if (!waiters_.empty() || !fits(bytes)) {
      waiters_.push_back({bytes, std::move(ready)});
      return;
    }
    count(bytes);
  }
  hand_out({bytes, std::move(ready)});
}

ByteBudget::Lease ByteBudget::try_acquire(size_t bytes) {
  std::lock_guard lock(mutex_);
  if (!waiters_.empty() || !fits(bytes)) return {};  // nobody overtakes those who wait
  count(bytes);
  return Lease(shared_from_this(), bytes);
}

ByteBudget::Lease ByteBudget::overdraw(size_t bytes) {
  grow(bytes);
  return Lease(shared_from_this(), bytes);
}

// The bytes are taken already. If the executor drops the task, the lease in it gives them back.
void ByteBudget::hand_out(Waiter waiter) {
  auto lease = std::make_shared<Lease>(Lease(shared_from_this(), waiter.bytes));
  executor_.post(
      [lease = std::move(lease), ready = std::move(waiter.ready)] { ready(std::move(*lease)); });
}

void ByteBudget::give_back(size_t bytes) {
  std::vector<Waiter> served;
  {
    std::lock_guard lock(mutex_);
    in_use_ -= bytes;
    served = take_served();
  }
  for (Waiter& waiter : served) hand_out(std::move(waiter));
}

std::vector<ByteBudget::Waiter> ByteBudget::take_served() {
  std::vector<Waiter> served;
  while (!waiters_.empty() && fits(waiters_.front().bytes)) {
    count(waiters_.front().bytes);
    served.push_back(std::move(waiters_.front()));
    waiters_.pop_front();
  }
  return served;
}

void ByteBudget::raise(size_t capacity) {
  std::vector<Waiter> served;
  {
    std::lock_guard lock(mutex_);
    if (capacity <= capacity_) return;
    capacity_ = capacity;
    served = take_served();
  }
  for (Waiter& waiter : served) hand_out(std::move(waiter));
}

void ByteBudget::grow(size_t bytes) {
  std::lock_guard lock(mutex_);
  count(bytes);
}

size_t ByteBudget::in_use() const {
  std::lock_guard lock(mutex_);
  return in_use_;
}

size_t ByteBudget::peak() const {
  std::lock_guard lock(mutex_);
  return peak_;
}

ByteBudget::Lease::Lease(std::shared_ptr<ByteBudget> budget, size_t bytes)
    : budget_(std::move(budget)), bytes_(bytes) {}

ByteBudget::Lease::Lease(Lease&& other) noexcept
    : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}

ByteBudget::Lease& ByteBudget::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    release();
    budget_ = std::move(other.budget_);
    bytes_ = std::exchange(other.bytes_, 0);
  }
  return *this;
}

ByteBudget::Lease::~Lease() { release(); }

void ByteBudget::Lease::resize(size_t bytes) {
  if (!budget_) return;
  if (bytes > bytes_) budget_->grow(bytes - bytes_);
  const size_t before = std::exchange(bytes_, bytes);
  if (bytes < before) budget_->give_back(before - bytes);
}

void ByteBudget::Lease::release() {
  // Local first: giving back may run destructors that come back here.
  auto budget = std::exchange(budget_, nullptr);
  const size_t bytes = std::exchange(bytes_, 0);
  if (budget) budget->give_back(bytes);
}

}  // namespace otsstream
