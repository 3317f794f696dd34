#include "net/curl_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "net/http_server.h"
#include "net/raw_peer_test.h"

namespace otsstream {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 2654435761u >> 13);
  return bytes;
}

class Curl : public ::testing::Test {
 protected:
  void serve(Handler handler, HttpServerOptions options = {}) {
    auto started = HttpServer::start(std::move(options), std::move(handler));
    ASSERT_TRUE(started.has_value()) << started.error().to_string();
    server = std::move(*started);
  }

  Request request(std::string method, std::string target, std::string origin = {}) {
    Request made;
    made.method = std::move(method);
    made.origin = origin.empty() ? server->origin() : std::move(origin);
    made.target = std::move(target);
    return made;
  }

  Result<Response> send(Transport& transport, Request sent) {
    return await<Response>(executor, [&](auto done) { transport.send(std::move(sent), done); });
  }
  Result<Response> send(Request sent) { return send(transport, std::move(sent)); }

  SystemClock clock;
  ThreadedExecutor executor{clock, 2};
  std::unique_ptr<HttpServer> server;
  CurlTransport transport{executor};
};

void expect_error(const Result<Response>& answer, ErrorKind kind, const char* code,
                  RetryClass retry) {
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, kind) << answer.error().to_string();
  EXPECT_EQ(answer.error().code, code) << answer.error().to_string();
  EXPECT_EQ(answer.error().retry, retry) << answer.error().to_string();
  EXPECT_NE(answer.error().message, "");
}

TEST_F(Curl, SendsEveryMethodWithRawTargetAndBody) {
  serve([](const Request& got) {
    Response response;
    response.body = Body(got.method + " " + got.target + " " + std::string(got.body.flat().view()));
    return response;
  });
  const std::string target = "/projects/p/../a%2Fb//c?uploads&x=%E4%BD%A0+1";
  for (auto [method, body] : std::vector<std::pair<std::string, std::string>>{{"GET", ""},
                                                                              {"POST", ""},
                                                                              {"POST", "ab"},
                                                                              {"PUT", ""},
                                                                              {"PUT", "cd"},
                                                                              {"DELETE", ""},
                                                                              {"DELETE", "ef"},
                                                                              {"GET", "gh"}}) {
    Request sent = request(method, target);
    sent.body = Body(body);
    auto answer = send(sent);
    ASSERT_TRUE(answer.has_value()) << answer.error().to_string();
    EXPECT_EQ(answer->body.flat().view(), method + " " + target + " " + body);
  }
  auto head = send(request("HEAD", "/x"));
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->headers.get("content-length"), "8");
  EXPECT_TRUE(head->body.empty());
}

TEST_F(Curl, SendsExactlyTheHeadersOfTheCaller) {
  RawServer raw([](RawSocket& socket) {
    std::string head = socket.read_until("\r\n\r\n");
    socket.read_until("abc");
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(head.size()) + "\r\n\r\n" +
                head);
  });
  Request sent = request("POST", "/t", raw.origin());
  sent.headers = {
      {"x-ots-date", "  2026-01-02  "}, {"x-empty", ""}, {"Content-Length", "77"}, {"Expect", "x"}};
  sent.body = Body(std::string("abc"));
  auto answer = send(sent);
  ASSERT_TRUE(answer.has_value()) << answer.error().to_string();
  std::string host = raw.origin().substr(7);
  EXPECT_EQ(answer->body.flat().view(), "POST /t HTTP/1.1\r\nHost: " + host +
                                            "\r\nx-ots-date: 2026-01-02\r\nx-empty:\r\n"
                                            "Content-Length: 3\r\n\r\n");
}

