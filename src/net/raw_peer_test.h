#pragma once
// Bare sockets for tests: a client that sends any bytes, and a server that follows a script of its
// own instead of HTTP.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace otsstream {

class RawSocket {
 public:
  explicit RawSocket(int fd) : fd_(fd) {}
  RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~RawSocket() { close(); }

  static RawSocket connect(int port) {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ::close(fd);
      fd = -1;
    }
    return RawSocket(fd);
  }

  bool is_open() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void finish_sending() { ::shutdown(fd_, SHUT_WR); }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  // Everything until `end` has come (included), or the peer has closed.
  std::string read_until(std::string_view end) {
    std::string got;
    char c;
    while (!got.ends_with(end) && ::recv(fd_, &c, 1, 0) == 1) got += c;
    return got;
  }
  // So many bytes, or fewer when the peer has closed.
  std::string read(size_t size) {
    std::string got(size, '\0');
    size_t have = 0;
    for (ssize_t n; have < size && (n = ::recv(fd_, got.data() + have, size - have, 0)) > 0;)
      have += static_cast<size_t>(n);
    got.resize(have);
    return got;
  }
  std::string read_all() {
    std::string got;
    char bytes[4096];
    for (ssize_t n; (n = ::recv(fd_, bytes, sizeof bytes, 0)) > 0;)
      got.append(bytes, static_cast<size_t>(n));
    return got;
  }
  // A close that the peer sees as "connection reset".
  void reset() {
    linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

 private:
  int fd_;
};

// Listens on loopback and calls `script` for each connection, one after the other, on its own
// thread. Its end closes the connection that the script talks on. A script must not close its
// socket except through reset(), at its very end.
class RawServer {
 public:
  explicit RawServer(std::function<void(RawSocket&)> script) : script_(std::move(script)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(fd_, 16);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int client; (client = ::accept(fd_, nullptr, nullptr)) >= 0;) {
        ++connections_;
        RawSocket socket(client);
        {
          std::lock_guard lock(mutex_);
          client_ = ended_ ? -1 : client;
          if (ended_) return;
        }
        script_(socket);
        std::lock_guard lock(mutex_);
        client_ = -1;
      }
    });
  }
  ~RawServer() {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
      if (client_ >= 0) ::shutdown(client_, SHUT_RDWR);  // wakes the script
    }
    ::shutdown(fd_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    ::close(fd_);
  }
  int connections() const { return connections_; }
  std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  std::function<void(RawSocket&)> script_;
  int fd_;
  int port_;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  bool ended_ = false;
  int client_ = -1;  // the connection that the script talks on
  std::thread thread_;
};

}  // namespace otsstream
