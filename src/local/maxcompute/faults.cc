#include "local/maxcompute/faults.h"

#include <charconv>

#include "local/fault_effects.h"
#include "local/maxcompute/operations.h"
#include "maxcompute/wire/rest_xml.h"

namespace otsstream::local {

namespace {

std::optional<int64_t> block_of(const Call& call) {
  const std::string text = call.value("blockid");
  int64_t block = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), block);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return block;
}

}  // namespace

std::optional<Fault> choose_fault(FaultRules* rules, const Backend& backend, const Call& call,
                                  bool is_rest) {
  if (rules == nullptr) return std::nullopt;
  return rules->choose({Service::kMaxCompute, backend.project, operation_of(call, is_rest),
                        block_of(call), [&] { return targets_of(call); }});
}

Result<Response> under_fault(const std::optional<Fault>& fault, const Backend& backend,
                             const Call& call, const CarryOut& carry_out) {
  if (!fault) return carry_out(call);
  if (fault->kind == FaultKind::kResetBefore || (fault->refuses() && !fault->carried_out))
    return Response();
  if (fault->kind == FaultKind::kExpireSession) {
    for (const char* key : {"uploadid", "downloadid"})
      if (call.has(key)) OTS_CHECK(backend.catalog.expire_session(call.value(key)));
  }
  const Request arrived = spoiled(*fault, call.request);
  return carry_out({arrived, call.path, call.params, call.origin});
}

Response refusal(const Fault& fault, Dialect dialect, const std::string& request_id,
                 const std::string& origin) {
  const maxcompute::ErrorBody body{fault.code, fault.message, request_id, origin};
  Response response = dialect == Dialect::kRest ? xml_answer(maxcompute::write_error_xml(body))
                                                : json_answer(maxcompute::write_error_json(body));
  response.status = fault.status;
  return response;
}

}  // namespace otsstream::local
