#pragma once
// The writer's phases as its requests show them: where faults aim, and where they struck.

#include <optional>
#include <string>

#include "net/http_message.h"

namespace otsstream::sim {

enum class Phase {
  kTable,      // asks for the table
  kPartition,  // asks for the partition
  kStatement,  // adds (drops) the partition: submits the statement, asks for its end
  kRoute,      // asks where the Tunnel is
  kSession,    // creates the upload session
  kBlock,      // sends a block
  kAsk,        // asks the session: before the commit, and for its outcome
  kCommit,     // commits the session
};
inline constexpr int kPhases = static_cast<int>(Phase::kCommit) + 1;
const char* name_of(Phase phase);

// How a request of a phase is found; as FaultTransport's rules have it.
struct PhasePattern {
  std::string method;
  std::string path;
  std::string query;
};
PhasePattern pattern_of(Phase phase);
// nullopt: a request to Tablestore, or none of the writer's.
std::optional<Phase> phase_of(const Request& request);

}  // namespace otsstream::sim
