// Control requests; the first byte chooses which. Those that read and write files are left out.

#include "base/clock.h"
#include "local/control.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace otsstream;
  static constexpr std::pair<const char*, const char*> kRequests[] = {
      {"POST", "/control/clock"},   {"POST", "/control/split"},      {"POST", "/control/merge"},
      {"POST", "/control/expire"},  {"POST", "/control/faults"},     {"DELETE", "/control/faults/"},
      {"POST", "/control/streams"}, {"DELETE", "/control/counters"}, {"POST", "/control/"}};
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  ManualClock clock(1'795'356'600'000'000);
  Random random(1);
  local::TablestoreServerOptions options;
  options.instances["inst"]["id"] = {Secret("key"), Secret()};
  auto server = local::TablestoreServer::create(options, clock, random);
  local::Control control(*server);
  const auto& [method, path] = kRequests[data[0] % std::size(kRequests)];
  Request request;
  request.method = method;
  request.target = path;
  if (request.target.back() == '/')
    request.target += text;
  else
    request.body = Body(text);
  const Response response = control.handle(request);
  if (response.status >= 500) __builtin_trap();  // a request is wrong, not the server
  return 0;
}
