#include <fmt/format.h>

#include <charconv>

#include "config/json_out.h"
#include "local/control_parts.h"

namespace otsstream::local {
namespace {

// Only what the rule says; the rest are defaults.
void write_rule(JsonOut& out, const FaultRules::Listed& listed) {
  const FaultRule& rule = listed.rule;
  out.begin_object();
  out.member("id", listed.id).member("fault", rule.fault);
  auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.member(name, value);
  };
  text("service", rule.service);
  text("instance", rule.instance);
  text("project", rule.project);
  text("operation", rule.operation);
  text("table", rule.table);
  text("partition", rule.partition);
  if (rule.block) out.member("block", *rule.block);
  text("code", rule.code);
  text("message", rule.message);
  if (rule.status != 0) out.member("status", rule.status);
  if (rule.carried_out) out.member("carried_out", true);
  if (rule.delay_ms != 0) out.member("delay_ms", rule.delay_ms);
  if (rule.at) out.member("at", *rule.at);
  if (rule.per_second > 0) out.member("per_second", rule.per_second);
  if (rule.skip != 0) out.member("skip", rule.skip);
  if (rule.count != -1) out.member("count", rule.count);
  if (rule.probability < 1) out.member("probability", rule.probability).member("seed", rule.seed);
  out.member("matched", listed.matched).member("applied", listed.applied);
  out.end_object();
}

}  // namespace

ControlAnswer list_faults(ControlCall& call) {
  JsonOut out;
  out.begin_object().key("faults").begin_array();
  for (const FaultRules::Listed& listed : call.server.faults().list()) write_rule(out, listed);
  out.end_array().end_object();
  return std::move(out).take();
}

ControlAnswer add_fault(ControlCall& call) {
  OTS_TRY(FaultRule rule, read_order(call, fault_params()));
  OTS_TRY(uint64_t id, call.server.faults().add(std::move(rule)));
  JsonOut out;
  out.begin_object().member("id", id).end_object();
  return std::move(out).take();
}

ControlAnswer remove_faults(ControlCall& call) {
  size_t removed = 0;
  if (call.rest.empty()) {
    removed = call.server.faults().clear();
  } else {
    uint64_t id = 0;
    const char* end = call.rest.data() + call.rest.size();
    auto [stop, failed] = std::from_chars(call.rest.data(), end, id);
    if (failed != std::errc() || stop != end || !call.server.faults().remove(id))
      return fail(ErrorKind::kNotFound, "Control-NoFault",
                  fmt::format("there is no fault rule '{}'", call.rest),
                  "GET /control/faults lists them");
    removed = 1;
  }
  JsonOut out;
  out.begin_object().member("removed", removed).end_object();
  return std::move(out).take();
}

}  // namespace otsstream::local