TEST_F(Curl, HandsOutStatusAndHeadersAsTheyCame) {
  serve([](const Request&) {
    Response response;
    response.status = 302;  // not followed
    response.headers = {{"Location", "/elsewhere"},
                        {"x-ots-requestid", "r: 1"},
                        {"Set-Cookie", "a"},
                        {"Set-Cookie", "b"},
                        {"Content-Encoding", "gzip"}};
    response.body = Body(std::string("not gzip at all"));  // not decompressed
    return response;
  });
  auto answer = send(request("GET", "/"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->headers.get("X-Ots-RequestId"), "r: 1");
  EXPECT_EQ(std::ranges::count(answer->headers.list(), "Set-Cookie", &Header::name), 2);
  EXPECT_EQ(answer->body.flat().view(), "not gzip at all");
}

TEST_F(Curl, MovesLargeBodiesBothWays) {
  const std::string bytes = pattern(8u << 20);
  serve([](const Request& got) {
    Response response;
    SharedBuffer body = got.body.flat();  // back in three parts, none of them copied
    for (size_t at : {size_t{0}, size_t{1}, body.size() / 2}) {
      size_t end = at == 0 ? 1 : at == 1 ? body.size() / 2 : body.size();
      response.body.append(body.slice(body.view().substr(at, end - at)));
    }
    response.headers.add("x-chunked", got.headers.find("Transfer-Encoding") ? "yes" : "no");
    return response;
  });
  for (bool chunked : {false, true}) {
    for (size_t parts : {1, 3, 1000}) {
      Request sent = request("PUT", "/block");
      sent.chunked = chunked;
      SharedBuffer whole{std::string(bytes)};
      size_t step = bytes.size() / parts + 1;
      for (size_t at = 0; at < bytes.size(); at += step)
        sent.body.append(whole.slice(whole.view().substr(at, step)));
      auto answer = send(sent);
      ASSERT_TRUE(answer.has_value()) << answer.error().to_string();
      EXPECT_EQ(answer->headers.get("x-chunked"), chunked ? "yes" : "no");
      EXPECT_EQ(answer->body.parts().size(), 1u);
      EXPECT_TRUE(answer->body.flat().view() == bytes) << chunked << " " << parts;
    }
  }
}

TEST_F(Curl, SendsAnEmptyChunkedBody) {
  serve([](const Request& got) {
    Response response;
    response.body = Body(std::to_string(got.body.size()));
    return response;
  });
  Request sent = request("POST", "/");
  sent.chunked = true;
  EXPECT_EQ(send(sent)->body.flat().view(), "0");
}

TEST_F(Curl, KeepsConnections) {
  RawServer raw([](RawSocket& socket) {
    while (!socket.read_until("\r\n\r\n").empty())
      socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(send(request("GET", "/", raw.origin())).has_value());
  EXPECT_EQ(raw.connections(), 1);
}

TEST_F(Curl, RunsManyRequestsAtOnceWithinItsConnectionLimit) {
  std::atomic<int> inside = 0, most = 0;
  HttpServerOptions wide;
  wide.handler_threads = 16;
  serve(
      [&](const Request& got) {
        int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::sleep_for(milliseconds(1));
        --inside;
        Response response;
        response.body = Body(got.target + std::string(got.body.flat().view()));
        return response;
      },
      wide);
  CurlOptions narrow;
  narrow.max_connections_per_host = 5;
  CurlTransport limited(executor, narrow);
  constexpr int kRequests = 300;
  std::mutex mutex;
  std::map<std::string, int> answers;
  std::atomic<int> finished = 0;
  for (int i = 0; i < kRequests; ++i) {
    Request sent = request("POST", "/" + std::to_string(i));
    sent.body = Body("#" + std::to_string(i));
    limited.send(sent, [&](Result<Response> answer) {
      {
        std::lock_guard lock(mutex);
        ++answers[answer ? std::string(answer->body.flat().view()) : answer.error().to_string()];
      }
      ++finished;
      executor.notify();
    });
  }
  ASSERT_TRUE(executor.run_until([&] { return finished == kRequests; }).has_value());
  for (int i = 0; i < kRequests; ++i) {
    std::string number = std::to_string(i);
    EXPECT_EQ(answers["/" + number + "#" + number], 1) << i;
  }
  EXPECT_LE(most, 5);
  EXPECT_GT(most, 1);
}

TEST_F(Curl, ReadsAnswersOfEveryFraming) {
  struct Case {
    const char* name;
    const char* answer;
    const char* body;
  };
  for (auto [name, bytes, body] :
       {Case{"chunked with trailer",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-trailer: "
             "1\r\n\r\n",
             "abc"},
        Case{"until close", "HTTP/1.1 200 OK\r\n\r\nabcd", "abcd"},
        Case{"after 100",
             "HTTP/1.1 100 Continue\r\nx-a: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz",
             "z"},
        Case{"line feeds only", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "ok"}}) {
    RawServer raw([&](RawSocket& socket) {
      socket.read_until("\r\n\r\n");
      socket.send(bytes);
    });
    auto answer = send(request("GET", "/", raw.origin()));
    ASSERT_TRUE(answer.has_value()) << name << answer.error().to_string();
    EXPECT_EQ(answer->status, 200) << name;
    EXPECT_EQ(answer->body.flat().view(), body) << name;
    EXPECT_EQ(answer->headers.find("x-a"), nullptr) << name;
    EXPECT_EQ(answer->headers.find("x-trailer"), nullptr) << name;
  }
}

TEST_F(Curl, RefusedConnectionMayAlwaysBeTriedAgain) {
  serve([](const Request&) { return Response(); });
  std::string gone = server->origin();
  server.reset();
  auto answer = send(request("POST", "/t?secret=1", gone));
  expect_error(answer, ErrorKind::kNetwork, "Net-Connect", RetryClass::kAlways);
  EXPECT_EQ(answer.error().where, gone + "/t");
  EXPECT_THAT(answer.error().to_string(), Not(HasSubstr("secret")));
}

TEST_F(Curl, UnknownHostMayAlwaysBeTriedAgain) {
  expect_error(send(request("GET", "/", "http://host.invalid")), ErrorKind::kNetwork, "Net-Connect",
               RetryClass::kAlways);
}

struct BrokenAnswer {
  const char* name;
  const char* bytes;
  bool reset;
  const char* code;
};

class CurlBroken : public Curl, public ::testing::WithParamInterface<BrokenAnswer> {};

TEST_P(CurlBroken, AnswerIsAnError) {
  RawServer raw([&](RawSocket& socket) {
    socket.read_until("\r\n\r\n");
    socket.send(GetParam().bytes);
    if (GetParam().reset) {
      std::this_thread::sleep_for(
          milliseconds(20));  // let the bytes be read before the reset drops them
      socket.reset();
    }
  });
  expect_error(send(request("POST", "/", raw.origin())), ErrorKind::kNetwork, GetParam().code,
               RetryClass::kIdempotentOnly);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, CurlBroken,
    ::testing::Values(
        BrokenAnswer{"ClosedBeforeAnswer", "", false, "Net-Reset"},
        BrokenAnswer{"ResetBeforeAnswer", "", true, "Net-Reset"},
        BrokenAnswer{"ClosedInHead", "HTTP/1.1 200 OK\r\nContent-Le", false, "Net-Truncated"},
        BrokenAnswer{"ClosedAfterHeaderLine", "HTTP/1.1 200 OK\r\nx: 1\r\n", false,
                     "Net-Truncated"},
        BrokenAnswer{"ClosedInBody", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false,
                     "Net-Truncated"},
        BrokenAnswer{"ResetInBody", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", true,
                     "Net-Truncated"},
        BrokenAnswer{"ClosedInChunk",
                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", false,
                     "Net-Truncated"},
        BrokenAnswer{"ClosedBetweenChunks",
                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", false,
                     "Net-Truncated"},
        BrokenAnswer{"NoHttp", "SSH-2.0-OpenSSH_9.2\r\n\r\n", false, "Net-Other"},
        BrokenAnswer{"BadChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                     false, "Net-Truncated"}),
    [](const auto& each) { return each.param.name; });

// The server read the second POST and hung up: it may have acted, so nobody below the retry policy
// may send it again.
TEST_F(Curl, NeverResendsAWriteByItself) {
  std::atomic<int> seen = 0;
  RawServer raw([&](RawSocket& socket) {
    if (socket.read_until("\r\n\r\n").empty()) return;
    ++seen;
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    if (!socket.read_until("\r\n\r\n").empty()) ++seen;
  });
  ASSERT_TRUE(send(request("POST", "/1", raw.origin())).has_value());
  expect_error(send(request("POST", "/2", raw.origin())), ErrorKind::kNetwork, "Net-Reset",
               RetryClass::kIdempotentOnly);
  EXPECT_EQ(seen, 2);
}

TEST_F(Curl, SilenceEndsWithATimeout) {
  RawServer raw([](RawSocket& socket) {
    socket.read_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    socket.read_all();  // until the client gives up
  });
  Request sent = request("GET", "/", raw.origin());
  sent.idle_timeout = milliseconds(200);
  int64_t before = clock.steady_us();
  auto answer = send(sent);
  int64_t took_ms = (clock.steady_us() - before) / 1000;
  expect_error(answer, ErrorKind::kTimeout, "Net-Timeout", RetryClass::kIdempotentOnly);
  EXPECT_THAT(answer.error().message, EndsWith("0.2 s"));
  EXPECT_GE(took_ms, 200);
  EXPECT_LT(took_ms, 1000);
}

TEST_F(Curl, ASlowAnswerIsNoTimeoutWhileBytesCome) {
  RawServer raw([](RawSocket& socket) {
    socket.read_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
    for (char c = 'a'; c <= 'h'; ++c) {
      std::this_thread::sleep_for(milliseconds(60));
      socket.send(std::string(1, c));
    }
  });
  Request sent = request("GET", "/", raw.origin());
  sent.idle_timeout = milliseconds(250);  // the whole takes 480 ms
  auto answer = send(sent);
  ASSERT_TRUE(answer.has_value()) << answer.error().to_string();
  EXPECT_EQ(answer->body.flat().view(), "abcdefgh");
}

TEST_F(Curl, ConnectTimeoutMayAlwaysBeTriedAgain) {
  // A listener that never accepts and whose backlog is full: connecting hangs.
  int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  int port = ntohs(address.sin_port);
  RawSocket filler = RawSocket::connect(port);
  Request sent = request("POST", "/", "http://127.0.0.1:" + std::to_string(port));
  sent.connect_timeout = milliseconds(150);
  sent.idle_timeout = seconds(5);
  auto answer = send(sent);
  ::close(listener);
  expect_error(answer, ErrorKind::kTimeout, "Net-Timeout", RetryClass::kAlways);
}

TEST_F(Curl, RefusesAnAnswerBeyondItsLimit) {
  serve([](const Request& got) {
    Response response;
    response.body = Body(std::string(got.target == "/long" ? 1001 : 1000, 'x'));
    return response;
  });
  CurlOptions small;
  small.max_answer_bytes = 1000;
  CurlTransport limited(executor, small);
  EXPECT_TRUE(send(limited, request("GET", "/fits")).has_value());
  auto answer = send(limited, request("GET", "/long"));
  expect_error(answer, ErrorKind::kNetwork, "Net-Other", RetryClass::kNever);
  EXPECT_THAT(answer.error().message, HasSubstr("1000 bytes"));
}

TEST_F(Curl, SaysWhatCannotBeSent) {
  for (const char* origin : {"", "no scheme", "ftp://127.0.0.1", "file:///etc/passwd"}) {
    auto answer = await<Response>(executor, [&](auto done) {
      Request sent;
      sent.origin = origin;
      sent.target = "/";
      transport.send(sent, done);
    });
    ASSERT_FALSE(answer.has_value()) << origin;
    EXPECT_EQ(answer.error().kind, ErrorKind::kNetwork) << origin;
  }
  Request split = request("GET", "/", "http://127.0.0.1:1");
  split.headers.add("x-date", "1\r\nx-evil: 1");
  expect_error(send(split), ErrorKind::kNetwork, "Net-Other", RetryClass::kNever);
}

TEST_F(Curl, SeesTheRefusalOfATooLongBody) {
  HttpServerOptions small;
  small.max_body_bytes = 1000;
  serve([](const Request&) { return Response(); }, small);
  Request sent = request("PUT", "/");
  sent.body = Body(pattern(1u << 20));
  auto answer = send(sent);
  ASSERT_TRUE(answer.has_value()) << answer.error().to_string();
  EXPECT_EQ(answer->status, 413);
}

TEST_F(Curl, OpenAnswersAreCancelledWhenItEnds) {
  RawServer raw([](RawSocket& socket) { socket.read_all(); });
  CurlOptions narrow;
  narrow.max_connections_per_host = 1;
  auto mortal = std::make_unique<CurlTransport>(executor, narrow);
  std::atomic<int> cancelled = 0, others = 0;
  for (int i = 0; i < 3; ++i)  // one under way, two waiting
    mortal->send(request("GET", "/", raw.origin()), [&](Result<Response> answer) {
      ++(!answer && answer.error().kind == ErrorKind::kCancelled ? cancelled : others);
      executor.notify();
    });
  std::this_thread::sleep_for(milliseconds(30));
  mortal.reset();
  ASSERT_TRUE(executor.run_until([&] { return cancelled + others == 3; }).has_value());
  EXPECT_EQ(cancelled, 3);
}

}  // namespace
}  // namespace otsstream
