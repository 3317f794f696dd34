#include "net/fault_transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "net/loop_transport.h"

namespace otsstream {
namespace {

const std::string kBody = "the body of the answer";

class Faults : public ::testing::Test {
 protected:
  Faults() {
    loop.route("http://a", [this](const Request&) {
      ++served;
      Response response;
      response.body = Body(kBody);
      return response;
    });
  }

  Result<Response> get(std::string target = "/GetStreamRecord", Duration idle = Duration(0)) {
    Request request;
    request.origin = "http://a";
    request.target = std::move(target);
    request.idle_timeout = idle;
    return await<Response>(executor, [&](auto done) { faults.send(request, done); });
  }

  ManualClock clock;
  VirtualExecutor executor{clock, 1};
  LoopTransport loop{executor};
  FaultTransport faults{loop, executor, 7};
  int served = 0;
};

FaultRule rule(Fault fault) {
  FaultRule made;
  made.fault = fault;
  return made;
}

void expect_network(const Result<Response>& answer, const char* code) {
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kNetwork);
  EXPECT_EQ(answer.error().code, code);
  EXPECT_EQ(answer.error().retry, RetryClass::kIdempotentOnly);
  EXPECT_EQ(answer.error().where, "http://a/GetStreamRecord");
}

TEST_F(Faults, NoRuleChangesNothing) {
  EXPECT_EQ(get()->body.flat().view(), kBody);
  EXPECT_EQ(faults.faults_injected(), 0u);
}

TEST_F(Faults, ResetBeforeSendIsNotServed) {
  faults.add(rule(Fault::kResetBeforeSend));
  expect_network(get(), "Net-Reset");
  EXPECT_EQ(served, 0);
  EXPECT_EQ(faults.faults_injected(), 1u);
}

TEST_F(Faults, ResetAfterSendIsServed) {
  faults.add(rule(Fault::kResetAfterSend));
  expect_network(get(), "Net-Reset");
  EXPECT_EQ(served, 1);
}

TEST_F(Faults, TruncatedAnswerIsServed) {
  faults.add(rule(Fault::kTruncateAnswer));
  expect_network(get(), "Net-Truncated");
  EXPECT_EQ(served, 1);
}

TEST_F(Faults, FlipBitChangesOneBitOfACopy) {
  SharedBuffer original(kBody);
  loop.route("http://a", [&](const Request&) {
    Response response;
    response.body = Body(original);
    return response;
  });
  faults.add(rule(Fault::kFlipBit));
  auto answer = get();
  ASSERT_TRUE(answer.has_value());
  SharedBuffer got = answer->body.flat();
  ASSERT_EQ(got.size(), kBody.size());
  int bits = 0;
  for (size_t i = 0; i < got.size(); ++i)
    bits += std::popcount(static_cast<uint8_t>(got.data()[i] ^ kBody[i]));
  EXPECT_EQ(bits, 1);
  EXPECT_EQ(original.view(), kBody);
}

TEST_F(Faults, FlipBitLeavesAnEmptyBody) {
  loop.route("http://a", [](const Request&) { return Response(); });
  faults.add(rule(Fault::kFlipBit));
  EXPECT_TRUE(get()->body.empty());
}

TEST_F(Faults, RequestsArriveSpoiled) {
  std::string arrived;
  loop.route("http://a", [&](const Request& request) {
    arrived = std::string(request.body.flat().view());
    return Response();
  });
  auto put = [&](std::string body) {
    Request request;
    request.method = "PUT";
    request.origin = "http://a";
    request.target = "/block";
    request.body = Body(std::move(body));
    auto answer =
        await<Response>(executor, [&](auto done) { faults.send(std::move(request), done); });
    EXPECT_EQ(answer->status, 200);
  };
  faults.add(rule(Fault::kFlipRequestBit));
  put(kBody);
  ASSERT_EQ(arrived.size(), kBody.size());
  int bits = 0;
  for (size_t i = 0; i < arrived.size(); ++i)
    bits += std::popcount(static_cast<uint8_t>(arrived[i] ^ kBody[i]));
  EXPECT_EQ(bits, 1);
  faults.clear();
  faults.add(rule(Fault::kCutRequest));
  put(kBody);
  EXPECT_LT(arrived.size(), kBody.size());
  EXPECT_TRUE(kBody.starts_with(arrived));
  put("");
  EXPECT_EQ(arrived, "");
}

TEST_F(Faults, DelayedAnswerIsWhole) {
  FaultRule slow = rule(Fault::kDelay);
  slow.delay = seconds(3);
  faults.add(slow);
  EXPECT_EQ(get()->body.flat().view(), kBody);
  EXPECT_EQ(clock.steady_us(), 3'000'000);
}

TEST_F(Faults, StatusAnswersInsteadOfTheServer) {
  FaultRule busy = rule(Fault::kStatus);
  busy.answer.status = 503;
  busy.answer.body = Body(std::string("busy"));
  faults.add(busy);
  auto answer = get();
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body.flat().view(), "busy");
  EXPECT_EQ(served, 0);
}

