#pragma once
// A run's coordinator inside a simulation: straight-line code that waits (Executor::run_until) and
// goes on when the simulation says so. It has a thread of its own for its stack, but only one
// thread of a simulation moves at any time, so everything stays a function of the seed.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/result.h"

namespace otsstream::sim {

class Coordinator {
 public:
  explicit Coordinator(std::function<void()> body);
  // It must have finished.
  ~Coordinator();

  // For the simulation's thread.
  bool finished() const { return finished_; }
  // Not begun yet, or what it waits for has happened.
  bool ready() const;
  // Lets it run until it waits again or ends.
  void resume();
  // Its wait, and every later one, ends with this error.
  void give_up(Error reason) { gave_up_ = std::move(reason); }

  // For the coordinator's own code.
  Status wait(const std::function<bool()>& done);

 private:
  enum class Turn { kSimulation, kCoordinator };
  void hand_over(Turn to);
  void await_turn(Turn mine);

  std::function<void()> body_;
  const std::function<bool()>* waits_for_ = nullptr;
  std::optional<Error> gave_up_;
  bool finished_ = false;
  std::mutex mutex_;
  std::condition_variable turned_;
  Turn turn_ = Turn::kSimulation;
  std::thread thread_;
};

}  // namespace otsstream::sim
