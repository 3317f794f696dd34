#include "tablestore/client/answer.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/service_error.h"
#include "tablestore/wire/signature.h"

namespace otsstream::tablestore {
namespace {

Error damaged(std::string code, std::string message, const Response& answer) {
  Error error =
      make_error(ErrorKind::kCorrupt, std::move(code), std::move(message),
                 "if it stays so, look for a proxy that changes answers, or check the access key");
  error.request_id = answer.headers.get("x-ots-requestid");
  error.retry = RetryClass::kIdempotentOnly;
  return error;
}

std::optional<Error> check_md5(const Response& answer, const SharedBuffer& body) {
  const std::string_view told = answer.headers.get("x-ots-contentmd5");
  const std::string is = content_md5(body.view());
  if (told == is) return std::nullopt;
  return damaged("Wire-AnswerMd5",
                 fmt::format("the answer's body of {} bytes has MD5 {}, its header says {}",
                             body.size(), is, told),
                 answer);
}

// A code that the table does not hold, or none at all.
RetryClass retry_by_status(int status) {
  if (status >= 500) return RetryClass::kIdempotentOnly;
  return status == 408 || status == 429 ? RetryClass::kAlways : RetryClass::kNever;
}

}  // namespace

std::optional<Error> check_answer(const Response& answer, const SharedBuffer& body,
                                  const AnswerCheck& check) {
  if (answer.headers.get("x-ots-requestid").empty()) {
    return damaged("Wire-AnswerHeader",
                   "the answer has no x-ots-requestid, so it does not come from Tablestore",
                   answer);
  }
  if (answer.headers.find("x-ots-contentmd5") == nullptr) {
    return damaged("Wire-AnswerHeader", "the answer has no x-ots-contentmd5", answer);
  }
  if (auto error = check_md5(answer, body)) return error;

  const std::string_view authorization = answer.headers.get("Authorization");
  const size_t colon = authorization.rfind(':');
  if (colon == std::string_view::npos)
    return damaged("Wire-AnswerSignature", "the answer is not signed", answer);
  HeaderList headers;
  for (const Header& header : answer.headers.list())
    headers.emplace_back(header.name, header.value);
  if (!equal_secret(authorization.substr(colon + 1),
                    sign_response(check.key, check.path, headers))) {
    return damaged("Wire-AnswerSignature", "the answer's signature is wrong", answer);
  }
  return std::nullopt;
}

Error answer_error(const Response& answer, const SharedBuffer& body) {
  if (answer.headers.find("x-ots-contentmd5") != nullptr) {
    if (auto error = check_md5(answer, body)) return *std::move(error);
  }
  const std::string_view request_id = answer.headers.get("x-ots-requestid");
  ErrorMessage message;
  if (!decode(body, message) || message.code.empty()) {
    Error error =
        make_error(ErrorKind::kService, fmt::format("HTTP-{}", answer.status),
                   fmt::format("HTTP status {} without a Tablestore error in its body of {} bytes",
                               answer.status, body.size()),
                   "check the endpoint: a proxy or another service may have answered");
    error.request_id = request_id;
    error.retry = retry_by_status(answer.status);
    return error;
  }
  Error error = to_error(message.code, message.message, answer.status, request_id);
  const ServiceError* known = find_service_error(message.code);
  if (known != nullptr && !known->stream_reader_retries) {
    error.retry = RetryClass::kNever;
  } else if (error.retry == RetryClass::kNever) {
    // A refusal (4xx) was no action; anything else may have been one.
    error.retry = answer.status < 500 ? RetryClass::kAlways : RetryClass::kIdempotentOnly;
  }
  return error;
}

}  // namespace otsstream::tablestore
