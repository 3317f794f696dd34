#include "net/curl_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/env.h"

namespace otsstream {

namespace {

constexpr size_t kLargeBody = 1u << 20;
constexpr long kLargeUploadBuffer = 512L << 10;
constexpr long kDownloadBuffer = 256L << 10;
// A kept connection that rested longer than this is not used again: shorter than servers' idle
// time-outs, so that a request seldom meets a connection that is just being closed.
constexpr long kOldestIdleSeconds = 30;

// Requests to this machine never go through a proxy, whatever the environment says.
const std::string& no_proxy() {
  static const std::string kList = [] {
    std::string list = "localhost,127.0.0.0/8,::1";
    for (const char* name : {"no_proxy", "NO_PROXY"}) {
      std::optional<std::string> value = read_env(name);
      if (!value) continue;
      if (*value == "*") return *value;
      return list + "," + *value;
    }
    return list;
  }();
  return kList;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && curl_strnequal(a.data(), b.data(), a.size());
}

// curl counts and frames the body itself.
bool is_framing(std::string_view name) {
  return same_name(name, "Content-Length") || same_name(name, "Transfer-Encoding");
}

bool has_line_end(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

// The certificate or its store is wrong: trying again cannot help.
bool is_trust_failure(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CERTPROBLEM;
}

// Before the connection stands; afterwards CURLE_UNSUPPORTED_PROTOCOL means an answer that is no
// HTTP.
bool is_unusable_url(CURLcode code) {
  return code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
}

long to_ms(Duration span) {
  return std::max<long>(1, std::chrono::ceil<milliseconds>(span).count());
}

std::string in_seconds(Duration span) {
  return fmt::format("{:g} s", static_cast<double>(span.count()) / 1e6);
}

}  // namespace

CurlExchange::CurlExchange(Request request, Transport::Callback done, const CurlOptions& options)
    : request_(std::move(request)),
      done_(std::move(done)),
      options_(options),
      connect_timeout_(request_.connect_timeout > Duration(0) ? request_.connect_timeout
                                                              : options.connect_timeout),
      idle_timeout_(request_.idle_timeout > Duration(0) ? request_.idle_timeout
                                                        : options.idle_timeout) {}

CurlExchange::~CurlExchange() { curl_slist_free_all(headers_); }

std::optional<Error> CurlExchange::check() const {
  for (const Header& header : request_.headers.list()) {
    if (header.name.empty() || has_line_end(header.name) || has_line_end(header.value))
      return error(ErrorKind::kNetwork, "Net-Other",
                   "header " + percent_encode(header.name) +
                       " cannot be sent: it is empty or holds a line end",
                   RetryClass::kNever);
  }
  if (has_line_end(request_.origin) || has_line_end(request_.target) ||
      has_line_end(request_.method))
    return error(ErrorKind::kNetwork, "Net-Other", "the address holds a line end",
                 RetryClass::kNever);
  return std::nullopt;
}

void CurlExchange::prepare(CURL* easy) {
  easy_ = easy;
  last_progress_ = std::chrono::steady_clock::now();
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason_);
  curl_easy_setopt(easy, CURLOPT_URL, (request_.origin + request_.target).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(easy, CURLOPT_NOPROXY, no_proxy().c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kOldestIdleSeconds);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kDownloadBuffer);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, to_ms(connect_timeout_));
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &CurlExchange::on_connected);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  add_body(easy);
  add_headers(easy);
}

void CurlExchange::add_headers(CURL* easy) {
  auto add = [this](const std::string& line) {
    headers_ = curl_slist_append(headers_, line.c_str());
  };
  // curl's own additions go: the caller signs what it sends.
  for (const char* name : {"Accept", "Content-Type", "User-Agent"})
    if (!request_.headers.find(name)) add(std::string(name) + ":");
  add("Expect:");
  if (request_.chunked) add("Transfer-Encoding: chunked");
  for (const Header& header : request_.headers.list()) {
    if (is_framing(header.name) || same_name(header.name, "Expect")) continue;
    std::string_view value = trimmed(header.value);
    // "Name:" would remove the header; "Name;" sends it empty.
    add(value.empty() ? header.name + ";" : header.name + ": " + std::string(value));
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
}

void CurlExchange::add_body(CURL* easy) {
  const Body& body = request_.body;
  bool sends_body =
      request_.chunked || !body.empty() || request_.method == "POST" || request_.method == "PUT";
  if (!sends_body) {
    if (request_.method == "HEAD") {
      curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else {
      curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
      if (request_.method != "GET")
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    return;
  }
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  if (request_.method != "POST")
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  if (body.size() >= kLargeBody)
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kLargeUploadBuffer);
  if (!request_.chunked && body.parts().size() <= 1) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.empty() ? "" : body.parts().front().data());
    return;
  }
  if (!request_.chunked)
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &CurlExchange::on_send);
  curl_easy_setopt(easy, CURLOPT_READDATA, this);
}

size_t CurlExchange::on_send(char* buffer, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const auto& parts = exchange.request_.body.parts();
  size_t room = size * count, filled = 0;
  while (room > filled && exchange.part_ < parts.size()) {
    std::string_view rest = parts[exchange.part_].view().substr(exchange.offset_);
    size_t n = std::min(rest.size(), room - filled);
    std::memcpy(buffer + filled, rest.data(), n);
    filled += n;
    exchange.offset_ += n;
    if (n == rest.size()) {
      ++exchange.part_;
      exchange.offset_ = 0;
    }
  }
  return filled;
}

