#include "sim/faults.h"

#include <vector>

#include "tablestore/wire/messages.h"

namespace otsstream::sim {

namespace {

constexpr const char* kTablestoreOperations[] = {
    "DescribeTable", "ListStream", "DescribeStream", "GetShardIterator", "GetStreamRecord",
    "GetRow",        "PutRow",     "DeleteRow",      "BatchWriteRow",    "GetRange"};

Response service_error(int status, const std::string& code) {
  Response response;
  response.status = status;
  response.body = Body(tablestore::encode(tablestore::ErrorMessage{code, "simulated"}));
  return response;
}

Response tunnel_error(int status, const std::string& code) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = Body(R"({"Code":")" + code + R"(","Message":"simulated"})");
  return response;
}

bool speaks_tunnel(const std::string& path) { return path.find("tables/") != std::string::npos; }

FaultRule rule_of(const NetworkFault& fault) {
  FaultRule rule;
  rule.path_contains = fault.path;
  rule.query_contains = fault.query;
  rule.probability = fault.probability;
  rule.skip = fault.skip;
  rule.count = fault.count;
  rule.delay = Duration(fault.delay_us);
  const bool tunnel = speaks_tunnel(fault.path);
  switch (fault.kind) {
    case FaultKind::kResetBefore:
      rule.fault = Fault::kResetBeforeSend;
      break;
    case FaultKind::kResetInside:
      rule.fault = Fault::kTruncateAnswer;
      break;
    case FaultKind::kResetAfter:
      rule.fault = Fault::kResetAfterSend;
      break;
    case FaultKind::kLostCommit:
      rule.fault = Fault::kResetAfterSend;
      rule.method = "POST";
      break;
    case FaultKind::kTruncate:
      rule.fault = Fault::kCutBody;
      break;
    case FaultKind::kFlipBit:
      rule.fault = Fault::kFlipBit;
      break;
    case FaultKind::kErrorStorm:
      rule.fault = Fault::kStatus;
      rule.answer = tunnel ? tunnel_error(500, "InternalServerError")
                           : service_error(500, "OTSInternalServerError");
      break;
    case FaultKind::kThrottle:
      rule.fault = Fault::kStatus;
      rule.answer =
          tunnel ? tunnel_error(429, "FlowExceeded") : service_error(503, "OTSServerBusy");
      break;
    case FaultKind::kTrimmedIterator:
      rule.fault = Fault::kStatus;
      rule.answer = service_error(404, "OTSTrimmedDataAccess");
      break;
    case FaultKind::kTimeout:
      rule.fault = Fault::kTimeout;
      break;
    default:
      rule.fault = Fault::kDelay;
      break;
  }
  return rule;
}

// Faults whose answer only one of the services gives, or that only Tablestore's checksums reveal.
bool only_tablestore(const NetworkFault& fault) {
  switch (fault.kind) {
    case FaultKind::kTruncate:
    case FaultKind::kFlipBit:
      return true;
    case FaultKind::kErrorStorm:
    case FaultKind::kThrottle:
      return !speaks_tunnel(fault.path);
    default:
      return false;
  }
}

}  // namespace

void arm(FaultTransport& network, const NetworkFault& fault, Trace& trace) {
  FaultRule rule = rule_of(fault);
  rule.applied = [&trace, kind = fault.kind] {
    trace.hit(kind);
    trace.add("fault", name_of(kind));
  };
  if (!only_tablestore(fault)) return network.add(std::move(rule));
  if (speaks_tunnel(fault.path)) return;
  if (!fault.path.empty()) return network.add(std::move(rule));
  for (const char* operation : kTablestoreOperations) {
    rule.path_contains = operation;
    network.add(rule);
  }
}

bool is_excused(const std::string& code, const std::set<FaultKind>& faults) {
  static const std::set<std::string> kLostAnswer = {"Net-Reset", "Net-Truncated", "Net-Timeout"};
  auto any = [&](std::initializer_list<FaultKind> kinds) {
    for (FaultKind kind : kinds)
      if (faults.contains(kind)) return true;
    return false;
  };
  using K = FaultKind;
  if (code == "Net-Reset") return any({K::kResetBefore, K::kResetAfter, K::kLostCommit});
  if (code == "Net-Truncated") return any({K::kResetInside});
  if (code == "Net-Timeout") return any({K::kTimeout});
  if (code == "Wire-AnswerMd5") return any({K::kTruncate, K::kFlipBit});
  if (code == "OTSInternalServerError" || code == "InternalServerError")
    return any({K::kErrorStorm});
  if (code == "OTSServerBusy" || code == "FlowExceeded") return any({K::kThrottle});
  // Another run holds the window, or one that died held it.
  if (code == "Fence-Held") return any({K::kRival, K::kKill});
  // Nobody takes a window from a run that lives, unless their clocks disagree or it was held up for
  // longer than its lease. Whoever was robbed may see first what the other one wrote.
  if (code == "Fence-Lost" || code == "Status-Foreign")
    return faults.contains(K::kRival) &&
           any({K::kClockSkew, K::kErrorStorm, K::kThrottle, K::kTimeout, K::kResetBefore,
                K::kResetInside, K::kResetAfter, K::kTruncate, K::kFlipBit, K::kDelay,
                K::kEmptyPage, K::kLostCommit});
  return false;
}

}  // namespace otsstream::sim
