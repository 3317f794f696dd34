#include "net/loop_transport.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace otsstream {
namespace {

class Loop : public ::testing::Test {
 protected:
  Result<Response> send(LoopTransport& transport, Request request) {
    return await<Response>(executor, [&](auto done) { transport.send(std::move(request), done); });
  }

  ManualClock clock{1'000'000};
  VirtualExecutor executor{clock, 1};
};

TEST_F(Loop, HandlerSeesTheRequestAsAServerDoes) {
  LoopTransport transport(executor);
  Request seen;
  transport.route("http://inst.ots:80", [&](const Request& request) {
    seen = request;
    Response response;
    response.status = 201;
    response.headers.add("x-id", "7");
    response.body.append(SharedBuffer(std::string("ab")));
    response.body.append(SharedBuffer(std::string("c")));
    return response;
  });
  Request request;
  request.method = "PUT";
  request.origin = "http://inst.ots:80";
  request.target = "/t?x=%20";
  request.body.append(SharedBuffer(std::string("1")));
  request.body.append(SharedBuffer(std::string("2")));
  auto answer = send(transport, request);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.origin, "");
  EXPECT_EQ(seen.target, "/t?x=%20");
  EXPECT_EQ(seen.headers.get("host"), "inst.ots:80");
  ASSERT_EQ(seen.body.parts().size(), 1u);
  EXPECT_EQ(seen.body.flat().view(), "12");
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->headers.get("X-Id"), "7");
  EXPECT_EQ(answer->headers.get("Content-Length"), "3");
  ASSERT_EQ(answer->body.parts().size(), 1u);
  EXPECT_EQ(answer->body.flat().view(), "abc");
}

TEST_F(Loop, AnswersAfterTheDelayAndActsHalfWay) {
  LoopTransport transport(executor, milliseconds(10));
  int64_t acted = 0;
  transport.route("http://a", [&](const Request&) {
    acted = clock.steady_us();
    return Response();
  });
  Request request;
  request.origin = "http://a";
  ASSERT_TRUE(send(transport, request).has_value());
  EXPECT_EQ(acted, 5000);
  EXPECT_EQ(clock.steady_us(), 10000);
}

TEST_F(Loop, NeverCallsInline) {
  LoopTransport transport(executor);
  transport.route("http://a", [](const Request&) { return Response(); });
  int calls = 0;
  for (const char* origin : {"http://a", "http://nobody"}) {
    Request request;
    request.origin = origin;
    transport.send(request, [&](Result<Response>) { ++calls; });
  }
  EXPECT_EQ(calls, 0);
  executor.run_for(Duration(1));
  EXPECT_EQ(calls, 2);
}

TEST_F(Loop, UnknownOriginCannotBeConnected) {
  LoopTransport transport(executor);
  Request request;
  request.origin = "http://nobody";
  auto answer = send(transport, request);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kNetwork);
  EXPECT_EQ(answer.error().code, "Net-Connect");
  EXPECT_EQ(answer.error().retry, RetryClass::kAlways);
  EXPECT_NE(answer.error().message.find("http://nobody"), std::string::npos);
}

TEST_F(Loop, ThrowingHandlerIsA500AndHeadHasNoBody) {
  LoopTransport transport(executor);
  transport.route("http://a", [](const Request& request) -> Response {
    if (request.method == "GET") throw std::runtime_error("oops");
    Response response;
    response.body = Body(std::string("12345"));
    return response;
  });
  Request request;
  request.origin = "http://a";
  EXPECT_EQ(send(transport, request)->status, 500);
  request.method = "HEAD";
  auto answer = send(transport, request);
  EXPECT_EQ(answer->headers.get("Content-Length"), "5");
  EXPECT_TRUE(answer->body.empty());
}

}  // namespace
}  // namespace otsstream
