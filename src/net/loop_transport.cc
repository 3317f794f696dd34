#include "net/loop_transport.h"

#include <utility>

#include "net/broken_answer.h"
#include "net/handler_call.h"

namespace otsstream {

namespace {

void post_in(Executor& executor, Duration delay, Executor::Task task) {
  if (delay > Duration(0))
    executor.post_after(delay, std::move(task));
  else
    executor.post(std::move(task));
}

// The request as a server sees it after it went over a socket.
Request arrived(Request request) {
  size_t scheme = request.origin.find("://");
  if (!request.headers.find("Host"))
    request.headers.add("Host",
                        request.origin.substr(scheme == std::string::npos ? 0 : scheme + 3));
  request.origin.clear();
  request.body = Body(request.body.flat());
  return request;
}

// The answer as a client gets it from a socket.
Result<Response> returned(std::string_view method, std::string place, Response response) {
  const WireFate fate = std::exchange(response.fate, {});
  bool has_body = answer_has_body(method, response.status);
  if (fate.end == WireFate::End::kLost ||
      (fate.end == WireFate::End::kCut && (!has_body || fate.body_bytes < response.body.size())))
    return fail(fate.reset || fate.end == WireFate::End::kLost
                    ? reset_answer(std::move(place))
                    : truncated_answer(std::move(place)));
  size_t length = response.body.size();
  if (!has_body)
    response.body = {};
  else
    response.body = Body(response.body.flat());
  if (answer_has_body("GET", response.status)) {
    if (method != "HEAD" || !response.headers.find("Content-Length"))
      response.headers.set("Content-Length", std::to_string(length));
  }
  return response;
}

}  // namespace

void LoopTransport::route(std::string origin, Handler handler) {
  routes_[std::move(origin)] = std::move(handler);
}

void LoopTransport::send(Request request, Callback done) {
  auto route = routes_.find(request.origin);
  if (route == routes_.end()) {
    Error error = make_error(ErrorKind::kNetwork, "Net-Connect",
                             "nothing listens at " + request.origin, "check the endpoint");
    error.where = request.origin;
    error.retry = RetryClass::kAlways;
    post_in(executor_, delay_, [done = std::move(done), error = std::move(error)]() mutable {
      done(fail(std::move(error)));
    });
    return;
  }
  // The handler runs half-way, so that other events can come between its effect and the answer.
  Duration there = delay_ / 2, back = delay_ - there;
  post_in(executor_, there,
          [&executor = executor_, back, handler = route->second, request = std::move(request),
           done = std::move(done)]() mutable {
            std::string method = request.method;
            std::string place = request.origin + std::string(request.path());
            Response answer = call_handler(handler, arrived(std::move(request)));
            Duration late = answer.fate.delay;
            Result<Response> response = returned(method, std::move(place), std::move(answer));
            post_in(executor, back + late,
                    [done = std::move(done), response = std::move(response)]() mutable {
                      done(std::move(response));
                    });
          });
}

}  // namespace otsstream
