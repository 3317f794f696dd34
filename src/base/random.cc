#include "base/random.h"

namespace otsstream {

uint64_t Random::system_seed() {
  std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

uint64_t Random::next() {
  std::lock_guard lock(mutex_);
  return engine_();
}

// The numbers are our own arithmetic, not a std:: distribution: a seed means the same run with
// every standard library.
uint64_t Random::below(uint64_t bound) {
  const uint64_t uneven = -bound % bound;  // 2^64 mod bound: that many values would come too often
  uint64_t v = next();
  while (v < uneven) v = next();
  return v % bound;
}

double Random::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::string Random::hex(int digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  uint64_t bits = 0;
  for (int i = 0; i < digits; ++i) {
    if (i % 16 == 0) bits = next();
    out += kDigits[bits & 15];
    bits >>= 4;
  }
  return out;
}

std::string Random::uuid() {
  std::string s = hex(32);
  s[12] = '4';                // version
  s[16] = "89ab"[s[16] & 3];  // variant
  return s.substr(0, 8) + "-" + s.substr(8, 4) + "-" + s.substr(12, 4) + "-" + s.substr(16, 4) +
         "-" + s.substr(20);
}

}  // namespace otsstream