// Called when the connection stands and the request is about to leave. A second call means that a
// kept connection broke and libcurl would send the request again on a new one; whether that is
// allowed is for the layers above to say, so only reads go on.
int CurlExchange::on_connected(void* self, char*, char*, int, int) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  exchange.last_progress_ = std::chrono::steady_clock::now();
  if (exchange.connected_ && !exchange.may_repeat()) {
    exchange.resent_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  exchange.connected_ = true;
  return CURL_PREREQFUNC_OK;
}

size_t CurlExchange::on_header(char* line, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  exchange.answer_bytes_ += size * count;
  exchange.take_header_line(std::string_view(line, size * count));
  return size * count;
}

void CurlExchange::take_header_line(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // also after "100 Continue": only the last head counts
    response_.headers = {};
    head_complete_ = false;
  } else if (line.empty()) {
    head_complete_ = true;
  } else if (!head_complete_) {  // later ones are trailers of a chunked body
    size_t colon = line.find(':');
    if (colon != std::string_view::npos)
      response_.headers.add(line.substr(0, colon), std::string(trimmed(line.substr(colon + 1))));
  }
}

size_t CurlExchange::on_body(char* bytes, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  std::string& body = exchange.body_;
  size_t n = size * count;
  exchange.answer_bytes_ += n;
  curl_off_t expected = -1;
  if (body.empty())
    curl_easy_getinfo(exchange.easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &expected);
  size_t total =
      std::max<size_t>(body.size() + n, expected > 0 ? static_cast<size_t>(expected) : 0);
  if (total > exchange.options_.max_answer_bytes) {
    exchange.too_long_ = true;
    return 0;
  }
  if (expected > 0) body.reserve(static_cast<size_t>(expected));
  body.append(bytes, n);
  return n;
}

bool CurlExchange::is_idle_too_long(CURL* easy, std::chrono::steady_clock::time_point now) {
  if (!connected_) return false;
  curl_off_t sent = 0;
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  int64_t bytes = sent + static_cast<int64_t>(answer_bytes_);
  if (bytes != bytes_at_progress_) {
    bytes_at_progress_ = bytes;
    last_progress_ = now;
  }
  return now - last_progress_ >= idle_timeout_;
}

Result<Response> CurlExchange::outcome(CURL* easy, CURLcode code) {
  if (code != CURLE_OK) return fail(network_error(code));
  if (!head_complete_)
    return fail(error(ErrorKind::kNetwork, "Net-Truncated", "the answer ended inside its head",
                      RetryClass::kIdempotentOnly));
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  response_.body = Body(std::move(body_));
  return std::move(response_);
}

Error CurlExchange::error(ErrorKind kind, std::string code, std::string message,
                          RetryClass retry) const {
  Error made = make_error(kind, std::move(code), std::move(message));
  made.where = request_.origin + std::string(request_.path());  // a query may hold credentials
  made.retry = retry;
  return made;
}

Error CurlExchange::idle_error() const {
  return error(ErrorKind::kTimeout, "Net-Timeout",
               "no byte in either direction for " + in_seconds(idle_timeout_),
               RetryClass::kIdempotentOnly);
}

Error CurlExchange::network_error(CURLcode code) const {
  std::string reason = *reason_ ? reason_ : curl_easy_strerror(code);
  if (too_long_)
    return error(
        ErrorKind::kNetwork, "Net-Other",
        "the answer is longer than " + std::to_string(options_.max_answer_bytes) + " bytes",
        RetryClass::kNever);
  if (resent_)
    return error(ErrorKind::kNetwork, "Net-Reset",
                 "the connection was closed before an answer came", RetryClass::kIdempotentOnly);
  if ((!connected_ && is_unusable_url(code)) || is_trust_failure(code)) {
    Error made = error(ErrorKind::kNetwork, is_trust_failure(code) ? "Net-Connect" : "Net-Other",
                       std::move(reason), RetryClass::kNever);
    made.remedy = is_trust_failure(code)
                      ? "check the endpoint's name and the system's certificates"
                      : "give the endpoint as http://host[:port] or https://host[:port]";
    return made;
  }
  if (!connected_) {
    if (code == CURLE_OPERATION_TIMEDOUT)
      return error(ErrorKind::kTimeout, "Net-Timeout",
                   "no connection within " + in_seconds(connect_timeout_), RetryClass::kAlways);
    Error made = error(ErrorKind::kNetwork, "Net-Connect", std::move(reason), RetryClass::kAlways);
    made.remedy = "check the endpoint, the network and the proxy";
    return made;
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return error(ErrorKind::kTimeout, "Net-Timeout", std::move(reason),
                   RetryClass::kIdempotentOnly);
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SEND_FAIL_REWIND:
      return error(ErrorKind::kNetwork, answer_bytes_ > 0 ? "Net-Truncated" : "Net-Reset",
                   std::move(reason), RetryClass::kIdempotentOnly);
    default:
      return error(ErrorKind::kNetwork, "Net-Other", std::move(reason),
                   RetryClass::kIdempotentOnly);
  }
}

}  // namespace otsstream
