#include "net/http_server.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>
#include <optional>
#include <thread>
#include <unordered_set>

#include "base/log.h"
#include "net/handler_call.h"

namespace otsstream {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

namespace {

constexpr uint32_t kMaxHeaderBytes = 64u << 10;
constexpr size_t kHeaderBuffer = 4u << 10;
constexpr size_t kChunkedBuffer = 64u << 10;
constexpr size_t kWriteStep = 1u << 20;
// How long a refused client may go on sending before it is cut off; closing at once would reset the
// connection and could take the refusal away from a client that is still busy sending.
constexpr auto kLinger = std::chrono::seconds(2);

class Connection;

// Header values come from handlers; a line end inside one would start a header of its own.
void append_header_text(std::string& out, std::string_view text) {
  for (char c : text) out += c == '\r' || c == '\n' ? ' ' : c;
}

}  // namespace

struct HttpServer::Impl {
  Impl(HttpServerOptions given, Handler given_handler)
      : options(std::move(given)),
        handler(std::move(given_handler)),
        pool(options.handler_threads) {}
  ~Impl();

  Status listen();
  void accept();
  void sweep();

  const HttpServerOptions options;
  const Handler handler;
  // Only the I/O thread touches it; outlives the contexts, whose destruction destroys the last
  // connections.
  std::unordered_set<Connection*> connections;
  std::array<char, 16384> discarded;  // where bytes that nobody wants are read to; one for all
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer accept_again{io};
  asio::steady_timer sweep_timer{io};
  int port = 0;
  asio::thread_pool pool;
  std::thread io_thread;
};

namespace {

// One client. Lives as long as an operation on it is under way (each holds a share). Everything
// runs on the I/O thread except the handler call. Idle, it is a socket and a few pointers: it waits
// for readability without a buffer.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(HttpServer::Impl& server, tcp::socket socket)
      : server_(server), socket_(std::move(socket)) {
    server_.connections.insert(this);
    ErrorCode ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }
  ~Connection() { server_.connections.erase(this); }

