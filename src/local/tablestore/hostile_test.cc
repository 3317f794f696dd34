// Whatever a client sends: an error in the service's format, at bounded memory, and the connection
// lives on where HTTP lets it.

#include <charconv>
#include <fstream>

#include "base/bytes.h"
#include "base/compress.h"
#include "local/tablestore/tablestore_test_support.h"
#include "net/http_server.h"
#include "net/raw_peer_test.h"

namespace otsstream::local::tablestore_test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string varint(uint64_t value) {
  std::string out;
  for (; value > 127; value >>= 7) out += static_cast<char>((value & 127) | 128);
  return out + static_cast<char>(value);
}
std::string field(int number, std::string_view bytes) {
  return varint(static_cast<uint64_t>(number) << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

// NOT of NOT of ... of a filter.
std::string nested_filter(int depth) {
  std::string reversed;
  for (int i = 0; i < depth; ++i) {
    for (const char* head : {"\x08\x01\x12", "\x08\x02\x12"}) {  // NOT; composite
      std::string before = head + varint(reversed.size());
      reversed.append(before.rbegin(), before.rend());
    }
  }
  return {reversed.rbegin(), reversed.rend()};
}

std::string get_row_with_filter(std::string filter) {
  GetRowRequest request;
  request.table = "person";
  request.primary_key = SharedBuffer(encode_key(key("a")));
  request.read.max_versions = 1;
  request.read.filter = SharedBuffer(std::move(filter));
  return encode(request);
}

std::string put_row_of(std::string row) {
  WriteRowRequest request;
  request.table = "person";
  request.row = SharedBuffer(std::move(row));
  return encode_put(request);
}

std::string with_flipped_byte(std::string bytes, size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
  return bytes;
}

struct HostileBody {
  const char* name;
  const char* operation;
  std::string body;
};

std::vector<HostileBody> make_hostile_bodies() {
  const std::string good = encode_row(row(key("a"), {put("n", 1)}));
  const std::string header = good.substr(0, 4);
  std::vector<HostileBody> out = {
      {"random", "PutRow", std::string(4000, '\xa5')},
      {"zeros", "CreateTable", std::string(4000, '\0')},
      {"truncated message", "PutRow", put_row_of(good).substr(0, 20)},
      {"truncated row", "PutRow", put_row_of(good.substr(0, good.size() - 3))},
      {"half a header", "PutRow", put_row_of(good.substr(0, 2))},
      {"wrong checksum", "PutRow", put_row_of(with_flipped_byte(good, good.size() - 1))},
      {"wrong cell", "PutRow", put_row_of(with_flipped_byte(good, good.size() / 2))},
      {"empty row", "PutRow", put_row_of("")},
      {"a name of 4 GB", "PutRow", put_row_of(header + "\x01\x03\x04\xff\xff\xff\xff")},
      {"a text of 4 GB", "PutRow",
       put_row_of(header + "\x01\x03\x04\x02" + std::string(3, '\0') + "id\x05" +
                  "\xff\xff\xff\xff\x03\xff\xff\xff\xff")},
      {"a field of 2 GB", "GetRow", "\x0a" + varint(0x7fffffff) + "x"},
      {"a field of 2^64", "GetRow", "\x0a" + std::string(9, '\xff') + "\x01x"},
      {"an endless varint", "GetRow", std::string(5000, '\xff')},
      {"groups, 100 000 deep", "GetRow", std::string(100'000, '\x0b')},
      {"groups within groups that end", "GetRow",
       std::string(500, '\x7b') + std::string(500, '\x7c')},
      {"a filter 33 deep", "GetRow", get_row_with_filter(nested_filter(34))},
      {"a filter 10 000 deep", "GetRow", get_row_with_filter(nested_filter(10'000))},
      {"a filter of junk", "GetRow", get_row_with_filter(std::string(1000, '\x12'))},
      {"an iterator of junk", "GetStreamRecord", field(1, std::string(100'000, 'z'))},
      {"a million rows of nothing", "BatchGetRow",
       [] {
         std::string keys;
         for (int i = 0; i < 1'000'000; ++i) keys += std::string("\x12\x00", 2);
         return field(1, field(1, "person") + keys);
       }()},
      {"a million columns", "AddDefinedColumn",
       [] {
         std::string columns = field(1, "person");
         for (int i = 0; i < 500'000; ++i) columns += field(2, field(1, "c") + "\x10\x01");
         return columns;
       }()},
  };
  return out;
}

const std::vector<HostileBody>& hostile_bodies() {
  static const std::vector<HostileBody> bodies = make_hostile_bodies();
  return bodies;
}

TEST(HostileTest, EveryBodyGetsAnErrorOfTheService) {
  TablestoreFixture local;
  local.create();
  for (const HostileBody& hostile : hostile_bodies()) {
    Response response = local.call(hostile.operation, hostile.body);
    EXPECT_GE(response.status, 400) << hostile.name;
    EXPECT_LT(response.status, 500) << hostile.name << ": " << message_of(response);
    EXPECT_THAT(code_of(response), StartsWith("OTS")) << hostile.name;
    EXPECT_LT(message_of(response).size(), 2000u) << hostile.name << ": the error stays short";
  }
  EXPECT_EQ(local.get(key("a")), std::nullopt) << "nothing of it was written";
}

// Every prefix of a good request, and every single damaged byte of it.
TEST(HostileTest, NoPrefixAndNoDamagedByteIsAnsweredWithAServerError) {
  TablestoreFixture local;
  local.create();
  BatchWriteRowRequest request;
  request.tables.emplace_back().table = "person";
  request.tables[0].changes.push_back(
      {WriteType::kPut, SharedBuffer(encode_row(row(key("a"), {put("n", 1)}))), {}, {}});
  const std::string good = encode(request);
  for (size_t i = 0; i < good.size(); ++i) {
    EXPECT_LT(local.call("BatchWriteRow", good.substr(0, i)).status, 500) << "cut at " << i;
    EXPECT_LT(local.call("BatchWriteRow", with_flipped_byte(good, i)).status, 500) << "byte " << i;
  }
}

Request deflated_request(const TablestoreFixture& local, std::string body,
                         const std::string& size) {
  Request request = local.request("PutRow", std::move(body));
  request.headers.set("x-ots-request-compress-type", "deflate");
  request.headers.set("x-ots-request-compress-size", size);
  TablestoreFixture::sign(request);
  return request;
}

TEST(HostileTest, AZlibBombIsNotInflatedWhole) {
  TablestoreFixture local;
  const std::string bomb = zlib_deflate(std::string(200 << 20, '\0'));  // 200 KB of it
  Response response = local.server->handle(deflated_request(local, bomb, "1000"));
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(code_of(response), "OTSRequestBodyTooLarge");
  response = local.server->handle(deflated_request(local, bomb.substr(0, 500), "1000"));
  EXPECT_EQ(code_of(response), "OTSParameterInvalid") << "a stream that ends within";
}

// One number of /proc/self/status, in bytes.
size_t memory(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::stoull(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

// Over real sockets.
class HostileHttpTest : public ::testing::Test {
 protected:
  HostileHttpTest() {
    local.create();
    HttpServerOptions options;
    options.max_body_bytes = 8 << 20;
    options.header_timeout = milliseconds(300);
    options.idle_timeout = seconds(60);
    auto started = HttpServer::start(options, local.server->handler());
    EXPECT_TRUE(started);
    http = std::move(*started);
  }
  static std::string text_of(const Request& request) {
    std::string out = request.method + " " + request.target + " HTTP/1.1\r\nHost: local\r\n";
    for (const Header& header : request.headers.list())
      out += header.name + ": " + header.value + "\r\n";
    const SharedBuffer body = request.body.flat();
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return out.append(body.view());
  }
  std::string good() const { return text_of(local.request("ListTable", "")); }

  struct Answer {
    int status = 0;
    std::string code;
  };
  static Answer read_answer(RawSocket& socket) {
    const std::string head = socket.read_until("\r\n\r\n");
    Answer out;
    if (head.size() < 12) return out;
    std::from_chars(head.data() + 9, head.data() + 12, out.status);
    const std::string_view mark = "Content-Length: ";
    size_t at = head.find(mark);
    size_t size = 0;
    if (at != std::string::npos)
      std::from_chars(head.data() + at + mark.size(), head.data() + head.size(), size);
    ErrorMessage error;
    if (decode(SharedBuffer(socket.read(size)), error)) out.code = error.code;
    return out;
  }
  bool serves_others() {
    RawSocket socket = RawSocket::connect(http->port());
    socket.send(good());
    return read_answer(socket).status == 200;
  }

  TablestoreFixture local;
  std::unique_ptr<HttpServer> http;
};

TEST_F(HostileHttpTest, TheConnectionLivesOnAfterEveryBody) {
  RawSocket socket = RawSocket::connect(http->port());
  for (const HostileBody& hostile : hostile_bodies()) {
    socket.send(text_of(local.request(hostile.operation, hostile.body)));
    Answer answer = read_answer(socket);
    EXPECT_THAT(answer.code, StartsWith("OTS")) << hostile.name;
    socket.send(good());
    EXPECT_EQ(read_answer(socket).status, 200) << "behind " << hostile.name;
  }
  // Over the service's limit, below the listener's bound.
  socket.send(text_of(local.request("PutRow", std::string(6 << 20, 'x'))));
  Answer answer = read_answer(socket);
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.code, "OTSRequestBodyTooLarge");
  socket.send(good());
  EXPECT_EQ(read_answer(socket).status, 200);
}

TEST_F(HostileHttpTest, RequestsThatDoNotWaitAreAnsweredInTurn) {
  RawSocket socket = RawSocket::connect(http->port());
  const std::string bad = text_of(local.request("PutRow", std::string(1000, '\xa5')));
  socket.send(good() + bad + good() + bad + good() + "\x16\x03\x01 garbage, no HTTP\r\n\r\n");
  for (int expected : {200, 400, 200, 400, 200, 400})
    EXPECT_EQ(read_answer(socket).status, expected);
  EXPECT_EQ(socket.read_all(), "") << "closed after what was no HTTP";
  EXPECT_TRUE(serves_others());
}

TEST_F(HostileHttpTest, HeadsOfAnySizeEndInA431) {
  RawSocket socket = RawSocket::connect(http->port());
  std::string head = "POST /ListTable HTTP/1.1\r\n";
  for (int i = 0; i < 20'000; ++i) head += "x-ots-" + std::to_string(i) + ": 1\r\n";
  socket.send(head);
  EXPECT_EQ(read_answer(socket).status, 431);
  // Many, but within the bound: they are signed, and refused as such.
  Request many = local.request("ListTable", "");
  for (int i = 0; i < 1000; ++i) many.headers.add("x-ots-h" + std::to_string(i), "1");
  RawSocket second = RawSocket::connect(http->port());
  second.send(text_of(many));
  EXPECT_EQ(read_answer(second).code, "OTSAuthFailed");
  second.send(good());
  EXPECT_EQ(read_answer(second).status, 200);
}

TEST_F(HostileHttpTest, BodiesThatAreNotSentCostNothing) {
  const size_t before = memory("VmRSS:");
  {
    std::vector<RawSocket> sockets;
    for (int i = 0; i < 50; ++i) {
      sockets.push_back(RawSocket::connect(http->port()));
      sockets.back().send(
          "POST /PutRow HTTP/1.1\r\nHost: l\r\nContent-Length: 8000000\r\n\r\nhalf");
    }
    EXPECT_TRUE(serves_others());
    EXPECT_LT(memory("VmRSS:"), before + (64u << 20)) << "400 MB were announced";
  }
  RawSocket socket = RawSocket::connect(http->port());
  socket.send("POST /PutRow HTTP/1.1\r\nHost: l\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_EQ(read_answer(socket).status, 413) << "refused before a byte of it";
  RawSocket chunks = RawSocket::connect(http->port());
  chunks.send(
      "POST /PutRow HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n");
  EXPECT_THAT(read_answer(chunks).status, AnyOf(413, 400));
  EXPECT_TRUE(serves_others());
}

// Whoever stops in the middle of a head is let go; the others never notice.
TEST_F(HostileHttpTest, SlowSendersAreClosed) {
  std::vector<RawSocket> slow;
  for (const char* start :
       {"P", "POST /ListTable HT", "POST /ListTable HTTP/1.1\r\nx-ots-date: "}) {
    slow.push_back(RawSocket::connect(http->port()));
    slow.back().send(start);
  }
  EXPECT_TRUE(serves_others());
  for (RawSocket& socket : slow) EXPECT_EQ(socket.read_all().find("200 OK"), std::string::npos);
}

TEST_F(HostileHttpTest, MemoryStaysBounded) {
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew
  const size_t before = memory("VmRSS:");
  for (int round = 0; round < 3; ++round) {
    RawSocket socket = RawSocket::connect(http->port());
    for (const HostileBody& hostile : hostile_bodies()) {
      socket.send(text_of(local.request(hostile.operation, hostile.body)));
      read_answer(socket);
    }
  }
#ifndef __SANITIZE_ADDRESS__  // keeps what was freed
#ifndef __SANITIZE_THREAD__
  // Some 30 times the largest body: a message of a million empty parts is a million objects, and
  // how soon the allocator gives them back is its own affair.
  EXPECT_LT(memory("VmHWM:"), before + (256u << 20));
  EXPECT_LT(memory("VmRSS:"), before + (256u << 20));
#endif
#endif
}

}  // namespace
}  // namespace otsstream::local::tablestore_test
