#pragma once
// For tests only: a service of one handler in the same process, signed answers, virtual time.

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "net/loop_transport.h"
#include "tablestore/client/caller.h"
#include "tablestore/wire/messages.h"
#include "tablestore/wire/signature.h"

namespace otsstream::tablestore {

class FakeService : public testing::Test {
 protected:
  static constexpr int64_t kNowMs = 1795356290000;  // 2026-11-22T14:04:50Z
  static constexpr const char* kKey = "testkey";

  FakeService() {
    set_log_level("error");  // retries are counted here, not read
    transport_.route("http://fake", [this](const Request& request) {
      requests_.push_back(request);
      if (answers_.empty()) return Response{500, {}, {}};
      Response answer =
          answers_.size() == 1 ? answers_.front() : std::exchange(answers_.front(), {});
      if (answers_.size() > 1) answers_.pop_front();
      return answer;
    });
    options_.retry.max_retries = 5;
    options_.cancel = &cancel_;
  }

  std::shared_ptr<Caller> make_caller() {
    Connection connection{"http://fake", "inst", "testid", Secret(kKey), token_};
    return Caller::create(connection, transport_, executor_, random_, options_);
  }

  // An answer as the service sends it.
  Response signed_answer(const std::string& operation, int status, const std::string& body,
                         int64_t now_ms = kNowMs) {
    HeaderList headers = {{"x-ots-contentmd5", content_md5(body)},
                          {"x-ots-contenttype", "protocol buffer"},
                          {"x-ots-date", format_date(now_ms)},
                          {"x-ots-requestid", "req-1"}};
    Response answer;
    answer.status = status;
    answer.headers.add("Authorization",
                       "OTS testid:" + sign_response(kKey, "/" + operation, headers));
    for (auto& [name, value] : headers) answer.headers.add(name, value);
    answer.body = Body(body);
    return answer;
  }
  Response error_answer(const std::string& operation, int status, const std::string& code,
                        const std::string& message = "no") {
    return signed_answer(operation, status, encode(ErrorMessage{code, message}));
  }
  // The last answer is repeated for ever.
  void answer_with(std::vector<Response> answers) {
    answers_.assign(answers.begin(), answers.end());
  }

  Result<SharedBuffer> call(const std::string& operation, Repeat repeat = Repeat::kSafe) {
    auto caller = make_caller();
    auto result = await<SharedBuffer>(executor_, [&](auto done) {
      caller->call(operation, SharedBuffer(std::string("body")), "table t1", done, repeat);
    });
    retries_ = caller->retries();
    return result;
  }

  ManualClock clock_{kNowMs * 1000};
  VirtualExecutor executor_{clock_, 1};
  Random random_{1};
  LoopTransport transport_{executor_};
  CancelToken cancel_;
  CallerOptions options_;
  Secret token_;
  std::deque<Response> answers_;
  std::vector<Request> requests_;
  uint64_t retries_ = 0;
};

}  // namespace otsstream::tablestore
