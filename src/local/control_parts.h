#pragma once
// Inside the control API only: one function per request, by subject. control.cc finds them.

#include <string>

#include "config/json_text.h"
#include "config/param_reader.h"
#include "local/tablestore/server.h"

namespace otsstream::local {

struct ControlCall {
  TablestoreServer& server;
  const JsonNode& body;  // an object; empty when there was no body
  std::string rest;      // of the path, behind the route: "7" of "/control/faults/7"
};
using ControlAnswer = Result<std::string>;  // JSON

ControlAnswer show_clock(ControlCall&);  // control_clock.cc
ControlAnswer change_clock(ControlCall&);
ControlAnswer split_partition(ControlCall&);  // control_partitions.cc
ControlAnswer merge_partitions(ControlCall&);
ControlAnswer expire_log(ControlCall&);
ControlAnswer list_faults(ControlCall&);  // control_faults.cc
ControlAnswer add_fault(ControlCall&);
ControlAnswer remove_faults(ControlCall&);
ControlAnswer show_streams(ControlCall&);  // control_streams.cc
ControlAnswer change_streams(ControlCall&);
ControlAnswer write_snapshot(ControlCall&);  // control_data.cc
ControlAnswer restore_snapshot(ControlCall&);
ControlAnswer reset_instance(ControlCall&);
ControlAnswer show_counters(ControlCall&);  // control_counters.cc
ControlAnswer reset_counters(ControlCall&);

tl::unexpected<Error> refuse_order(std::string message, std::string remedy);  // "Control-Request"

// The body by its declaration, or everything that is wrong with it.
template <class T>
Result<T> read_order(const ControlCall& call, const ParamSet<T>& params) {
  Diagnostics diagnostics;
  T order = read_params(call.body, params, diagnostics);
  OTS_CHECK(diagnostics.to_status());
  return order;
}

// The instance of that name, or the only one without a name: "Control-Instance".
Result<TableStore*> instance_of(const ControlCall& call, const std::string& name);
Result<std::shared_ptr<StoredTable>> table_of(const ControlCall& call, const std::string& instance,
                                              const std::string& table);

}  // namespace otsstream::local
