#pragma once
// What happened in one case, line by line, and a hash over it: equal for equal seeds. Nothing that
// depends on this process (its id, addresses, sizes of what holds them) may go in.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sim/phases.h"
#include "sim/story.h"

namespace otsstream::sim {

using FaultHits = std::array<int, kFaultKinds>;
using PhaseHits = std::array<FaultHits, kPhases>;  // of requests of the writer

class Trace {
 public:
  explicit Trace(const Clock& clock) : clock_(clock) {}
  void add(const std::string& who, const std::string& what);
  // A fault has taken effect.
  void hit(FaultKind kind) { ++hits_[static_cast<size_t>(kind)]; }
  // It struck this request.
  void hit(FaultKind kind, const Request& request);

  const std::vector<std::string>& lines() const { return lines_; }
  uint64_t hash() const { return hash_; }
  const FaultHits& hits() const { return hits_; }
  const PhaseHits& phase_hits() const { return phase_hits_; }

 private:
  const Clock& clock_;
  std::vector<std::string> lines_;
  uint64_t hash_ = 0xcbf29ce484222325;  // FNV-1a
  FaultHits hits_{};
  PhaseHits phase_hits_{};
};

}  // namespace otsstream::sim
