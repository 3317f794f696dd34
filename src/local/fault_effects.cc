#include "local/fault_effects.h"

#include <algorithm>

namespace otsstream::local {

namespace {

Body with_flipped_bit(const Body& body, const Fault& fault) {
  if (body.empty()) return body;
  std::string bytes(body.flat().view());
  const size_t at = std::min(fault.at.value_or(fault.roll % bytes.size()), bytes.size() - 1);
  bytes[at] = static_cast<char>(bytes[at] ^ (1u << (fault.roll >> 61)));
  return Body(std::move(bytes));
}

// Bytes of a body that still arrive: one at least is missing.
size_t cut_at(const Fault& fault, size_t size) {
  return size == 0 ? 0 : std::min(fault.at.value_or(size / 2), size - 1);
}

}  // namespace

Request spoiled(const Fault& fault, Request request) {
  if (fault.kind == FaultKind::kFlipRequest) request.body = with_flipped_bit(request.body, fault);
  if (fault.kind == FaultKind::kTruncateRequest) {
    const SharedBuffer whole = request.body.flat();
    request.body = Body(std::string(whole.view().substr(0, cut_at(fault, whole.view().size()))));
  }
  return request;
}

void spoil(const Fault& fault, Response& response) {
  WireFate& fate = response.fate;
  const size_t size = response.body.size();
  fate.delay = fault.delay;
  switch (fault.kind) {
    case FaultKind::kError:
    case FaultKind::kThrottle:
    case FaultKind::kDelay:
    case FaultKind::kTruncateRequest:
    case FaultKind::kFlipRequest:
    case FaultKind::kExpireSession:
      return;
    case FaultKind::kResetBefore:
    case FaultKind::kResetAfter:
      fate.end = WireFate::End::kLost;
      return;
    case FaultKind::kResetInside:
    case FaultKind::kTruncate:
      // An empty body has no inside: the answer is lost.
      fate.end = size == 0 ? WireFate::End::kLost : WireFate::End::kCut;
      fate.body_bytes = cut_at(fault, size);
      fate.reset = fault.kind == FaultKind::kResetInside;
      return;
    case FaultKind::kFlip:
      response.body = with_flipped_bit(response.body, fault);
      return;
  }
}

}  // namespace otsstream::local
