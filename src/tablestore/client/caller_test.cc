#include "tablestore/client/caller.h"

#include <gmock/gmock.h>

#include "net/fault_transport.h"
#include "tablestore/client/fake_service.h"
#include "tablestore/wire/service_error.h"

namespace otsstream::tablestore {
namespace {

using testing::HasSubstr;
using testing::Not;

using CallerTest = FakeService;

TEST_F(CallerTest, SendsASignedRequestAndReturnsTheVerifiedBody) {
  answer_with({signed_answer("GetRow", 200, "answer")});
  token_ = Secret("sts-token");
  auto result = call("GetRow");
  ASSERT_TRUE(result.has_value()) << result.error().to_string();
  EXPECT_EQ(result->view(), "answer");
  ASSERT_EQ(requests_.size(), 1u);
  const Request& request = requests_[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/GetRow");
  EXPECT_EQ(request.body.flat().view(), "body");
  EXPECT_EQ(request.headers.get("x-ots-date"), "2026-11-22T14:04:50.000Z");
  EXPECT_EQ(request.headers.get("x-ots-apiversion"), "2015-12-31");
  EXPECT_EQ(request.headers.get("x-ots-accesskeyid"), "testid");
  EXPECT_EQ(request.headers.get("x-ots-instancename"), "inst");
  EXPECT_EQ(request.headers.get("x-ots-contentmd5"), content_md5("body"));
  EXPECT_EQ(request.headers.get("x-ots-ststoken"), "sts-token");
  EXPECT_THAT(std::string(request.headers.get("User-Agent")), HasSubstr("otsstream/"));
  HeaderList sent;
  for (const Header& header : request.headers.list()) sent.emplace_back(header.name, header.value);
  EXPECT_EQ(request.headers.get("x-ots-signature"), sign_request_v2(kKey, "/GetRow", sent));
  EXPECT_EQ(retries_, 0u);
}

TEST_F(CallerTest, NoTokenHeaderWithoutAToken) {
  answer_with({signed_answer("GetRow", 200, "")});
  ASSERT_TRUE(call("GetRow").has_value());
  EXPECT_EQ(requests_[0].headers.find("x-ots-ststoken"), nullptr);
}

TEST_F(CallerTest, RetriesExactlyMaxRetriesTimes) {
  answer_with({error_answer("GetRow", 503, "OTSServerBusy", "busy")});
  auto result = call("GetRow");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(requests_.size(), 6u);  // the first try and five retries
  EXPECT_EQ(retries_, 5u);
  EXPECT_EQ(result.error().code, "OTSServerBusy");
  EXPECT_EQ(result.error().request_id, "req-1");
  EXPECT_THAT(result.error().message, HasSubstr("GetRow table t1: busy (after 5 retries)"));
  EXPECT_EQ(result.error().where, "http://fake/GetRow");
  // 0.1 + 0.2 + 0.4 + 0.8 + 1.6 s, each within 20 %
  EXPECT_NEAR(static_cast<double>(clock_.wall_ms() - kNowMs), 3100, 620);
}

TEST_F(CallerTest, GoesOnAfterAPassingError) {
  answer_with({error_answer("GetRow", 503, "OTSServerBusy"),
               error_answer("GetRow", 500, "OTSInternalServerError"),
               signed_answer("GetRow", 200, "ok")});
  EXPECT_EQ(call("GetRow").value().view(), "ok");
  EXPECT_EQ(retries_, 2u);
}

TEST_F(CallerTest, EveryCodeIsRetriedAsItsTableSays) {
  for (const ServiceError& e : service_errors()) {
    requests_.clear();
    answer_with({error_answer("GetRow", e.http_status, std::string(e.code))});
    auto result = call("GetRow");
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, e.code);
    EXPECT_EQ(result.error().kind, e.kind) << e.code;
    EXPECT_EQ(requests_.size(), e.stream_reader_retries ? 6u : 1u) << e.code;
  }
}

TEST_F(CallerTest, ConditionalWritesAreRepeatedOnlyAfterARefusal) {
  struct Case {
    int status;
    const char* code;
    size_t tries;
  };
  for (const Case& c : std::initializer_list<Case>{{503, "OTSServerBusy", 6},
                                                   {409, "OTSRowOperationConflict", 6},
                                                   {429, "OTSFlowControl", 6},
                                                   {500, "OTSInternalServerError", 1},
                                                   {503, "OTSTimeout", 1},
                                                   {403, "OTSConditionCheckFail", 1}}) {
    requests_.clear();
    answer_with({error_answer("PutRow", c.status, c.code)});
    auto result = call("PutRow", Repeat::kOnlyIfRefused);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(requests_.size(), c.tries) << c.code;
  }
}

TEST_F(CallerTest, AnUnknownOutcomeOfAConditionalWriteComesBackAsSuch) {
  answer_with({error_answer("PutRow", 503, "OTSTimeout")});
  EXPECT_EQ(call("PutRow", Repeat::kOnlyIfRefused).error().retry, RetryClass::kIdempotentOnly);

  answer_with({signed_answer("PutRow", 200, "ok")});
  FaultTransport faults(transport_, executor_, 1);
  FaultRule lost_answer;
  lost_answer.fault = Fault::kResetAfterSend;
  lost_answer.count = 1;
  faults.add(lost_answer);
  auto caller = Caller::create({"http://fake", "inst", "testid", Secret(kKey), {}}, faults,
                               executor_, random_, options_);
  auto put = [&](Repeat repeat) {
    return await<SharedBuffer>(executor_, [&](auto done) {
      caller->call("PutRow", SharedBuffer(), "table t1", done, repeat);
    });
  };
  auto lost = put(Repeat::kOnlyIfRefused);
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().kind, ErrorKind::kNetwork);
  EXPECT_EQ(lost.error().retry, RetryClass::kIdempotentOnly);

