#include "config/json_out.h"
#include "local/control_parts.h"

namespace otsstream::local {

ControlAnswer show_counters(ControlCall& call) {
  JsonOut out;
  out.begin_object().key("operations").begin_object();
  for (const auto& [operation, counters] : call.server.counters()) {
    out.key(operation).begin_object();
    out.member("requests", counters.requests);
    out.member("errors", counters.errors);
    out.member("faults", counters.faults);
    out.member("bytes_in", counters.bytes_in);
    out.member("bytes_out", counters.bytes_out);
    out.end_object();
  }
  out.end_object().end_object();
  return std::move(out).take();
}

ControlAnswer reset_counters(ControlCall& call) {
  call.server.reset_counters();
  return show_counters(call);
}

}  // namespace otsstream::local
