#include "sim/coordinator.h"

namespace otsstream::sim {

Coordinator::Coordinator(std::function<void()> body)
    : body_(std::move(body)), thread_([this] {
        await_turn(Turn::kCoordinator);
        body_();
        finished_ = true;
        hand_over(Turn::kSimulation);
      }) {}

Coordinator::~Coordinator() { thread_.join(); }

bool Coordinator::ready() const {
  if (finished_) return false;
  return waits_for_ == nullptr || gave_up_ || (*waits_for_)();
}

void Coordinator::resume() {
  hand_over(Turn::kCoordinator);
  await_turn(Turn::kSimulation);
}

Status Coordinator::wait(const std::function<bool()>& done) {
  if (gave_up_) return fail(*gave_up_);
  if (done()) return {};
  waits_for_ = &done;
  hand_over(Turn::kSimulation);
  await_turn(Turn::kCoordinator);
  waits_for_ = nullptr;
  if (gave_up_) return fail(*gave_up_);
  return {};
}

void Coordinator::hand_over(Turn to) {
  {
    std::lock_guard lock(mutex_);
    turn_ = to;
  }
  turned_.notify_all();
}

void Coordinator::await_turn(Turn mine) {
  std::unique_lock lock(mutex_);
  turned_.wait(lock, [&] { return turn_ == mine; });
}

}  // namespace otsstream::sim
