#pragma once
// An answer that refuses: the service's code and a message, as the client will see them.

#include <string>
#include <string_view>

#include "base/result.h"

namespace otsstream::local {

// `code` is one of tablestore/wire/service_error.h; its HTTP status and kind are looked up there.
tl::unexpected<Error> reject(std::string_view code, std::string message);

// For the most frequent codes.
tl::unexpected<Error> reject_parameter(std::string message);  // OTSParameterInvalid
tl::unexpected<Error> reject_missing_table(std::string_view table);
tl::unexpected<Error> reject_missing_stream();
tl::unexpected<Error> reject_missing_transaction();  // OTSSessionNotExist
// OTSDataOutOfRange: a transaction and a row of another partition key
tl::unexpected<Error> reject_foreign_partition();

// An error of a decoder (malformed message, bad checksum) as the service reports it; codes of the
// service pass through.
Error as_rejection(Error error);

}  // namespace otsstream::local