  void await_request() {
    deadline_ = in(server_.options.idle_timeout);
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](ErrorCode error) {
      if (!error) self->read_header();
    });
  }

  void close() {
    ErrorCode ignored;
    socket_.close(ignored);
  }

  void close_if_late(SteadyTime now) {
    if (now >= deadline_) close();
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  // What one request and its answer need; gone between requests.
  struct Exchange {
    Parser parser;
    Request request;
    std::shared_ptr<char[]> body;  // of a Content-Length request
    size_t body_size = 0;
    bool http_1_0 = false;
    bool keep_alive = false;
    bool has_body = true;  // of the answer
    Response response;
    std::string head;
    std::vector<asio::const_buffer> out;
    std::optional<asio::steady_timer> late;  // runs while the answer waits (WireFate::delay)
  };

  static SteadyTime in(Duration span) { return std::chrono::steady_clock::now() + span; }
  void progressed() { deadline_ = in(server_.options.idle_timeout); }

  // Completion condition of whole reads and writes: each piece pushes the deadline.
  auto step() {
    return [self = shared_from_this()](ErrorCode error, size_t) -> size_t {
      self->progressed();
      return error ? 0 : kWriteStep;
    };
  }

  void read_header() {
    deadline_ = in(server_.options.header_timeout);
    exchange_ = std::make_unique<Exchange>();
    exchange_->parser.header_limit(kMaxHeaderBytes);
    exchange_->parser.body_limit(server_.options.max_body_bytes);
    buffer_.reserve(kHeaderBuffer);
    http::async_read_header(socket_, buffer_, exchange_->parser,
                            [self = shared_from_this()](ErrorCode error, size_t) {
                              if (error) return self->refuse(error);
                              self->on_header();
                            });
  }

  void on_header() {
    progressed();
    Parser& parser = exchange_->parser;
    const auto& message = parser.get();
    exchange_->keep_alive = message.keep_alive();
    exchange_->http_1_0 = message.version() < 11;
    // Neither Content-Length nor chunked: the body is empty, the parser is done
    // (maxcompute-protocol.md, T3).
    exchange_->body_size = parser.content_length().value_or(0);
    bool more = !parser.is_done() && (parser.chunked() || buffer_.size() < exchange_->body_size);
    bool asked = beast::iequals(message[http::field::expect], "100-continue");
    if (!more || !asked || exchange_->http_1_0) return read_body();
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(socket_, asio::buffer(kContinue),
                      [self = shared_from_this()](ErrorCode error, size_t) {
                        if (!error) self->read_body();
                      });
  }

  void read_body() {
    if (exchange_->parser.chunked()) {
      buffer_.reserve(kChunkedBuffer);
      exchange_->parser.eager(true);
      return read_chunks();
    }
    size_t size = exchange_->body_size;
    if (size == 0) return call();
    // Past the parser, straight into the memory that the handler gets. Not zeroed: the system
    // commits its pages as bytes arrive, so a client that only promises a large body costs nothing.
    exchange_->body = std::make_shared_for_overwrite<char[]>(size);
    char* bytes = exchange_->body.get();
    size_t have = asio::buffer_copy(asio::buffer(bytes, size), buffer_.data());
    buffer_.consume(have);
    asio::async_read(socket_, asio::buffer(bytes + have, size - have), step(),
                     [self = shared_from_this()](ErrorCode error, size_t) {
                       if (error) return self->close();
                       self->call();
                     });
  }

  void read_chunks() {
    if (exchange_->parser.is_done()) return call();
    http::async_read_some(socket_, buffer_, exchange_->parser,
                          [self = shared_from_this()](ErrorCode error, size_t) {
                            if (error) return self->refuse(error);
                            self->progressed();
                            self->read_chunks();
                          });
  }

  void call() {
    deadline_ = SteadyTime::max();
    take_request();
    asio::post(server_.pool, [self = shared_from_this()]() mutable {
      self->exchange_->response = call_handler(self->server_.handler, self->exchange_->request);
      self->exchange_->request = {};
      asio::io_context& io = self->server_.io;
      asio::post(io, [self = std::move(self)] { self->answer(); });
    });
  }

  void take_request() {
    auto& message = exchange_->parser.get();
    Request& request = exchange_->request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message)
      request.headers.add(std::string_view(field.name_string()), std::string(field.value()));
    if (exchange_->body) {
      std::string_view bytes(exchange_->body.get(), exchange_->body_size);
      request.body = Body(SharedBuffer(std::move(exchange_->body), bytes));
    } else {
      request.body = Body(std::move(message.body()));
    }
    exchange_->has_body = request.method != "HEAD";
  }

  void answer() {
    const Duration delay = exchange_->response.fate.delay;
    if (delay <= Duration(0)) return send_answer();
    exchange_->late.emplace(server_.io, delay);
    exchange_->late->async_wait([self = shared_from_this()](ErrorCode stopped) {
      if (!stopped) self->send_answer();
    });
  }

  void send_answer() {
    progressed();
    const WireFate& fate = exchange_->response.fate;
    if (fate.end == WireFate::End::kLost) return end_early();
    write_head();
    Exchange& exchange = *exchange_;
    exchange.out.push_back(asio::buffer(exchange.head));
    size_t left =
        fate.end == WireFate::End::kCut ? fate.body_bytes : std::numeric_limits<size_t>::max();
    if (exchange.has_body) {
      for (const SharedBuffer& part : exchange.response.body.parts()) {
        size_t size = std::min(part.size(), left);
        exchange.out.push_back(asio::buffer(part.data(), size));
        left -= size;
      }
    }
    asio::async_write(socket_, exchange.out, step(),
                      [self = shared_from_this()](ErrorCode error, size_t) {
                        if (error) return self->close();
                        if (self->exchange_->response.fate.end != WireFate::End::kWhole)
                          return self->end_early();
                        if (!self->exchange_->keep_alive) return self->close();
                        self->next_request();
                      });
  }

  // A connection's end that the client did not ask for.
  void end_early() {
    ErrorCode ignored;
    if (exchange_->response.fate.reset)  // no lingering: close() sends RST
      socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }

  void write_head() {
    const Response& response = exchange_->response;
    std::string& head = exchange_->head;
    bool headless =
        !exchange_->has_body;  // an answer to HEAD: its handler may know the length better
    exchange_->has_body &= answer_has_body("GET", response.status);
    head.reserve(512);
    head += "HTTP/1.1 ";
    head += std::to_string(response.status);
    head += ' ';
    head += std::string_view(http::obsolete_reason(http::int_to_status(response.status)));
    head += "\r\n";
    bool length_given = false;
    for (const Header& header : response.headers.list()) {
      if (beast::iequals(header.name, "Transfer-Encoding")) continue;
      if (beast::iequals(header.name, "Connection")) {
        if (beast::iequals(header.value, "close")) exchange_->keep_alive = false;
        continue;
      }
      if (beast::iequals(header.name, "Content-Length")) {
        if (!headless || length_given) continue;
        length_given = true;
      }
      append_header_text(head, header.name);
      head += ": ";
      append_header_text(head, header.value);
      head += "\r\n";
    }
    if (!length_given && answer_has_body("GET", response.status)) {
      head += "Content-Length: ";
      head += std::to_string(response.body.size());
      head += "\r\n";
    }
    if (!exchange_->keep_alive)
      head += "Connection: close\r\n";
    else if (exchange_->http_1_0)
      head += "Connection: keep-alive\r\n";
    head += "\r\n";
  }

  void next_request() {
    exchange_.reset();
    if (buffer_.size() != 0) return read_header();  // the client did not wait for the answer
    buffer_ = beast::flat_buffer();
    await_request();
  }

  void refuse(ErrorCode error) {
    bool malformed = error.category() == http::make_error_code(http::error::bad_method).category();
    if (!malformed || error == http::error::end_of_stream || error == http::error::partial_message)
      return close();
    int status = 400;
    if (error == http::error::body_limit) status = 413;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) status = 431;
    exchange_->keep_alive = false;
    exchange_->response.status = status;
    exchange_->response.headers.set("Content-Type", "text/plain");
    exchange_->response.body = Body(error.message() + "\n");
    write_head();
    exchange_->out = {asio::buffer(exchange_->head),
                      asio::buffer(exchange_->response.body.parts().front().view())};
    progressed();
    asio::async_write(socket_, exchange_->out, step(),
                      [self = shared_from_this()](ErrorCode failed, size_t) {
                        if (failed) return self->close();
                        ErrorCode ignored;
                        self->socket_.shutdown(tcp::socket::shutdown_send, ignored);
                        self->deadline_ = std::chrono::steady_clock::now() + kLinger;
                        self->linger();
                      });
  }

  void linger() {
    socket_.async_read_some(asio::buffer(server_.discarded),
                            [self = shared_from_this()](ErrorCode error, size_t) {
                              if (error) return self->close();
                              self->linger();
                            });
  }

  HttpServer::Impl& server_;
  tcp::socket socket_;
  SteadyTime deadline_ = SteadyTime::max();
  beast::flat_buffer buffer_;
  std::unique_ptr<Exchange> exchange_;
};

