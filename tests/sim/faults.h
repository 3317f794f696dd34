#pragma once
// Story faults as rules of a FaultTransport, and which error codes they excuse.

#include <set>
#include <string>

#include "net/fault_transport.h"
#include "sim/story.h"
#include "sim/trace.h"

namespace otsstream::sim {

// The server's own doings (empty pages) are not among them: Cloud plays those.
void arm(FaultTransport& network, const NetworkFault& fault, Trace& trace);

// Whether a run may end with `code` when these faults were about.
bool is_excused(const std::string& code, const std::set<FaultKind>& faults);

}  // namespace otsstream::sim
