#pragma once
// Every error code of the service: HTTP status and retry class (tablestore-protocol.md 1.9,
// otsstream-reader.md 10.1). The only home of these facts.

#include <span>
#include <string_view>

#include "base/error.h"

namespace otsstream::tablestore {

struct ServiceError {
  std::string_view code;
  int http_status;
  RetryClass
      retry;  // by the service's table; the stream reader retries by retried_by_stream_reader
  bool stream_reader_retries;  // otsstream-reader.md 10.1: everything but its list
  ErrorKind kind;
};

// All known codes.
std::span<const ServiceError> service_errors();
// nullptr for a code that the table does not hold.
const ServiceError* find_service_error(std::string_view code);
// OTSQuotaExhausted is retryable only with this exact message.
inline constexpr std::string_view kTooFrequentTableOperations = "Too frequent table operations.";

// An Error as the client reports it: kind and retry class from the table; unknown codes: by the
// HTTP status (5xx retryable when idempotent).
Error to_error(std::string_view code, std::string_view message, int http_status,
               std::string_view request_id);

}  // namespace otsstream::tablestore
