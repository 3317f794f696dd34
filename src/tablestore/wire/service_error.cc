#include "tablestore/wire/service_error.h"

#include <array>

namespace otsstream::tablestore {
namespace {

using enum RetryClass;
using enum ErrorKind;

// tablestore-protocol.md 1.9, in its order: code, HTTP status, retry class of the service, retried
// by the stream reader (otsstream-reader.md 10.1: everything but its list), kind. Where the vendor
// names two statuses or none, the one that we answer with.
constexpr ServiceError kErrors[] = {
    {"OTSAuthFailed", 403, kNever, false, kPermission},
    {"OTSNoPermissionAccess", 403, kNever, true, kPermission},
    {"OTSPermissionDenied", 403, kNever, true, kPermission},
    {"OTSParameterInvalid", 400, kNever, false, kService},
    {"OTSInvalidPK", 400, kNever, false, kService},
    {"OTSOutOfRowSizeLimit", 400, kNever, false, kService},
    {"OTSOutOfColumnCountLimit", 400, kNever, false, kService},
    {"OTSForbiddenUpdateCapacityUnit", 400, kNever, true, kService},
    {"OTSRequestBodyTooLarge", 413, kNever, false, kService},
    {"OTSRequestTimeout", 408, kNever, true, kService},
    {"OTSMethodNotAllowed", 405, kNever, true, kService},
    {"OTSConditionCheckFail", 403, kNever, false, kConflict},
    {"OTSObjectNotExist", 404, kNever, false, kNotFound},
    {"OTSObjectAlreadyExist", 409, kNever, false, kConflict},
    {"OTSRowOperationConflict", 409, kAlways, true, kConflict},
    {"OTSTableNotReady", 404, kAlways, true, kService},
    {"OTSPartitionUnavailable", 503, kAlways, true, kService},
    {"OTSServerBusy", 503, kAlways, true, kService},
    {"OTSStorageServerBusy", 503, kAlways, true, kService},
    {"OTSOperationThrottled", 503, kAlways, true, kService},
    {"OTSNotEnoughCapacityUnit", 403, kAlways, true, kService},
    {"OTSCapacityUnitExhausted", 403, kNever, true, kService},
    {"OTSFlowControl", 429, kNever, true, kService},
    {"OTSQuotaExhausted", 403, kNever, true, kService},
    {"OTSTooFrequentReservedThroughputAdjustment", 403, kNever, true, kService},
    {"OTSTimeout", 503, kIdempotentOnly, true, kService},
    {"OTSServerUnavailable", 503, kIdempotentOnly, true, kService},
    {"OTSInternalServerError", 500, kIdempotentOnly, true, kService},
    {"OTSTrimmedDataAccess", 404, kNever, false, kDataLost},
    {"OTSTunnelServerUnavailable", 503, kIdempotentOnly, true, kService},
    {"OTSTunnelExist", 409, kNever, true, kConflict},
    {"OTSTunnelExpired", 410, kNever, true, kDataLost},
    {"OTSResourceGone", 410, kNever, true, kConflict},
    {"OTSSequenceNumberNotMatch", 409, kNever, true, kConflict},
    {"OTSSessionExpired", 400, kNever, true, kService},
    // Local transactions: the vendor's page names the codes, no status and no retry.
    {"OTSSessionNotExist", 404, kNever, true, kNotFound},
    {"OTSDataOutOfRange", 400, kNever, true, kService},
    {"OTSOutOfTransactionDataSizeLimit", 400, kNever, true, kService},
};

std::string_view remedy_for(std::string_view code) {
  if (code == "OTSAuthFailed") {
    return "check the access id and key, the security token, the instance name and this machine's "
           "clock (more than 15 minutes off is refused)";
  }
  if (code == "OTSNoPermissionAccess" || code == "OTSPermissionDenied") {
    return "grant the access id's user the right to this operation on this table";
  }
  if (code == "OTSTrimmedDataAccess")
    return "the Stream no longer holds this position; start from a later time or raise its "
           "retention";
  return {};
}

}  // namespace

std::span<const ServiceError> service_errors() { return kErrors; }

const ServiceError* find_service_error(std::string_view code) {
  for (const ServiceError& e : kErrors) {
    if (e.code == code) return &e;
  }
  return nullptr;
}

Error to_error(std::string_view code, std::string_view message, int http_status,
               std::string_view request_id) {
  Error error =
      make_error(kService, std::string(code), std::string(message), std::string(remedy_for(code)));
  error.request_id = request_id;
  if (const ServiceError* known = find_service_error(code)) {
    error.kind = known->kind;
    error.retry = known->retry;
    if (code == "OTSQuotaExhausted" && message == kTooFrequentTableOperations)
      error.retry = kAlways;
  } else {
    error.retry = http_status >= 500 ? kIdempotentOnly : kNever;
  }
  return error;
}

}  // namespace otsstream::tablestore
