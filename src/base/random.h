#pragma once
// The only source of randomness: ids, jitter, simulated faults. Thread-safe.

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace otsstream {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  // A seed from the operating system.
  static uint64_t system_seed();

  uint64_t next();
  // Uniform in [0, bound); bound > 0.
  uint64_t below(uint64_t bound);
  // Uniform in [0, 1).
  double unit();
  // Version-4 UUID text, lower case with dashes.
  std::string uuid();
  // `digits` lower-case hexadecimal digits.
  std::string hex(int digits);

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace otsstream
