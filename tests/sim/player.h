#pragma once
// Plays a story: the services, the writes, the runs and what befalls them, and checks after each of
// them.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/story.h"
#include "sim/trace.h"

namespace otsstream::sim {

struct Outcome {
  std::vector<std::string> findings;  // empty: all is well
  std::vector<std::string> trace;
  uint64_t trace_hash = 0;
  FaultHits hits{};  // how often each fault took effect
  PhaseHits phase_hits{};
  int runs = 0;
  int windows_done = 0;
  size_t writes = 0;
};

Outcome play(const Story& story);

}  // namespace otsstream::sim
