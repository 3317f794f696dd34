#include "sim/trace.h"

#include <fmt/format.h>

namespace otsstream::sim {

void Trace::add(const std::string& who, const std::string& what) {
  const int64_t us = clock_.steady_us();
  lines_.push_back(fmt::format("{:>12}.{:06} {:<7} {}", us / 1'000'000, us % 1'000'000, who, what));
  for (const char c : lines_.back()) hash_ = (hash_ ^ static_cast<uint8_t>(c)) * 0x100000001b3;
}

void Trace::hit(FaultKind kind, const Request& request) {
  hit(kind);
  if (const auto phase = phase_of(request))
    ++phase_hits_[static_cast<size_t>(*phase)][static_cast<size_t>(kind)];
}

}  // namespace otsstream::sim
