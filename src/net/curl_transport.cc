#include "net/curl_transport.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/log.h"
#include "net/curl_exchange.h"

namespace otsstream {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int kLongestPollMs = 60'000;

// How often the progress of open exchanges is looked at: an idle time-out is late by an eighth of
// itself at most.
Duration scan_period(Duration idle_timeout) {
  return std::clamp<Duration>(idle_timeout / 8, milliseconds(5), seconds(1));
}

void start_curl_once() {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kStarted != CURLE_OK) OTS_LOG_ERROR("libcurl: {}", curl_easy_strerror(kStarted));
}

}  // namespace

// Everything below `inbox` belongs to the I/O thread.
struct CurlTransport::Impl {
  Impl(Executor& given_executor, CurlOptions given_options)
      : executor(given_executor), options(given_options) {
    start_curl_once();
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, long{options.max_connections_per_host} * 4);
    thread = std::thread([this] { run(); });
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex);
      stopping = true;
    }
    curl_multi_wakeup(multi);
    thread.join();
    for (CURL* easy : spare) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }

  // Exchanges of one origin: as many at once as it may have connections, the rest in order of
  // arrival. Waiting here and not inside libcurl keeps the wait out of the connect time-out.
  struct Origin {
    int active = 0;
    std::deque<std::unique_ptr<CurlExchange>> waiting;
  };

  void run();
  bool take_inbox();
  void admit(std::unique_ptr<CurlExchange> exchange);
  void begin(std::unique_ptr<CurlExchange> exchange);
  void collect_finished();
  void scan();
  void end(CURL* easy, Result<Response> answer);
  void deliver(CurlExchange& exchange, Result<Response> answer);
  void cancel_all();
  int poll_ms() const;

  Executor& executor;
  const CurlOptions options;
  CURLM* multi = nullptr;
  std::thread thread;

  std::mutex mutex;
  bool stopping = false;
  std::vector<std::unique_ptr<CurlExchange>> inbox;

  std::unordered_map<std::string, Origin> origins;
  std::unordered_map<CURL*, std::unique_ptr<CurlExchange>> active;
  std::vector<CURL*> spare;
  SteadyTime next_scan = SteadyTime::max();
};

void CurlTransport::Impl::run() {
  // libcurl and its TLS library may write to a closed socket; the process shall not die of it.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

  while (take_inbox()) {
    int running = 0;
    curl_multi_perform(multi, &running);
    collect_finished();
    scan();
    curl_multi_poll(multi, nullptr, 0, poll_ms(), nullptr);
  }
  cancel_all();
}

// False when the transport is being destroyed.
bool CurlTransport::Impl::take_inbox() {
  std::vector<std::unique_ptr<CurlExchange>> arrived;
  {
    std::lock_guard lock(mutex);
    if (stopping) return false;
    arrived.swap(inbox);
  }
  for (auto& exchange : arrived) admit(std::move(exchange));
  return true;
}

void CurlTransport::Impl::admit(std::unique_ptr<CurlExchange> exchange) {
  Origin& origin = origins[exchange->origin()];
  if (origin.active >= options.max_connections_per_host)
    origin.waiting.push_back(std::move(exchange));
  else
    begin(std::move(exchange));
}

void CurlTransport::Impl::begin(std::unique_ptr<CurlExchange> exchange) {
  ++origins[exchange->origin()].active;
  CURL* easy = nullptr;
  if (spare.empty()) {
    easy = curl_easy_init();
    if (!easy) throw std::bad_alloc();
  } else {
    easy = spare.back();
    spare.pop_back();
  }
  exchange->prepare(easy);
  next_scan =
      std::min(next_scan, std::chrono::steady_clock::now() + scan_period(exchange->idle_timeout()));
  active.emplace(easy, std::move(exchange));
  if (CURLMcode code = curl_multi_add_handle(multi, easy); code != CURLM_OK)
    end(easy, fail(ErrorKind::kNetwork, "Net-Other", curl_multi_strerror(code)));
}

void CurlTransport::Impl::collect_finished() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    CURLcode code = message->data.result;  // `message` dies with remove_handle
    end(easy, active.at(easy)->outcome(easy, code));
  }
}

void CurlTransport::Impl::scan() {
  SteadyTime now = std::chrono::steady_clock::now();
  if (now < next_scan) return;
  next_scan = SteadyTime::max();
  std::vector<CURL*> late;
  for (auto& [easy, exchange] : active) {
    if (exchange->is_idle_too_long(easy, now))
      late.push_back(easy);
    else
      next_scan = std::min(next_scan, now + scan_period(exchange->idle_timeout()));
  }
  for (CURL* easy : late) end(easy, fail(active.at(easy)->idle_error()));
}

int CurlTransport::Impl::poll_ms() const {
  if (next_scan == SteadyTime::max()) return kLongestPollMs;
  auto left = std::chrono::ceil<milliseconds>(next_scan - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, kLongestPollMs));
}

void CurlTransport::Impl::end(CURL* easy, Result<Response> answer) {
  auto found = active.find(easy);
  std::unique_ptr<CurlExchange> exchange = std::move(found->second);
  active.erase(found);
  curl_multi_remove_handle(multi, easy);
  curl_easy_reset(easy);  // before the exchange, whose memory it points into
  spare.push_back(easy);
  deliver(*exchange, std::move(answer));

  auto origin = origins.find(exchange->origin());
  --origin->second.active;
  if (!origin->second.waiting.empty()) {
    auto next = std::move(origin->second.waiting.front());
    origin->second.waiting.pop_front();
    begin(std::move(next));
  } else if (origin->second.active == 0) {
    origins.erase(origin);
  }
}

void CurlTransport::Impl::deliver(CurlExchange& exchange, Result<Response> answer) {
  executor.post([done = exchange.take_callback(), answer = std::move(answer)]() mutable {
    done(std::move(answer));
  });
}

void CurlTransport::Impl::cancel_all() {
  auto cancel = [this](CurlExchange& exchange) {
    deliver(exchange, fail(ErrorKind::kCancelled, "Cancelled",
                           "the transport was closed before the answer came"));
  };
  for (auto& [easy, exchange] : active) {
    curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
    cancel(*exchange);
  }
  active.clear();
  for (auto& [name, origin] : origins)
    for (auto& exchange : origin.waiting) cancel(*exchange);
  std::lock_guard lock(mutex);
  for (auto& exchange : inbox) cancel(*exchange);
}

CurlTransport::CurlTransport(Executor& executor, CurlOptions options)
    : impl_(std::make_unique<Impl>(executor, options)) {}
CurlTransport::~CurlTransport() = default;

void CurlTransport::send(Request request, Callback done) {
  auto exchange =
      std::make_unique<CurlExchange>(std::move(request), std::move(done), impl_->options);
  if (std::optional<Error> wrong = exchange->check())
    return impl_->deliver(*exchange, fail(std::move(*wrong)));
  {
    std::lock_guard lock(impl_->mutex);
    impl_->inbox.push_back(std::move(exchange));
  }
  curl_multi_wakeup(impl_->multi);
}

}  // namespace otsstream
