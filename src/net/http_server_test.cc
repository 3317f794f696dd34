#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <mutex>
#include <stdexcept>

#include "net/raw_peer_test.h"

namespace otsstream {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// "GET /a?b|body" for what arrived; so a test can read the request out of the answer.
Response echo(const Request& request) {
  Response response;
  response.body =
      Body(request.method + " " + request.target + "|" + std::string(request.body.flat().view()));
  return response;
}

std::unique_ptr<HttpServer> start(Handler handler, HttpServerOptions options = {}) {
  auto server = HttpServer::start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.has_value()) << server.error().to_string();
  return std::move(*server);
}

std::string exchange(int port, std::string_view bytes) {
  RawSocket socket = RawSocket::connect(port);
  socket.send(bytes);
  return socket.read_all();
}

struct RequestCase {
  const char* name;
  const char* bytes;
  const char* answer_end;
};

class ServerReads : public ::testing::TestWithParam<RequestCase> {};

TEST_P(ServerReads, Request) {
  auto server = start(echo);
  std::string answer = exchange(server->port(), GetParam().bytes);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, EndsWith(GetParam().answer_end));
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, ServerReads,
    ::testing::Values(
        RequestCase{"Get", "GET /a%2Fb?x=1&y HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                    "\r\n\r\nGET /a%2Fb?x=1&y|"},
        RequestCase{"GetWithLengthZero",
                    "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    "\r\n\r\nGET /a|"},
        RequestCase{"PostWithoutLength",
                    "POST /t?uploads HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                    "\r\n\r\nPOST /t?uploads|"},
        RequestCase{"Put",
                    "PUT /t HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
                    "a\r\n\r\n",
                    "\r\n\r\nPUT /t|a\r\n\r\n"},
        RequestCase{"Delete", "DELETE /t HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                    "\r\n\r\nDELETE /t|"},
        RequestCase{"Chunked",
                    "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                    "Connection: close\r\n\r\n3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
                    "\r\n\r\nPOST /c|abc0123456789"},
        RequestCase{"ChunkedEmpty",
                    "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                    "Connection: close\r\n\r\n0\r\n\r\n",
                    "\r\n\r\nPOST /c|"},
        RequestCase{"Http10", "GET /old HTTP/1.0\r\n\r\n", "\r\n\r\nGET /old|"},
        RequestCase{
            "Pipelined",
            "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxy"
            "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n"
            "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
            "\r\n\r\nGET /3|"}),
    [](const auto& each) { return each.param.name; });

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  auto server = start(echo);
  std::string answers = exchange(server->port(),
                                 "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxy"
                                 "POST /2 HTTP/1.1\r\nHost: h\r\n\r\n"
                                 "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  size_t first = answers.find("POST /1|xy"), second = answers.find("POST /2|"),
         third = answers.find("GET /3|");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
}

// A POST without any length on a connection that stays open: the answer must not wait for bytes
// (trap T3).
TEST(HttpServer, PostWithoutLengthIsAnsweredAtOnceAndKeepsTheConnection) {
  auto server = start(echo);
  RawSocket socket = RawSocket::connect(server->port());
  for (int i = 0; i < 3; ++i) {
    socket.send("POST /t HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(socket.read_until("POST /t|"), HasSubstr("Content-Length: 8\r\n"));
  }
}

TEST(HttpServer, AnswersExpectContinueBeforeTheBody) {
  auto server = start(echo);
  RawSocket socket = RawSocket::connect(server->port());
  socket.send("PUT /t HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("abc");
  EXPECT_THAT(socket.read_until("PUT /t|abc"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(HttpServer, Http10KeepsAliveOnlyWhenAsked) {
  auto server = start(echo);
  RawSocket socket = RawSocket::connect(server->port());
  socket.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(socket.read_until("GET /1|"), HasSubstr("Connection: keep-alive\r\n"));
  socket.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_THAT(socket.read_all(), HasSubstr("Connection: close\r\n"));
}

TEST(HttpServer, WritesHeadersPartsAndLength) {
  auto server = start([](const Request&) {
    Response response;
    response.status = 206;
    response.headers = {{"x-odps-request-id", "r1"},
                        {"Content-Length", "999"},
                        {"Transfer-Encoding", "chunked"},
                        {"x-split", "a\r\nx-evil: 1"}};
    response.body.append(SharedBuffer(std::string("one,")));
    response.body.append(SharedBuffer(std::string("two")));
    return response;
  });
  std::string answer =
      exchange(server->port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer,
            "HTTP/1.1 206 Partial Content\r\nx-odps-request-id: r1\r\nx-split: a  x-evil: 1\r\n"
            "Content-Length: 7\r\nConnection: close\r\n\r\none,two");
}

TEST(HttpServer, HeadHasLengthButNoBody) {
  auto server = start(echo);
  std::string answer =
      exchange(server->port(), "HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(HttpServer, NoContentHasNeitherLengthNorBody) {
  auto server = start([](const Request&) {
    Response response;
    response.status = 204;
    response.body = Body(std::string("ignored"));
    return response;
  });
  std::string answer =
      exchange(server->port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

struct RefusalCase {
  const char* name;
  std::string bytes;
  const char* status;  // "" = closed without an answer
};

class ServerRefuses : public ::testing::TestWithParam<RefusalCase> {};

TEST_P(ServerRefuses, AndLivesOn) {
  HttpServerOptions options;
  options.max_body_bytes = 1000;
  auto server = start(echo, options);
  RawSocket socket = RawSocket::connect(server->port());
  socket.send(GetParam().bytes);
  socket.finish_sending();
  std::string answer = socket.read_all();
  if (*GetParam().status == 0) {
    EXPECT_EQ(answer, "");
  } else {
    EXPECT_THAT(answer, StartsWith(std::string("HTTP/1.1 ") + GetParam().status));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  }
  EXPECT_THAT(exchange(server->port(), "GET /ok HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
              EndsWith("GET /ok|"));
}

INSTANTIATE_TEST_SUITE_P(
    Requests, ServerRefuses,
    ::testing::Values(
        RefusalCase{"Garbage", std::string("\x16\x03\x01\x02\x00\x01\xff garbage\r\n\r\n", 19),
                    "400"},
        RefusalCase{"BadVersion", "GET / HTTP/9.9\r\n\r\n", "400"},
        RefusalCase{"BadHeader", "GET / HTTP/1.1\r\nno colon here\r\n\r\n", "400"},
        RefusalCase{"BadLength", "PUT / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", "400"},
        RefusalCase{"TwoLengths",
                    "PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"},
        RefusalCase{
            "LengthAndChunked",
            "PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "400"},
        RefusalCase{"BadChunk", "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                    "400"},
        RefusalCase{"LongLength",
                    "PUT / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x'),
                    "413"},
        RefusalCase{"LongChunks",
                    "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" +
                        std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n",
                    "413"},
        RefusalCase{"LongHeaders", "GET / HTTP/1.1\r\nx: " + std::string(70000, 'x') + "\r\n\r\n",
                    "431"},
        RefusalCase{"HalfHeader", "GET / HTTP/1.1\r\nHos", ""},
        RefusalCase{"HalfBody", "PUT / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc", ""},
        RefusalCase{"HalfChunk", "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ""},
        RefusalCase{"Nothing", "", ""}),
    [](const auto& each) { return each.param.name; });

TEST(HttpServer, TakesABodyOfExactlyTheLimit) {
  HttpServerOptions options;
  options.max_body_bytes = 1000;
  auto server = start(echo, options);
  std::string body(1000, 'x');
  EXPECT_THAT(
      exchange(server->port(),
               "PUT / HTTP/1.1\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n" + body),
      EndsWith("|" + body));
}

TEST(HttpServer, TurnsAThrowingHandlerInto500) {
  auto server = start([](const Request& request) -> Response {
    if (request.target == "/std") throw std::runtime_error("secret detail");
    if (request.target == "/int") throw 42;
    Response response;
    response.status = 7;
    return response;
  });
  for (std::string target : {"/std", "/int", "/status"}) {
    std::string answer = exchange(
        server->port(), "GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 ")) << target;
    EXPECT_THAT(answer, Not(HasSubstr("secret detail")));
  }
}

TEST(HttpServer, RunsHandlersSideBySide) {
  std::latch both(2);
  HttpServerOptions options;
  options.handler_threads = 2;
  auto server = start(
      [&](const Request& request) {
        both.arrive_and_wait();  // passes only when two handlers run at once
        return echo(request);
      },
      options);
  RawSocket one = RawSocket::connect(server->port()), two = RawSocket::connect(server->port());
  one.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
  two.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(one.read_until("GET /1|"), EndsWith("GET /1|"));
  EXPECT_THAT(two.read_until("GET /2|"), EndsWith("GET /2|"));
}

TEST(HttpServer, ClosesConnectionsThatStayIdleOrStall) {
  HttpServerOptions options;
  options.idle_timeout = milliseconds(100);
  options.header_timeout = milliseconds(100);
  auto server = start(echo, options);
  for (std::string_view sent : {"", "GET / HT", "PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
                                "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"}) {
    RawSocket socket = RawSocket::connect(server->port());
    socket.send(sent);
    EXPECT_EQ(socket.read_all(), "") << sent;  // returns because the server closed
  }
}

TEST(HttpServer, EndsCleanlyWithOpenConnectionsAndWaitsForRunningHandlers) {
  std::latch entered(1);
  std::atomic<bool> finished = false;
  auto server = start([&](const Request& request) {
    entered.count_down();
    std::this_thread::sleep_for(milliseconds(50));
    finished = true;
    return echo(request);
  });
  RawSocket idle = RawSocket::connect(server->port());
  RawSocket half = RawSocket::connect(server->port());
  half.send("PUT / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nabc");
  RawSocket busy = RawSocket::connect(server->port());
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  entered.wait();
  server.reset();
  EXPECT_TRUE(finished);
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
}

TEST(HttpServer, SaysWhyItCannotListen) {
  auto first = start(echo);
  HttpServerOptions taken;
  taken.port = first->port();
  auto second = HttpServer::start(taken, echo);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kResource);
  EXPECT_EQ(second.error().code, "Net-Bind");
  EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1:" + std::to_string(taken.port)));

  for (auto [host, port] : {std::pair{"no-address", 0}, {"127.0.0.1", 65536}, {"127.0.0.1", -1}}) {
    HttpServerOptions wrong;
    wrong.host = host;
    wrong.port = port;
    auto server = HttpServer::start(wrong, echo);
    ASSERT_FALSE(server.has_value()) << host << port;
    EXPECT_EQ(server.error().kind, ErrorKind::kConfig);
    EXPECT_EQ(server.error().code, "Net-Address");
  }
}

TEST(HttpServer, TakesItsPortAgainAtOnce) {
  auto first = start(echo);
  HttpServerOptions same;
  same.port = first->port();
  exchange(same.port, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  first.reset();
  auto second = start(echo, same);
  EXPECT_EQ(second->port(), same.port);
  EXPECT_EQ(second->origin(), "http://127.0.0.1:" + std::to_string(same.port));
}

size_t resident_bytes() {
  size_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * 4096;
}

TEST(HttpServer, IdleConnectionsCostLittle) {
  auto server = start(echo);
  std::vector<RawSocket> sockets;
  size_t before = resident_bytes();
  for (int i = 0; i < 400; ++i) {
    sockets.push_back(RawSocket::connect(server->port()));
    ASSERT_TRUE(sockets.back().is_open());
    sockets.back().send("PUT /t HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
    ASSERT_THAT(sockets.back().read_until("|hello"), EndsWith("|hello"));
  }
  size_t per_connection = (resident_bytes() - before) / sockets.size();
  RecordProperty("bytes_per_idle_connection", static_cast<int>(per_connection));
  EXPECT_LT(per_connection, 20000u);  // sanitizers included
}

}  // namespace
}  // namespace otsstream