Error bind_error(const HttpServerOptions& options, const ErrorCode& error) {
  std::string place = options.host + ":" + std::to_string(options.port);
  return make_error(ErrorKind::kResource, "Net-Bind",
                    "cannot listen at " + place + ": " + error.message(),
                    "choose another port, or end the process that holds this one");
}

Result<tcp::endpoint> parse_endpoint(const HttpServerOptions& options) {
  ErrorCode error;
  std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
  asio::ip::address address = asio::ip::make_address(host, error);
  if (error || options.port < 0 || options.port > 65535)
    return fail(ErrorKind::kConfig, "Net-Address",
                "no address to listen at: " + options.host + ":" + std::to_string(options.port),
                "give an IP address such as 127.0.0.1 and a port from 0 to 65535");
  return tcp::endpoint(address, static_cast<uint16_t>(options.port));
}

}  // namespace

Status HttpServer::Impl::listen() {
  OTS_TRY(tcp::endpoint endpoint, parse_endpoint(options));
  ErrorCode error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  tcp::endpoint bound = error ? endpoint : acceptor.local_endpoint(error);
  if (error) return fail(bind_error(options, error));
  port = bound.port();
  accept();
  sweep();
  io_thread = std::thread([this] {
    for (;;) {
      try {
        io.run();
        return;
      } catch (const std::exception& thrown) {  // no memory for one connection; the others live on
        OTS_LOG_ERROR("HTTP server at port {}: {}", port, thrown.what());
      }
    }
  });
  return {};
}

void HttpServer::Impl::accept() {
  acceptor.async_accept([this](ErrorCode error, tcp::socket socket) {
    if (!acceptor.is_open()) return;
    if (!error) {
      accept();
      std::make_shared<Connection>(*this, std::move(socket))->await_request();
      return;
    }
    // Out of file descriptors, most likely: clients wait in the backlog until some are free.
    OTS_LOG_WARN("HTTP server at port {} cannot accept: {}", port, error.message());
    accept_again.expires_after(std::chrono::milliseconds(100));
    accept_again.async_wait([this](ErrorCode stopped) {
      if (!stopped) accept();
    });
  });
}

// One timer for all connections: a deadline is met a little late, but costs a connection nothing.
void HttpServer::Impl::sweep() {
  Duration shortest = std::min(options.idle_timeout, options.header_timeout);
  sweep_timer.expires_after(
      std::clamp<Duration>(shortest / 4, std::chrono::milliseconds(10), std::chrono::seconds(1)));
  sweep_timer.async_wait([this](ErrorCode stopped) {
    if (stopped) return;
    auto now = std::chrono::steady_clock::now();
    for (Connection* connection : connections) connection->close_if_late(now);
    sweep();
  });
}

HttpServer::Impl::~Impl() {
  asio::post(io, [this] {
    ErrorCode ignored;
    acceptor.close(ignored);
    for (Connection* connection : connections) connection->close();
  });
  pool.stop();
  pool.join();
  io.stop();
  if (io_thread.joinable()) io_thread.join();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, Handler handler) {
  options.handler_threads = std::max(1, options.handler_threads);
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler));
  OTS_CHECK(impl->listen());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

int HttpServer::port() const { return impl_->port; }

std::string HttpServer::origin() const {
  std::string host = impl_->options.host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(impl_->port);
}

}  // namespace otsstream
