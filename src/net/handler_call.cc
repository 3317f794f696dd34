#include "net/handler_call.h"

#include <exception>

#include "base/log.h"

namespace otsstream {

namespace {

Response broken_handler(const Request& request, std::string_view reason) {
  OTS_LOG_ERROR("{} {}: the handler failed: {}", request.method, request.path(), reason);
  Response response;
  response.status = 500;
  response.headers.set("Content-Type", "text/plain");
  response.body = Body(std::string("the server failed to answer this request\n"));
  return response;
}

}  // namespace

Response call_handler(const Handler& handler, const Request& request) {
  try {
    Response response = handler(request);
    if (response.status >= 200 && response.status <= 599) return response;
    return broken_handler(request, "status " + std::to_string(response.status));
  } catch (const std::exception& error) {
    return broken_handler(request, error.what());
  } catch (...) {
    return broken_handler(request, "it threw something that is no std::exception");
  }
}

bool answer_has_body(std::string_view method, int status) {
  return method != "HEAD" && status != 204 && status != 304;
}

}  // namespace otsstream
