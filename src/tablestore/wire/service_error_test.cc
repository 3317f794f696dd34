#include "tablestore/wire/service_error.h"

#include <gtest/gtest.h>

#include <set>

namespace otsstream::tablestore {
namespace {

TEST(ServiceError, CodesAreUnique) {
  std::set<std::string_view> codes;
  for (const ServiceError& e : service_errors()) EXPECT_TRUE(codes.insert(e.code).second) << e.code;
  EXPECT_EQ(codes.size(), 38u);
}

// otsstream-reader.md 10.1
TEST(ServiceError, TheStreamReaderRetriesAllButTen) {
  const std::set<std::string_view> never = {"OTSAuthFailed",
                                            "OTSConditionCheckFail",
                                            "OTSParameterInvalid",
                                            "OTSInvalidPK",
                                            "OTSObjectAlreadyExist",
                                            "OTSObjectNotExist",
                                            "OTSOutOfColumnCountLimit",
                                            "OTSOutOfRowSizeLimit",
                                            "OTSRequestBodyTooLarge",
                                            "OTSTrimmedDataAccess"};
  for (const ServiceError& e : service_errors())
    EXPECT_EQ(e.stream_reader_retries, !never.contains(e.code)) << e.code;
}

TEST(ServiceError, StatusKindAndClassOfEachFamily) {
  struct Case {
    const char* code;
    int status;
    RetryClass retry;
    ErrorKind kind;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"OTSAuthFailed", 403, RetryClass::kNever, ErrorKind::kPermission},
           {"OTSConditionCheckFail", 403, RetryClass::kNever, ErrorKind::kConflict},
           {"OTSObjectNotExist", 404, RetryClass::kNever, ErrorKind::kNotFound},
           {"OTSTrimmedDataAccess", 404, RetryClass::kNever, ErrorKind::kDataLost},
           {"OTSTableNotReady", 404, RetryClass::kAlways, ErrorKind::kService},
           {"OTSServerBusy", 503, RetryClass::kAlways, ErrorKind::kService},
           {"OTSRowOperationConflict", 409, RetryClass::kAlways, ErrorKind::kConflict},
           {"OTSTimeout", 503, RetryClass::kIdempotentOnly, ErrorKind::kService},
           {"OTSInternalServerError", 500, RetryClass::kIdempotentOnly, ErrorKind::kService},
           {"OTSFlowControl", 429, RetryClass::kNever, ErrorKind::kService},
       }) {
    const ServiceError* e = find_service_error(c.code);
    ASSERT_NE(e, nullptr) << c.code;
    EXPECT_EQ(e->http_status, c.status) << c.code;
    Error error = to_error(c.code, "text", c.status, "id-1");
    EXPECT_EQ(error.code, c.code);
    EXPECT_EQ(error.retry, c.retry) << c.code;
    EXPECT_EQ(error.kind, c.kind) << c.code;
    EXPECT_EQ(error.message, "text");
    EXPECT_EQ(error.request_id, "id-1");
  }
}

TEST(ServiceError, QuotaIsRetryableOnlyWithItsExactMessage) {
  EXPECT_EQ(to_error("OTSQuotaExhausted", kTooFrequentTableOperations, 403, "").retry,
            RetryClass::kAlways);
  EXPECT_EQ(to_error("OTSQuotaExhausted", "Number of tables exceeded the quota.", 403, "").retry,
            RetryClass::kNever);
}

TEST(ServiceError, UnknownCodesGoByTheStatus) {
  EXPECT_EQ(find_service_error("OTSSomethingNew"), nullptr);
  EXPECT_EQ(to_error("OTSSomethingNew", "", 500, "").retry, RetryClass::kIdempotentOnly);
  EXPECT_EQ(to_error("OTSSomethingNew", "", 400, "").retry, RetryClass::kNever);
}

}  // namespace
}  // namespace otsstream::tablestore
