#pragma once
// Story faults as rules of a FaultTransport, and which error codes they excuse.

#include <set>
#include <string>

#include "base/error.h"
#include "net/fault_transport.h"
#include "sim/story.h"
#include "sim/trace.h"

namespace otsstream::sim {

// The server's own doings (empty pages) are not among them: Cloud plays those.
void arm(FaultTransport& network, const NetworkFault& fault, Trace& trace);

// The service opens no session that replaces what is there.
void refuse_overwrite(FaultTransport& network, Trace& trace);

// Whether a run may end with this error when these faults were about.
bool is_excused(const Error& error, const std::set<FaultKind>& faults);

}  // namespace otsstream::sim
