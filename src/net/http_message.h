#pragma once
// One HTTP request or answer, the same type for clients and servers. Bodies are lists of shared
// buffers: nothing is copied to send a page that lies in a log segment, or a block that a retry may
// need again.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace otsstream {

struct Header {
  std::string name;
  std::string value;
};

// Ordered; names compare without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> list) : list_(list) {}
  // First value of that name, or nullptr.
  const std::string* find(std::string_view name) const;
  std::string_view get(std::string_view name) const;   // "" when absent
  void set(std::string_view name, std::string value);  // replaces or adds
  void add(std::string_view name, std::string value);
  void remove(std::string_view name);
  const std::vector<Header>& list() const { return list_; }

 private:
  std::vector<Header> list_;
};

class Body {
 public:
  Body() = default;
  Body(std::string bytes) { append(SharedBuffer(std::move(bytes))); }
  Body(SharedBuffer buffer) { append(std::move(buffer)); }
  void append(SharedBuffer buffer);
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const std::vector<SharedBuffer>& parts() const { return parts_; }
  // All bytes in one run; shares, without a copy, when there is only one part.
  SharedBuffer flat() const;

 private:
  std::vector<SharedBuffer> parts_;
  size_t size_ = 0;
};

struct Request {
  std::string method = "GET";
  std::string origin;  // client: "http://host:port"; server: empty
  std::string target;  // raw path and query as on the wire: "/projects/p/tables/t?uploads="
  Headers headers;
  Body body;
  // Client only. Zero: the transport's defaults (otsstream-reader.md 10.2: 50 s and 50 s).
  Duration connect_timeout{0};
  Duration idle_timeout{0};  // longest time without a byte in either direction
  bool chunked = false;      // send the body with Transfer-Encoding: chunked

  std::string_view path() const;   // target up to '?', still percent-encoded
  std::string_view query() const;  // after '?', "" when there is none
};

// What becomes of an answer on its way. Only a server that injects faults says anything but "sent
// at once, whole"; whoever carries answers (HttpServer, LoopTransport) honours it, nobody else
// looks.
struct WireFate {
  enum class End {
    kWhole,  // the answer arrives
    kCut,    // its head and `body_bytes` of its body arrive, then the connection ends
    kLost,   // no byte of it arrives, the connection ends
  };
  Duration delay{0};  // before its first byte, or before the connection ends
  End end = End::kWhole;
  size_t body_bytes = 0;  // kCut
  bool reset = true;      // the connection is reset (RST) instead of closed in good order (FIN)
};

struct Response {
  int status = 200;
  Headers headers;
  Body body;
  WireFate fate;
};

// "%41+b" -> "A b" when `plus_is_space`, else "A+b"; malformed escapes stay as they are.
std::string percent_decode(std::string_view text, bool plus_is_space);
// Everything but A-Z a-z 0-9 - _ . ~ as %XX.
std::string percent_encode(std::string_view text);

struct QueryParam {
  std::string key;
  std::string value;       // decoded; "" for a bare key
  bool has_value = false;  // there was a '='
};
std::vector<QueryParam> parse_query(std::string_view query);
// First parameter of that key, or nullptr.
const QueryParam* find_param(const std::vector<QueryParam>& params, std::string_view key);

}  // namespace otsstream
