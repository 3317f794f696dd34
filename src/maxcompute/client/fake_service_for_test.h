#pragma once
// A hand-made service for the client's tests: each test says what the next requests are answered.
// It shares nothing with the local server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "maxcompute/client/rest_client.h"
#include "maxcompute/wire/signature.h"
#include "net/loop_transport.h"

namespace otsstream::maxcompute {

inline Response answer(int status, std::string body, Headers headers = {}) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.headers.set("x-odps-request-id", "REQ1");
  response.body = Body(std::move(body));
  return response;
}

inline Response xml_error(int status, const std::string& code,
                          const std::string& message = "text") {
  return answer(status, write_error_xml({code, message, "REQ2", "h"}));
}

// Loses the answer of chosen requests: the service has acted, the client sees a reset connection.
class LossyTransport final : public Transport {
 public:
  explicit LossyTransport(Transport& below) : below_(below) {}
  std::function<bool(const Request&)> loses = [](const Request&) { return false; };
  void send(Request request, Callback done) override {
    bool lost = loses(request);
    below_.send(std::move(request), [lost, done = std::move(done)](Result<Response> response) {
      if (!lost) return done(std::move(response));
      Error error = make_error(ErrorKind::kNetwork, "Net-Reset", "connection reset");
      error.retry = RetryClass::kIdempotentOnly;
      done(fail(std::move(error)));
    });
  }

 private:
  Transport& below_;
};

class FakeServiceTest : public testing::Test {
 protected:
  FakeServiceTest() {
    auto handler = [this](const Request& request) { return serve(request); };
    loop.route("http://rest:1", handler);
    loop.route("http://tunnel:2", handler);
    Connection connection;
    connection.endpoint = "http://rest:1/api";
    connection.project = "p j";
    connection.access_id = "id";
    connection.access_key = Secret("SECRETKEY");
    connection.security_token = Secret("SECRETTOKEN");
    ClientOptions options;
    options.retry = {3, milliseconds(100), seconds(1), 0};
    options.cancel = &cancel;
    caller = std::make_shared<HttpCaller>(connection, options, transport, executor, random);
  }

  // Requests as "PUT /projects/..."; every one must be signed over what arrived.
  Response serve(const Request& request) {
    log.push_back(request.method + " " + request.target);
    requests.push_back(request);
    HeaderList headers;
    for (const Header& header : request.headers.list())
      headers.emplace_back(header.name, header.value);
    std::string path(request.path());
    if (path.starts_with("/api/")) path = path.substr(4);
    auto credential = parse_authorization(request.headers.get("Authorization"));
    EXPECT_TRUE(credential &&
                verify(*credential, "SECRETKEY",
                       canonical_string(request.method, path, request.query(), headers)))
        << request.target;
    if (!script.empty()) {
      auto next = std::move(script.front());
      script.pop_front();
      return next(request);
    }
    return answer_all ? answer_all(request) : xml_error(500, "NoScript");
  }
  void then(Response response, int times = 1) {
    for (int i = 0; i < times; ++i)
      script.push_back([response](const Request&) { return response; });
  }

  ManualClock clock{1767323045LL * 1000000};  // Fri, 02 Jan 2026 03:04:05 GMT
  VirtualExecutor executor{clock, 1};
  Random random{1};
  CancelToken cancel;
  LoopTransport loop{executor, milliseconds(1)};
  LossyTransport transport{loop};
  std::shared_ptr<HttpCaller> caller;
  std::deque<std::function<Response(const Request&)>> script;
  std::function<Response(const Request&)> answer_all;  // when the script is at its end
  std::vector<std::string> log;
  std::vector<Request> requests;
};

}  // namespace otsstream::maxcompute
