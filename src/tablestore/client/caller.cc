#include "tablestore/client/caller.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/log.h"
#include "tablestore/client/answer.h"
#include "tablestore/wire/signature.h"

namespace otsstream::tablestore {
namespace {

constexpr std::string_view kApiVersion = "2015-12-31";
constexpr std::string_view kUserAgent = "otsstream/0.1.0";
constexpr int64_t kSuspiciousClockMs = 10 * 60 * 1000;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

struct Caller::Impl {
  Connection connection;
  Transport& transport;
  Executor& executor;
  Random& random;
  CallerOptions options;
  std::atomic<uint64_t> retries{0};
  std::atomic<uint64_t> bytes_received{0};
  std::atomic<int64_t> clock_difference_ms{0};
};

// One call with all its tries. Owns itself through the callbacks that it waits for; `done` is
// called exactly once.
struct Caller::Attempt : std::enable_shared_from_this<Caller::Attempt> {
  Attempt(std::shared_ptr<Caller> caller, std::string operation, SharedBuffer body,
          std::string subject, Callback done, Repeat repeat)
      : caller(std::move(caller)),
        operation(std::move(operation)),
        path("/" + this->operation),
        body(std::move(body)),
        subject(std::move(subject)),
        done(std::move(done)),
        repeat(repeat),
        retry(impl().options.retry, impl().random) {}

  Impl& impl() const { return *caller->impl_; }

  void start() {
    if (const CancelToken* cancel = impl().options.cancel) {
      if (Status alive = cancel->check(); !alive) return finish(fail(std::move(alive).error()));
    }
    impl().transport.send(signed_request(), [self = shared_from_this()](Result<Response> answer) {
      self->on_answer(std::move(answer));
    });
  }

  // Made anew for every try: a try after a long pause needs a fresh date.
  Request signed_request() const {
    const Connection& connection = impl().connection;
    HeaderList headers = {
        {"x-ots-accesskeyid", connection.access_id},
        {"x-ots-apiversion", std::string(kApiVersion)},
        {"x-ots-contentmd5", content_md5(body.view())},
        {"x-ots-date", format_date(impl().executor.clock().wall_ms())},
        {"x-ots-instancename", connection.instance},
    };
    if (!connection.security_token.empty())
      headers.emplace_back("x-ots-ststoken", connection.security_token.reveal());
    Request request;
    request.method = "POST";
    request.origin = connection.endpoint;
    request.target = path;
    request.headers.add("User-Agent", std::string(kUserAgent));
    request.headers.add("x-ots-signature",
                        sign_request_v2(connection.access_key.reveal(), path, headers));
    for (auto& [name, value] : headers) request.headers.add(name, std::move(value));
    request.body.append(body);
    request.connect_timeout = impl().options.connect_timeout;
    request.idle_timeout = impl().options.idle_timeout;
    return request;
  }

  void on_answer(Result<Response> answer) {
    if (!answer) return on_error(std::move(answer).error());
    if (auto server_ms = parse_date(answer->headers.get("x-ots-date"))) {
      impl().clock_difference_ms = *server_ms - impl().executor.clock().wall_ms();
    }
    SharedBuffer received = answer->body.flat();
    if (answer->status != 200) return on_error(answer_error(*answer, received));
    if (auto damaged =
            check_answer(*answer, received, {path, impl().connection.access_key.reveal()}))
      return on_error(*std::move(damaged));
    if (received.size() > impl().options.max_answer_bytes) {
      return finish(
          fail(explained(make_error(ErrorKind::kResource, "Tablestore-AnswerTooLarge",
                                    fmt::format("the answer has {} bytes, the limit is {}",
                                                received.size(), impl().options.max_answer_bytes),
                                    "ask for fewer rows at once"))));
    }
    impl().bytes_received += received.size();
    finish(std::move(received));
  }

  void on_error(Error error) {
    if (error.kind == ErrorKind::kCancelled) error.retry = RetryClass::kNever;
    std::optional<Duration> pause;
    if (repeat != Repeat::kNever) pause = retry.next_pause(error, repeat == Repeat::kSafe);
    if (!pause) return finish(fail(explained(std::move(error))));
    ++impl().retries;
    // The first retries are everyday life; a user who waits longer wants to know for what.
    constexpr int kQuietRetries = 3;
    const auto line =
        fmt::format("{} {}: retry {} of {} in {} ms after {}: {}", operation, subject,
                    retry.retries(), impl().options.retry.max_retries, pause->count() / 1000,
                    error.code, without_secrets(error.message));
    if (retry.retries() <= kQuietRetries) {
      OTS_LOG_INFO("{}", line);
    } else {
      OTS_LOG_WARN("{}", line);
    }
    impl().executor.post_after(*pause, [self = shared_from_this()] { self->start(); });
  }

  // The error as the user reads it: which operation on which thing, after how many tries.
  Error explained(Error error) const {
    std::string tries =
        retry.retries() > 0 ? fmt::format(" (after {} retries)", retry.retries()) : "";
    error.message = fmt::format("{} {}: {}{}", operation, subject,
                                without_secrets(std::move(error.message)), tries);
    error.where = impl().connection.endpoint + path;
    const int64_t difference = impl().clock_difference_ms;
    if (error.code == "OTSAuthFailed" && std::abs(difference) > kSuspiciousClockMs) {
      const int64_t ours = impl().executor.clock().wall_ms();
      error.remedy = fmt::format(
          "set this machine's clock: it shows {}, the server's {}, and more than 15 minutes of "
          "difference are refused",
          format_date(ours), format_date(ours + difference));
    }
    return error;
  }

  // Services like to quote what they could not verify.
  std::string without_secrets(std::string text) const {
    replace_all(text, impl().connection.access_key.reveal(), "***");
    replace_all(text, impl().connection.security_token.reveal(), "***");
    return text;
  }

  void finish(Result<SharedBuffer> result) {
    Callback callback = std::move(done);
    callback(std::move(result));
  }

  const std::shared_ptr<Caller> caller;
  const std::string operation;
  const std::string path;
  const SharedBuffer body;
  const std::string subject;
  Callback done;
  const Repeat repeat;
  RetryState retry;
};

std::shared_ptr<Caller> Caller::create(Connection connection, Transport& transport,
                                       Executor& executor, Random& random, CallerOptions options) {
  return std::shared_ptr<Caller>(new Caller(std::unique_ptr<Impl>(
      new Impl{std::move(connection), transport, executor, random, std::move(options)})));
}

Caller::Caller(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Caller::~Caller() = default;

void Caller::call(std::string operation, SharedBuffer body, std::string subject, Callback done,
                  Repeat repeat) {
  auto attempt =
      std::make_shared<Attempt>(shared_from_this(), std::move(operation), std::move(body),
                                std::move(subject), std::move(done), repeat);
  impl_->executor.post([attempt] { attempt->start(); });
}

const Connection& Caller::connection() const { return impl_->connection; }
Executor& Caller::executor() const { return impl_->executor; }
uint64_t Caller::retries() const { return impl_->retries; }
uint64_t Caller::bytes_received() const { return impl_->bytes_received; }
int64_t Caller::clock_difference_ms() const { return impl_->clock_difference_ms; }

}  // namespace otsstream::tablestore
