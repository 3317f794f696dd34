#include "sim/campaign.h"

#include <fmt/format.h>

#include <cstdio>

namespace otsstream::sim {

namespace {

constexpr size_t kTraceLines = 400;  // the last ones, of a case that failed

void tell(const std::string& line) { std::printf("%s\n", line.c_str()); }

void tell_failure(uint64_t seed, const Outcome& outcome, size_t trace_lines) {
  const size_t skipped =
      outcome.trace.size() > trace_lines ? outcome.trace.size() - trace_lines : 0;
  if (skipped > 0) tell(fmt::format("... {} lines", skipped));
  for (size_t i = skipped; i < outcome.trace.size(); ++i) tell(outcome.trace[i]);
  for (const std::string& finding : outcome.findings)
    tell(fmt::format("seed {}: {}", seed, finding));
  if (!outcome.findings.empty()) tell(fmt::format("replay: ./run sim --seed {}", seed));
}

}  // namespace

Coverage run_campaign(const Campaign& campaign) {
  Coverage coverage;
  for (uint64_t i = 0; i < campaign.count; ++i) {
    const uint64_t seed = campaign.first + i;
    const Outcome outcome = play(make_story(seed));
    ++coverage.cases;
    coverage.runs += static_cast<uint64_t>(outcome.runs);
    coverage.windows_done += static_cast<uint64_t>(outcome.windows_done);
    coverage.writes += outcome.writes;
    for (size_t kind = 0; kind < outcome.hits.size(); ++kind) {
      if (outcome.hits[kind] > 0) ++coverage.seeds[kind];
      for (size_t phase = 0; phase < kPhases; ++phase)
        if (outcome.phase_hits[phase][kind] > 0) ++coverage.phase_seeds[phase][kind];
    }
    coverage.hash = coverage.hash * 0x100000001b3 + outcome.trace_hash;
    if (outcome.findings.empty()) continue;
    coverage.failed.push_back(seed);
    tell_failure(seed, outcome, kTraceLines);
    std::fflush(stdout);
  }
  return coverage;
}

bool replay(uint64_t seed) {
  const Outcome outcome = play(make_story(seed));
  tell_failure(seed, outcome, outcome.trace.size());
  tell(fmt::format("seed {}: {} runs, {} windows, {} writes, trace {:016x}, {}", seed, outcome.runs,
                   outcome.windows_done, outcome.writes, outcome.trace_hash,
                   outcome.findings.empty() ? "all is well" : "FAILED"));
  return outcome.findings.empty();
}

std::string to_text(const Coverage& coverage) {
  std::string text =
      fmt::format("{} cases, {} runs, {} windows done, {} writes, traces {:016x}\n", coverage.cases,
                  coverage.runs, coverage.windows_done, coverage.writes, coverage.hash);
  text += "cases in which each fault took effect:\n";
  for (size_t kind = 0; kind < coverage.seeds.size(); ++kind)
    text += fmt::format("  {:<17} {:>6}\n", name_of(static_cast<FaultKind>(kind)),
                        coverage.seeds[kind]);
  text += "of these, in each phase of the writer:\n";
  for (size_t phase = 0; phase < kPhases; ++phase) {
    text += fmt::format("  {:<10}", name_of(static_cast<Phase>(phase)));
    for (size_t kind = 0; kind < coverage.seeds.size(); ++kind)
      if (const uint64_t seeds = coverage.phase_seeds[phase][kind]; seeds > 0)
        text += fmt::format(" {} {}", name_of(static_cast<FaultKind>(kind)), seeds);
    text += "\n";
  }
  if (!coverage.failed.empty()) {
    text += fmt::format("{} cases FAILED:", coverage.failed.size());
    for (uint64_t seed : coverage.failed) text += " " + std::to_string(seed);
    text += "\n";
  }
  return text;
}

}  // namespace otsstream::sim