TEST_F(Faults, TimeoutTakesTheIdleTimeAndMayOrMayNotBeServed) {
  faults.add(rule(Fault::kTimeout));
  auto answer = get("/t");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(answer.error().code, "Net-Timeout");
  EXPECT_EQ(answer.error().retry, RetryClass::kIdempotentOnly);
  EXPECT_EQ(clock.steady_us(), 50'000'000);
  for (int i = 0; i < 40; ++i) EXPECT_FALSE(get("/t", seconds(1)).has_value());
  EXPECT_EQ(clock.steady_us(), 90'000'000);
  EXPECT_GT(served, 0);
  EXPECT_LT(served, 41);
}

TEST_F(Faults, PathSkipAndCountChooseTheRequests) {
  FaultRule some = rule(Fault::kResetBeforeSend);
  some.path_contains = "/GetStream";
  some.skip = 1;
  some.count = 2;
  faults.add(some);
  std::string outcome;
  for (const char* target : {"/GetStreamRecord", "/PutRow?x=/GetStream", "/GetStreamRecord",
                             "/PutRow", "/GetStreamRecord", "/GetStreamRecord"})
    outcome += get(target) ? '.' : 'x';
  EXPECT_EQ(outcome, "..x.x.");
  EXPECT_EQ(faults.faults_injected(), 2u);
}

TEST_F(Faults, ACutBodyLooksWhole) {
  const size_t whole = get()->body.size();
  ASSERT_GT(whole, 0u);
  int applied = 0;
  FaultRule cut = rule(Fault::kCutBody);
  cut.count = 3;
  cut.applied = [&](const Request& request) {
    EXPECT_EQ(request.path(), "/GetStreamRecord");
    ++applied;
  };
  faults.add(cut);
  for (int i = 1; i <= 3; ++i) {
    auto answer = get();
    ASSERT_TRUE(answer.has_value()) << answer.error().to_string();
    EXPECT_EQ(answer->status, 200);
    EXPECT_LT(answer->body.size(), whole);
    EXPECT_EQ(applied, i);
  }
  EXPECT_EQ(get()->body.size(), whole);
  EXPECT_EQ(applied, 3);
}

TEST_F(Faults, MethodAndQueryChooseTheRequests) {
  FaultRule some = rule(Fault::kResetBeforeSend);
  some.method = "GET";
  some.query_contains = "uploadid=";
  faults.add(some);
  std::string outcome;
  for (const char* target : {"/t?uploadid=1", "/uploadid=", "/t?uploads", "/t?a&uploadid=2"})
    outcome += get(target) ? '.' : 'x';
  EXPECT_EQ(outcome, "x..x");
  Request post;
  post.origin = "http://a";
  post.method = "POST";
  post.target = "/t?uploadid=1";
  EXPECT_TRUE(await<Response>(executor, [&](auto done) { faults.send(post, done); }));
}

TEST_F(Faults, FirstRuleThatAppliesWinsUntilCleared) {
  FaultRule first = rule(Fault::kStatus);
  first.answer.status = 500;
  first.count = 1;
  FaultRule second = rule(Fault::kStatus);
  second.answer.status = 503;
  faults.add(first);
  faults.add(second);
  EXPECT_EQ(get()->status, 500);
  EXPECT_EQ(get()->status, 503);
  faults.clear();
  EXPECT_EQ(get()->status, 200);
}

TEST_F(Faults, ProbabilityFollowsTheSeed) {
  auto outcome = [&](uint64_t seed) {
    FaultTransport seeded(loop, executor, seed);
    FaultRule half = rule(Fault::kResetBeforeSend);
    half.probability = 0.5;
    seeded.add(half);
    std::string text;
    for (int i = 0; i < 64; ++i) {
      Request request;
      request.origin = "http://a";
      text += await<Response>(executor, [&](auto done) { seeded.send(request, done); }) ? '.' : 'x';
    }
    return text;
  };
  EXPECT_EQ(outcome(3), outcome(3));
  EXPECT_NE(outcome(3), outcome(4));
  auto faulty = std::ranges::count(outcome(3), 'x');
  EXPECT_GT(faulty, 16);
  EXPECT_LT(faulty, 48);
}

TEST_F(Faults, ErrorsFromBelowPassThrough) {
  for (Fault fault : {Fault::kResetAfterSend, Fault::kTruncateAnswer, Fault::kFlipBit}) {
    faults.clear();
    faults.add(rule(fault));
    Request request;
    request.origin = "http://nobody";
    auto answer = await<Response>(executor, [&](auto done) { faults.send(request, done); });
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, "Net-Connect");
  }
}

}  // namespace
}  // namespace otsstream
