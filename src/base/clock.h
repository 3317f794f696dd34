#pragma once
// The only source of time. Wall time is microseconds since 1970-01-01 UTC; steady time only rises
// and has no epoch.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace otsstream {

using Duration = std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t wall_us() const = 0;
  virtual int64_t steady_us() const = 0;
  int64_t wall_ms() const { return wall_us() / 1000; }
};

class SystemClock final : public Clock {
 public:
  int64_t wall_us() const override;
  int64_t steady_us() const override;
};

// Stands still until told otherwise. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t wall_us = 0) : wall_us_(wall_us) {}
  int64_t wall_us() const override { return wall_us_.load(); }
  int64_t steady_us() const override { return steady_us_.load(); }
  void set_wall_us(int64_t us) { wall_us_.store(us); }
  void advance(Duration by) {
    wall_us_ += by.count();
    steady_us_ += by.count();
  }

 private:
  std::atomic<int64_t> wall_us_;
  std::atomic<int64_t> steady_us_{0};
};

// Runs with another clock, but shows a wall time that is off by a fixed amount (tests of clock
// skew).
class SkewedClock final : public Clock {
 public:
  SkewedClock(const Clock& base, Duration skew) : base_(base), skew_us_(skew.count()) {}
  int64_t wall_us() const override { return base_.wall_us() + skew_us_; }
  int64_t steady_us() const override { return base_.steady_us(); }

 private:
  const Clock& base_;
  int64_t skew_us_;
};

}  // namespace otsstream
