#include "sim/faults.h"

#include <algorithm>
#include <vector>

#include "maxcompute/wire/rest_xml.h"
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

bool speaks_rest(const std::string& path) { return path.find("/api/") != std::string::npos; }
bool speaks_maxcompute(const std::string& path) {
  return speaks_rest(path) || path.find("tables/") != std::string::npos;
}

// As the endpoint of `path` writes its errors.
Response maxcompute_error(const std::string& path, int status, const std::string& code,
                          const std::string& message = "simulated") {
  const maxcompute::ErrorBody body{code, message, "0123456789ABCDEF", "http://simulated"};
  Response response;
  response.status = status;
  response.headers.set("Content-Type", speaks_rest(path) ? "application/xml" : "application/json");
  response.body = Body(speaks_rest(path) ? maxcompute::write_error_xml(body)
                                         : maxcompute::write_error_json(body));
  return response;
}

FaultRule rule_of(const NetworkFault& fault) {
  FaultRule rule;
  rule.method = fault.method;
  rule.path_contains = fault.path;
  rule.query_contains = fault.query;
  rule.probability = fault.probability;
  rule.skip = fault.skip;
  rule.count = fault.count;
  rule.delay = Duration(fault.delay_us);
  const bool to_maxcompute = speaks_maxcompute(fault.path);
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
      rule.answer = to_maxcompute ? maxcompute_error(fault.path, 500, "InternalServerError")
                                  : service_error(500, "OTSInternalServerError");
      break;
    case FaultKind::kThrottle:
      rule.fault = Fault::kStatus;
      rule.answer = to_maxcompute ? maxcompute_error(fault.path, 429, "FlowExceeded")
                                  : service_error(503, "OTSServerBusy");
      break;
    case FaultKind::kTrimmedIterator:
      rule.fault = Fault::kStatus;
      rule.answer = service_error(404, "OTSTrimmedDataAccess");
      break;
    case FaultKind::kTimeout:
      rule.fault = Fault::kTimeout;
      break;
    case FaultKind::kLostSession:
      rule.fault = Fault::kResetAfterSend;
      break;
    case FaultKind::kSpoiledBlock:
      rule.fault = fault.skip % 2 == 0 ? Fault::kFlipRequestBit : Fault::kCutRequest;
      break;
    case FaultKind::kSpoiledAnswer:
      rule.fault = fault.skip % 2 == 0 ? Fault::kFlipBit : Fault::kCutBody;
      break;
    case FaultKind::kFullQuota:
      rule.fault = Fault::kStatus;
      rule.answer = maxcompute_error(fault.path, 429, "RequestQuotaExceeded");
      if (fault.retry_after_s > 0)
        rule.answer.headers.set("Retry-After", std::to_string(fault.retry_after_s));
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
      return !speaks_maxcompute(fault.path);
    default:
      return false;
  }
}

}  // namespace

void arm(FaultTransport& network, const NetworkFault& fault, Trace& trace) {
  FaultRule rule = rule_of(fault);
  rule.applied = [&trace, kind = fault.kind](const Request& request) {
    trace.hit(kind, request);
    trace.add("fault", name_of(kind));
  };
  if (!only_tablestore(fault)) return network.add(std::move(rule));
  if (speaks_maxcompute(fault.path)) return;
  if (!fault.path.empty()) return network.add(std::move(rule));
  for (const char* operation : kTablestoreOperations) {
    rule.path_contains = operation;
    network.add(rule);
  }
}

void refuse_overwrite(FaultTransport& network, Trace& trace) {
  const PhasePattern session = pattern_of(Phase::kSession);
  FaultRule rule;
  rule.fault = Fault::kStatus;
  rule.method = session.method;
  rule.path_contains = session.path;
  rule.query_contains = "overwrite=true";
  rule.answer = maxcompute_error(session.path, 400, "InvalidArgument",
                                 "a transactional table does not support overwrite");
  rule.applied = [&trace](const Request& request) {
    trace.hit(FaultKind::kNoOverwrite, request);
    trace.add("fault", name_of(FaultKind::kNoOverwrite));
  };
  network.add(std::move(rule));
}

bool is_excused(const Error& error, const std::set<FaultKind>& faults) {
  const std::string& code = error.code;
  auto any = [&](std::initializer_list<FaultKind> kinds) {
    for (FaultKind kind : kinds)
      if (faults.contains(kind)) return true;
    return false;
  };
  auto is_one_of = [&](std::initializer_list<const char*> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  };
  using K = FaultKind;
  // Whatever a run makes of an answer that is not what was sent, it says that something is wrong
  // outside of it.
  if (error.kind != ErrorKind::kInternal && any({K::kSpoiledAnswer})) return true;
  if (code == "Net-Reset")
    return any({K::kResetBefore, K::kResetAfter, K::kLostCommit, K::kLostSession});
  if (code == "Net-Truncated") return any({K::kResetInside});
  if (code == "Net-Timeout") return any({K::kTimeout});
  if (code == "Wire-AnswerMd5") return any({K::kTruncate, K::kFlipBit});
  if (code == "OTSInternalServerError" || code == "InternalServerError")
    return any({K::kErrorStorm});
  if (code == "OTSServerBusy" || code == "FlowExceeded") return any({K::kThrottle});
  if (code == "RequestQuotaExceeded") return any({K::kFullQuota});
  // A block that arrived spoiled every time it was sent.
  if (is_one_of({"MalformedDataStream", "CorruptedDataStream", "IncompleteBody"}))
    return any({K::kSpoiledBlock});
  if (is_one_of({"StatusConflict", "MaxCompute-SessionState"})) return any({K::kExpiredSession});
  if (code == "Writer-StagingGone")
    return any({K::kExpiredSession, K::kPartitionDropped, K::kTableDropped});
  if (is_one_of({"NoSuchPartition", "NoSuchTable", "NoSuchUpload", "NoSuchObject", "ODPS-0130131",
                 "ODPS-0110061"}))
    return any({K::kPartitionDropped, K::kTableDropped});
  if (is_one_of({"OdpsWriter-TableChanged", "TableModified"}))
    return any({K::kTableDropped, K::kColumnAdded});
  // Another run holds the window, or one that died held it.
  if (code == "Fence-Held") return any({K::kRival, K::kKill});
  // Nobody takes a window from a run that lives, unless their clocks disagree or it was held up for
  // longer than its lease. Whoever was robbed may see first what the other one wrote.
  if (code == "Fence-Lost" || code == "Status-Foreign")
    return faults.contains(K::kRival) &&
           any({K::kClockSkew, K::kFullQuota, K::kSpoiledBlock, K::kLostSession, K::kErrorStorm,
                K::kThrottle, K::kTimeout, K::kResetBefore, K::kResetInside, K::kResetAfter,
                K::kTruncate, K::kFlipBit, K::kDelay, K::kEmptyPage, K::kLostCommit});
  return false;
}

}  // namespace otsstream::sim
