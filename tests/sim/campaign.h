#pragma once
// Many cases in a row, and what they covered.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/player.h"

namespace otsstream::sim {

struct Campaign {
  uint64_t first = 1;
  uint64_t count = 1000;
};

struct Coverage {
  uint64_t cases = 0;
  uint64_t runs = 0;
  uint64_t windows_done = 0;
  uint64_t writes = 0;
  std::array<uint64_t, kFaultKinds> seeds{};  // in how many cases each fault took effect
  // In how many cases each fault struck a request of each of the writer's phases.
  std::array<std::array<uint64_t, kFaultKinds>, kPhases> phase_seeds{};
  uint64_t hash = 0;  // over all traces
  std::vector<uint64_t> failed;
};

// Plays the cases; each failure is told on stdout: findings, trace, and the command that replays
// it.
Coverage run_campaign(const Campaign& campaign);
// Plays one case and tells all of it; true when nothing was found.
bool replay(uint64_t seed);
std::string to_text(const Coverage& coverage);

}  // namespace otsstream::sim