  // The same loss of an unconditional write is made good by sending it again.
  faults.add(lost_answer);
  EXPECT_TRUE(put(Repeat::kSafe).has_value());
}

// Damage on the way: the same request is sent again.
TEST_F(CallerTest, DamagedAnswersAreRetried) {
  Response wrong_md5 = signed_answer("GetRow", 200, "answer");
  wrong_md5.body = Body(std::string("answeR"));
  Response wrong_signature = signed_answer("GetRow", 200, "answer");
  wrong_signature.headers.set("Authorization", "OTS testid:AAAA");
  Response changed_header = signed_answer("GetRow", 200, "answer");
  changed_header.headers.set("x-ots-date", format_date(kNowMs + 1000));
  Response unsigned_answer = signed_answer("GetRow", 200, "answer");
  unsigned_answer.headers.remove("Authorization");
  Response no_id = signed_answer("GetRow", 200, "answer");
  no_id.headers.remove("x-ots-requestid");
  Response no_md5 = signed_answer("GetRow", 200, "answer");
  no_md5.headers.remove("x-ots-contentmd5");
  Response wrong_error_md5 = error_answer("GetRow", 404, "OTSObjectNotExist");
  wrong_error_md5.headers.set("x-ots-contentmd5", content_md5("other"));
  struct Case {
    Response answer;
    const char* code;
  };
  for (const Case& c :
       {Case{wrong_md5, "Wire-AnswerMd5"}, Case{wrong_signature, "Wire-AnswerSignature"},
        Case{changed_header, "Wire-AnswerSignature"}, Case{unsigned_answer, "Wire-AnswerSignature"},
        Case{no_id, "Wire-AnswerHeader"}, Case{no_md5, "Wire-AnswerHeader"},
        Case{wrong_error_md5, "Wire-AnswerMd5"}}) {
    requests_.clear();
    answer_with({c.answer});
    auto result = call("GetRow");
    ASSERT_FALSE(result.has_value()) << c.code;
    EXPECT_EQ(result.error().code, c.code);
    EXPECT_EQ(result.error().kind, ErrorKind::kCorrupt);
    EXPECT_EQ(requests_.size(), 6u) << c.code;

    answer_with({c.answer, signed_answer("GetRow", 200, "answer")});
    EXPECT_TRUE(call("GetRow").has_value()) << c.code;
  }
}

TEST_F(CallerTest, ErrorsWithoutABodyGoByTheStatus) {
  struct Case {
    int status;
    size_t tries;
  };
  for (const Case& c : std::initializer_list<Case>{{500, 6},
                                                   {502, 6},
                                                   {408, 6},
                                                   {429, 6},
                                                   {400, 1},
                                                   {403, 1},
                                                   {404, 1},
                                                   {301, 1},
                                                   {204, 1}}) {
    for (const char* body : {"", "<html>gateway</html>"}) {
      requests_.clear();
      answer_with({Response{c.status, {}, Body(std::string(body))}});
      auto result = call("GetRow");
      ASSERT_FALSE(result.has_value());
      EXPECT_EQ(result.error().code, "HTTP-" + std::to_string(c.status));
      EXPECT_EQ(requests_.size(), c.tries) << c.status;
    }
  }
}

TEST_F(CallerTest, CancelledBeforeTheFirstTry) {
  answer_with({signed_answer("GetRow", 200, "")});
  cancel_.cancel();
  auto result = call("GetRow");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kCancelled);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(CallerTest, CancelledDuringAPause) {
  answer_with({error_answer("GetRow", 503, "OTSServerBusy")});
  executor_.post_after(milliseconds(200), [this] { cancel_.cancel(); });
  auto result = call("GetRow");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(requests_.size(), 2u);  // at 0 and 0.1 s; the third was due at 0.3 s
}

TEST_F(CallerTest, NoConnectionIsRetriedThenNamed) {
  auto caller = Caller::create({"http://nowhere", "inst", "testid", Secret(kKey), {}}, transport_,
                               executor_, random_, options_);
  auto result = await<SharedBuffer>(executor_, [&](auto done) {
    caller->call("PutRow", SharedBuffer(), "table t1", done, Repeat::kOnlyIfRefused);
  });
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, "Net-Connect");
  EXPECT_EQ(result.error().where, "http://nowhere/PutRow");
  EXPECT_EQ(caller->retries(), 5u);
}

