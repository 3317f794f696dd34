#pragma once
// What happened in one case, line by line, and a hash over it: equal for equal seeds. Nothing that
// depends on this process (its id, addresses, sizes of what holds them) may go in.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sim/story.h"

namespace otsstream::sim {

class Trace {
 public:
  explicit Trace(const Clock& clock) : clock_(clock) {}
  void add(const std::string& who, const std::string& what);
  // A fault has taken effect.
  void hit(FaultKind kind) { ++hits_[static_cast<size_t>(kind)]; }

  const std::vector<std::string>& lines() const { return lines_; }
  uint64_t hash() const { return hash_; }
  const std::array<int, kFaultKinds>& hits() const { return hits_; }

 private:
  const Clock& clock_;
  std::vector<std::string> lines_;
  uint64_t hash_ = 0xcbf29ce484222325;  // FNV-1a
  std::array<int, kFaultKinds> hits_{};
};

}  // namespace otsstream::sim
