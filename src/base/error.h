#pragma once
// What went wrong, to which thing, and what the reader of the message can do about it.
// Every fallible function of the project returns Result<T> (result.h) with one of these inside;
// no exception crosses a folder's border.

#include <memory>
#include <string>
#include <string_view>

namespace otsstream {

enum class ErrorKind {
  kUsage,        // wrong command line
  kConfig,       // job text, connections file, parameters
  kNotFound,     // table, stream, shard, partition, file
  kPermission,   // key, signature, access rights
  kConflict,     // somebody else holds it, or it exists with another shape
  kUnsupported,  // a thing that we know and do not do yet
  kService,      // the service answered with an error
  kNetwork,      // no answer, or half of one
  kTimeout,      // waited long enough
  kCorrupt,      // bytes that violate their format or checksum
  kDataLost,     // the Stream no longer holds what was asked for
  kDirtyLimit,   // more dirty records than the job allows
  kResource,     // memory, disk, block ids
  kCancelled,    // the user stopped it
  kInternal,     // our own mistake
};

// Whether sending the same request again can help (tablestore-protocol.md 1.9).
enum class RetryClass { kNever, kIdempotentOnly, kAlways };

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string code;        // stable machine word: "OTSAuthFailed", "Config-UnknownVariable"
  std::string message;     // what happened, to which thing; one line, never a secret
  std::string remedy;      // what to do about it; may be empty
  std::string where;       // "job.json:12:7 reader.parameter.date", a URL, a shard; may be empty
  std::string request_id;  // the service's id of the failed request; may be empty
  RetryClass retry = RetryClass::kNever;
  std::shared_ptr<const Error> cause;

  // "where: message [code, request id] - remedy", then one "caused by" line per cause.
  std::string to_string() const;
  // The same without causes, on one line.
  std::string headline() const;
};

std::string_view to_string(ErrorKind kind);

// Process exit code (job-engine.md 13.5): 143 for kCancelled, 255 for kUsage, else 1. With
// `detailed`: 2 for kConfig, 3 for kDirtyLimit.
int exit_code(ErrorKind kind, bool detailed = false);

Error make_error(ErrorKind kind, std::string code, std::string message, std::string remedy = {});
// `error` seen from further out: the same kind, code and retry class, a message of its own, `error`
// as the cause.
Error wrap_error(Error error, std::string message, std::string where = {});

}  // namespace otsstream
