#include <algorithm>
#include <atomic>

#include "base/time_zone.h"
#include "maxcompute/client/rest_client.h"
#include "maxcompute/client/service_error.h"
#include "maxcompute/wire/signature.h"

namespace otsstream::maxcompute {

struct HttpCaller::Impl {
  Connection connection;
  ClientOptions options;
  Transport& transport;
  Executor& executor;
  Random& random;
  std::atomic<uint64_t> retries{0};
};

namespace {

// "http://host:port/api" -> "http://host:port" and "/api".
std::pair<std::string, std::string> split_base(const std::string& base) {
  size_t scheme = base.find("://");
  size_t slash = base.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  if (slash == std::string::npos) return {base, ""};
  std::string path = base.substr(slash);
  while (path.ends_with('/')) path.pop_back();
  return {base.substr(0, slash), path};
}

// How long the service asks us to stay away; zero when it does not say (1.6, 1.7).
Duration retry_after(const Response& response) {
  std::string_view text = response.headers.get("Retry-After");
  int64_t wait = 0;
  for (char c : text) {
    if (c < '0' || c > '9' || wait > 3600) return Duration(0);
    wait = wait * 10 + (c - '0');
  }
  return seconds(wait);
}

// "20171019"
std::string utc_day(int64_t wall_ms) {
  std::string day = format_iso_utc(wall_ms).substr(0, 10);
  std::erase(day, '-');
  return day;
}

// One call with all its tries. Lives in the callbacks that it hands out.
template <class Impl>
class Attempt : public std::enable_shared_from_this<Attempt<Impl>> {
 public:
  Attempt(std::shared_ptr<Impl> impl, HttpCaller::Call call, HttpCaller::Callback done)
      : impl_(std::move(impl)),
        call_(std::move(call)),
        done_(std::move(done)),
        retry_(impl_->options.retry, impl_->random) {
    call_.query += call_.query.empty() ? "" : "&";
    call_.query += "curr_project=" + percent_encode(impl_->connection.project);
  }

  void start() {
    if (impl_->options.cancel) {
      if (Status cancelled = impl_->options.cancel->check(); !cancelled)
        return done_(fail(cancelled.error()));
    }
    impl_->transport.send(request(), [self = this->shared_from_this()](Result<Response> answer) {
      self->answered(std::move(answer));
    });
  }

 private:
  // Signed afresh on every try: the signature holds the time.
  Request request() const {
    const Connection& connection = impl_->connection;
    auto [origin, base_path] = split_base(call_.base);
    Request request;
    request.method = call_.method;
    request.origin = std::move(origin);
    request.target = base_path + call_.resource + "?" + call_.query;
    request.headers = call_.headers;
    request.headers.set("User-Agent", "otsstream");
    request.headers.set("Date", format_http_date(impl_->executor.clock().wall_ms()));
    if (!connection.security_token.empty())
      request.headers.set("authorization-sts-token", connection.security_token.reveal());
    HeaderList signed_headers;
    for (const Header& header : request.headers.list())
      signed_headers.emplace_back(header.name, header.value);
    request.headers.set(
        "Authorization",
        authorization(canonical_string(call_.method, call_.resource, call_.query, signed_headers)));
    request.body = call_.body;  // shares: a retry sends the same bytes
    request.chunked = call_.chunked;
    request.connect_timeout = impl_->options.connect_timeout;
    request.idle_timeout = impl_->options.idle_timeout;
    return request;
  }

  std::string authorization(std::string_view canonical) const {
    const Connection& connection = impl_->connection;
    const std::string& key = connection.access_key.reveal();
    if (connection.region.empty()) return authorization_v2(connection.access_id, key, canonical);
    return authorization_v4(connection.access_id, key, utc_day(impl_->executor.clock().wall_ms()),
                            connection.region, canonical);
  }

  void answered(Result<Response> answer) {
    if (answer && answer->status >= 200 && answer->status < 300) return done_(std::move(answer));
    Error error;
    Duration asked_for(0);
    if (answer) {
      error = service_error(*answer, call_.subject);
      asked_for = retry_after(*answer);
      // Submitting SQL: "not now" comes as a conflict with the time to wait.
      if (answer->status == 409 && asked_for > Duration(0)) error.retry = RetryClass::kAlways;
    } else {
      error = answer.error();
      error.message = call_.subject + ": " + error.message;
    }
    if (error.kind == ErrorKind::kPermission && !impl_->connection.region.empty())
      error.remedy += "; the request was signed by V4 for region " + impl_->connection.region +
                      ": without `region` in the connection it is signed by V2";
    if (error.where.empty()) error.where = call_.method + " " + call_.base + call_.resource;
    std::optional<Duration> pause = retry_.next_pause(error, call_.idempotent);
    if (!pause) {
      if (retry_.retries() > 0)
        error.message += " (after " + std::to_string(retry_.retries()) + " retries)";
      return done_(fail(std::move(error)));
    }
    ++impl_->retries;
    impl_->executor.post_after(
        std::max(*pause, std::min(asked_for, impl_->options.retry.max_pause)),
        [self = this->shared_from_this()] { self->start(); });
  }

  std::shared_ptr<Impl> impl_;
  HttpCaller::Call call_;
  HttpCaller::Callback done_;
  RetryState retry_;
};

}  // namespace

HttpCaller::HttpCaller(Connection connection, ClientOptions options, Transport& transport,
                       Executor& executor, Random& random)
    : impl_(new Impl{std::move(connection), options, transport, executor, random}) {
  while (impl_->connection.endpoint.ends_with('/')) impl_->connection.endpoint.pop_back();
}

HttpCaller::~HttpCaller() = default;

void HttpCaller::call(Call call, Callback done) {
  auto attempt = std::make_shared<Attempt<Impl>>(impl_, std::move(call), std::move(done));
  impl_->executor.post([attempt] { attempt->start(); });  // so `done` is never called inline
}

Result<Response> HttpCaller::call(Call call) {
  return await<Response>(impl_->executor,
                         [&](Callback done) { this->call(std::move(call), std::move(done)); });
}

Status HttpCaller::pause(Duration span) {
  auto passed = await<bool>(impl_->executor, [&](std::function<void(Result<bool>)> done) {
    impl_->executor.post_after(span, [done = std::move(done)] { done(true); });
  });
  if (!passed) return fail(passed.error());
  return impl_->options.cancel ? impl_->options.cancel->check() : Status();
}

const Connection& HttpCaller::connection() const { return impl_->connection; }
const ClientOptions& HttpCaller::options() const { return impl_->options; }
Executor& HttpCaller::executor() const { return impl_->executor; }
Random& HttpCaller::random() const { return impl_->random; }
uint64_t HttpCaller::retries() const { return impl_->retries.load(); }

}  // namespace otsstream::maxcompute
