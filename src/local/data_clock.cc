#include "local/data_clock.h"

#include <algorithm>

namespace otsstream::local {
namespace {

tl::unexpected<Error> backwards() {
  return fail(ErrorKind::kConflict, "Clock-Backwards", "data time only rises",
              "use a later time, or start a new server");
}

}  // namespace

int64_t DataClock::now_locked() const {
  if (!stopped_) last_us_ = std::max(last_us_, wall_.wall_us() - lag_us_);
  return last_us_;
}

int64_t DataClock::now_us() const {
  std::lock_guard lock(mutex_);
  return now_locked();
}

int64_t DataClock::next_us() {
  std::lock_guard lock(mutex_);
  int64_t before = last_us_;
  int64_t now = now_locked();
  if (now == before) last_us_ = ++now;
  return now;
}

void DataClock::never_before(int64_t us) {
  std::lock_guard lock(mutex_);
  last_us_ = std::max(last_us_, us);
}

DataClock::State DataClock::state() const {
  std::lock_guard lock(mutex_);
  return {now_locked(), lag_us_, stopped_};
}

void DataClock::set_lag(Duration lag) {
  std::lock_guard lock(mutex_);
  now_locked();
  lag_us_ = lag.count();
  stopped_ = false;
}

Status DataClock::set(int64_t us) {
  std::lock_guard lock(mutex_);
  if (us < now_locked()) return backwards();
  last_us_ = us;
  lag_us_ = wall_.wall_us() - us;
  return {};
}

void DataClock::stop() {
  std::lock_guard lock(mutex_);
  now_locked();
  stopped_ = true;
}

void DataClock::run() {
  std::lock_guard lock(mutex_);
  if (!stopped_) return;
  lag_us_ = wall_.wall_us() - last_us_;
  stopped_ = false;
}

Status DataClock::step(Duration by) {
  std::lock_guard lock(mutex_);
  if (by.count() < 0) return backwards();
  now_locked();
  last_us_ += by.count();
  lag_us_ -= by.count();
  return {};
}

}  // namespace otsstream::local
