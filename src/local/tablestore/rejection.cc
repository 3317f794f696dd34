#include "local/tablestore/rejection.h"

#include "tablestore/wire/service_error.h"

namespace otsstream::local {

tl::unexpected<Error> reject(std::string_view code, std::string message) {
  const tablestore::ServiceError* known = tablestore::find_service_error(code);
  Error error =
      make_error(known ? known->kind : ErrorKind::kService, std::string(code), std::move(message));
  if (known) error.retry = known->retry;
  return fail(std::move(error));
}

tl::unexpected<Error> reject_parameter(std::string message) {
  return reject("OTSParameterInvalid", std::move(message));
}

tl::unexpected<Error> reject_missing_table(std::string_view table) {
  return reject("OTSObjectNotExist",
                "Requested table does not exist: '" + std::string(table) + "'.");
}

tl::unexpected<Error> reject_missing_stream() {
  return reject("OTSObjectNotExist", "Requested stream does not exist.");
}

tl::unexpected<Error> reject_missing_transaction() {
  return reject("OTSSessionNotExist", "Session not exist or may be timeout.");
}

tl::unexpected<Error> reject_foreign_partition() {
  return reject("OTSDataOutOfRange",
                "The partition key differs from the one that the transaction was started on.");
}

Error as_rejection(Error error) {
  if (tablestore::find_service_error(error.code)) return error;
  switch (error.kind) {
    case ErrorKind::kCorrupt:
    case ErrorKind::kUnsupported:
      return reject_parameter("Invalid request: " + error.message).value();
    default:
      return reject("OTSInternalServerError", "Internal error: " + error.message).value();
  }
}

}  // namespace otsstream::local