TEST_F(CallerTest, ClockSkewIsExplainedWithBothClocks) {
  answer_with({signed_answer("GetRow", 403, encode(ErrorMessage{"OTSAuthFailed", "date"}),
                             kNowMs + 20 * 60 * 1000)});
  auto result = call("GetRow");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, "OTSAuthFailed");
  EXPECT_THAT(result.error().remedy, HasSubstr("2026-11-22T14:04:50.000Z"));
  EXPECT_THAT(result.error().remedy, HasSubstr("2026-11-22T14:24:50.000Z"));

  answer_with({error_answer("GetRow", 403, "OTSAuthFailed")});
  EXPECT_THAT(call("GetRow").error().remedy, Not(HasSubstr("2026-11-22")));
}

TEST_F(CallerTest, KeysNeverGetIntoErrors) {
  token_ = Secret("sts-token");
  answer_with({error_answer("GetRow", 403, "OTSAuthFailed",
                            "key testkey and token sts-token are unknown")});
  const std::string text = call("GetRow").error().to_string();
  EXPECT_THAT(text, Not(HasSubstr("testkey")));
  EXPECT_THAT(text, Not(HasSubstr("sts-token")));
  EXPECT_THAT(text, HasSubstr("key *** and token ***"));
}

TEST_F(CallerTest, AnswersBeyondTheLimitAreRefusedOnce) {
  options_.max_answer_bytes = 3;
  answer_with({signed_answer("GetRow", 200, "four")});
  auto result = call("GetRow");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::kResource);
  EXPECT_EQ(result.error().code, "Tablestore-AnswerTooLarge");
  EXPECT_EQ(requests_.size(), 1u);
}

TEST_F(CallerTest, CountsBytesAndClockDifference) {
  answer_with({signed_answer("GetRow", 200, "answer", kNowMs + 5000)});
  auto caller = make_caller();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(await<SharedBuffer>(executor_, [&](auto done) {
                  caller->call("GetRow", SharedBuffer(), "table t1", done);
                }).has_value());
  }
  EXPECT_EQ(caller->bytes_received(), 12u);
  EXPECT_EQ(caller->clock_difference_ms(), 5000);
}

}  // namespace
}  // namespace otsstream::tablestore
