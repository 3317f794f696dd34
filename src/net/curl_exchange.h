#pragma once
// One request of CurlTransport: how it is put into an easy handle, how its answer is collected,
// what its end means.

#include <curl/curl.h>

#include <chrono>
#include <optional>
#include <string>

#include "net/curl_transport.h"

namespace otsstream {

class CurlExchange {
 public:
  // `options` must outlive the exchange.
  CurlExchange(Request request, Transport::Callback done, const CurlOptions& options);
  ~CurlExchange();
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  const std::string& origin() const { return request_.origin; }
  Duration idle_timeout() const { return idle_timeout_; }
  Transport::Callback take_callback() { return std::move(done_); }

  // What makes the request unsendable, if anything does. The rest of the class is for the I/O
  // thread.
  std::optional<Error> check() const;
  // Sets every option of `easy`, which then points into this object until it is reset.
  void prepare(CURL* easy);
  Result<Response> outcome(CURL* easy, CURLcode code);
  // Notes progress since the last call; true when there was none for longer than the idle time-out.
  // Connecting does not count.
  bool is_idle_too_long(CURL* easy, std::chrono::steady_clock::time_point now);
  Error idle_error() const;

 private:
  static size_t on_send(char* buffer, size_t size, size_t count, void* self);
  static size_t on_header(char* line, size_t size, size_t count, void* self);
  static size_t on_body(char* bytes, size_t size, size_t count, void* self);
  static int on_connected(void* self, char*, char*, int, int);

  void add_headers(CURL* easy);
  void add_body(CURL* easy);
  void take_header_line(std::string_view line);
  bool may_repeat() const { return request_.method == "GET" || request_.method == "HEAD"; }
  Error error(ErrorKind kind, std::string code, std::string message, RetryClass retry) const;
  Error network_error(CURLcode code) const;

  Request request_;
  Transport::Callback done_;
  const CurlOptions& options_;
  Duration connect_timeout_;
  Duration idle_timeout_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  char reason_[CURL_ERROR_SIZE] = "";

  // Where on_send stands in the body.
  size_t part_ = 0;
  size_t offset_ = 0;

  Response response_;
  std::string body_;
  size_t answer_bytes_ = 0;  // of head and body
  bool head_complete_ = false;
  bool too_long_ = false;
  bool connected_ = false;  // from here on the server may have seen the request
  bool resent_ = false;     // libcurl was about to send it a second time

  std::chrono::steady_clock::time_point last_progress_;
  int64_t bytes_at_progress_ = 0;
};

}  // namespace otsstream
