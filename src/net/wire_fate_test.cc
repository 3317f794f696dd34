// What a server does to its answers on purpose: on sockets and in the same process the client sees
// the same.

#include <gtest/gtest.h>

#include "net/curl_transport.h"
#include "net/http_server.h"
#include "net/loop_transport.h"
#include "net/raw_peer_test.h"

namespace otsstream {
namespace {

using End = WireFate::End;

struct FateCase {
  const char* name;
  WireFate fate;
  const char* code;  // of the client's error; "" = the answer arrives whole
};

const FateCase kCases[] = {
    {"Whole", {Duration(0), End::kWhole, 0, true}, ""},
    {"LostByReset", {Duration(0), End::kLost, 0, true}, "Net-Reset"},
    {"LostByClose", {Duration(0), End::kLost, 0, false}, "Net-Reset"},
    {"CutBeforeTheBody", {Duration(0), End::kCut, 0, false}, "Net-Truncated"},
    {"CutInTheSecondPart", {Duration(0), End::kCut, 7, false}, "Net-Truncated"},
    {"CutBehindTheBody", {Duration(0), End::kCut, 10, false}, ""},
    {"LostLater", {milliseconds(5), End::kLost, 0, true}, "Net-Reset"},
    {"CutLater", {milliseconds(5), End::kCut, 7, false}, "Net-Truncated"},
};

Response answer_with(const WireFate& fate) {
  Response response;
  response.body.append(SharedBuffer(std::string("first")));
  response.body.append(SharedBuffer(std::string("secnd")));
  response.fate = fate;
  return response;
}

void expect_outcome(const FateCase& c, const Result<Response>& answer) {
  if (*c.code == '\0') {
    ASSERT_TRUE(answer.has_value()) << answer.error().to_string();
    EXPECT_EQ(answer->body.flat().view(), "firstsecnd");
    EXPECT_EQ(answer->fate.end, End::kWhole) << "the client knows nothing of it";
    return;
  }
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, c.code) << answer.error().to_string();
  EXPECT_EQ(answer.error().retry, RetryClass::kIdempotentOnly) << "the server may have acted";
  EXPECT_NE(answer.error().where, "");
}

class Fate : public ::testing::TestWithParam<FateCase> {};

TEST_P(Fate, OnASocket) {
  auto server = *HttpServer::start({}, [](const Request&) { return answer_with(GetParam().fate); });
  SystemClock clock;
  ThreadedExecutor executor(clock, 1);
  CurlTransport transport(executor);
  Request request;
  request.origin = server->origin();
  request.target = "/x";
  expect_outcome(GetParam(), await<Response>(executor, [&](auto done) {
                   transport.send(std::move(request), done);
                 }));
}

TEST_P(Fate, InTheSameProcess) {
  ManualClock clock{0};
  VirtualExecutor executor(clock, 1);
  LoopTransport transport(executor, milliseconds(2));
  transport.route("http://a", [](const Request&) { return answer_with(GetParam().fate); });
  Request request;
  request.origin = "http://a";
  request.target = "/x";
  expect_outcome(GetParam(), await<Response>(executor, [&](auto done) {
                   transport.send(std::move(request), done);
                 }));
  EXPECT_EQ(clock.steady_us(), (milliseconds(2) + GetParam().fate.delay).count());
}

INSTANTIATE_TEST_SUITE_P(All, Fate, ::testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(WireFate, AReaderOfTheSocketSeesExactlyTheBytesBeforeTheCut) {
  auto server = *HttpServer::start({}, [](const Request&) {
    return answer_with({Duration(0), End::kCut, 7, false});
  });
  auto peer = RawSocket::connect(server->port());
  peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  std::string got = peer.read_all();
  EXPECT_TRUE(got.ends_with("Content-Length: 10\r\n\r\nfirstse")) << got;
}

TEST(WireFate, ALateAnswerKeepsNobodyElseWaiting) {
  HttpServerOptions options;
  options.handler_threads = 1;
  auto server = *HttpServer::start(options, [](const Request& request) {
    Response response;
    response.body = Body(std::string(request.path()));
    if (request.path() == "/late") response.fate.delay = seconds(3600);
    return response;
  });
  auto late = RawSocket::connect(server->port());
  late.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
  auto other = RawSocket::connect(server->port());
  for (int i = 0; i < 3; ++i) {
    other.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(other.read_until("/now").ends_with("/now"));
  }
  server.reset();  // does not wait for the hour
  EXPECT_EQ(late.read_all(), "");
}

}  // namespace
}  // namespace otsstream
