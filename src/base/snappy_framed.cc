#include "base/snappy_framed.h"

#include <snappy.h>

#include "base/bytes.h"
#include "base/crc.h"

namespace otsstream {
namespace {

constexpr uint8_t kCompressed = 0x00;
constexpr uint8_t kUncompressed = 0x01;
constexpr uint8_t kFirstSkippable =
    0x80;  // 0x02...0x7f must be understood, and nobody defines them
constexpr uint8_t kIdentifier = 0xff;
constexpr std::string_view kIdentifierBody = "sNaPpY";
constexpr size_t kMaxPlain = 65536;  // of one chunk
constexpr size_t kChecksumBytes = 4;

uint32_t masked_crc(std::string_view plain) {
  const uint32_t crc = crc32c(0, plain);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

void put_little(std::string& out, uint32_t v, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(v >> (8 * i));
}

uint32_t get_little(std::string_view in, int bytes) {
  uint32_t v = 0;
  for (int i = 0; i < bytes; ++i) v |= static_cast<uint32_t>(static_cast<uint8_t>(in[i])) << 8 * i;
  return v;
}

void put_chunk_header(std::string& out, uint8_t type, size_t length) {
  out += static_cast<char>(type);
  put_little(out, static_cast<uint32_t>(length), 3);
}

auto corrupt(std::string why) {
  return fail(ErrorKind::kCorrupt, "Compress-Corrupt", "damaged snappy stream: " + std::move(why));
}

auto too_long(size_t max_output) {
  return fail(
      ErrorKind::kResource, "Compress-TooLong",
      "a snappy stream holds more than the allowed " + std::to_string(max_output) + " bytes");
}

// Appends what a chunk of data holds.
Status take_data(uint8_t type, std::string_view body, size_t max_output, std::string& out) {
  if (body.size() < kChecksumBytes) return corrupt("a chunk is too short for its checksum");
  const uint32_t expected = get_little(body, kChecksumBytes);
  body.remove_prefix(kChecksumBytes);
  size_t length = body.size();
  if (type == kCompressed && !snappy::GetUncompressedLength(body.data(), body.size(), &length)) {
    return corrupt("a chunk does not say its length");
  }
  if (length > kMaxPlain) return corrupt("a chunk holds more than 64 KiB");
  if (length > max_output - out.size()) return too_long(max_output);
  const size_t before = out.size();
  if (type == kUncompressed) {
    out.append(body);
  } else {
    out.resize(before + length);
    if (!snappy::RawUncompress(body.data(), body.size(), out.data() + before)) {
      return corrupt("bad data in a chunk");
    }
  }
  if (masked_crc(std::string_view(out).substr(before)) != expected) {
    return corrupt("the checksum of a chunk is wrong");
  }
  return {};
}

}  // namespace

std::string snappy_framed_compress(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() / 2 + 64);
  put_chunk_header(out, kIdentifier, kIdentifierBody.size());
  out += kIdentifierBody;
  std::string packed;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kMaxPlain, bytes.size()))) {
    const std::string_view plain = bytes.substr(0, kMaxPlain);
    snappy::Compress(plain.data(), plain.size(), &packed);
    // What shrinks by less than an eighth is not worth the reader's time.
    const bool shrinks = packed.size() < plain.size() - plain.size() / 8;
    const std::string_view body = shrinks ? std::string_view(packed) : plain;
    put_chunk_header(out, shrinks ? kCompressed : kUncompressed, body.size() + kChecksumBytes);
    put_little(out, masked_crc(plain), kChecksumBytes);
    out += body;
  }
  return out;
}

Result<std::string> snappy_framed_decompress(std::string_view bytes, size_t max_output) {
  std::string out;
  bool identified = false;
  while (!bytes.empty()) {
    if (bytes.size() < 4) return corrupt("it ends within the header of a chunk");
    const auto type = static_cast<uint8_t>(bytes[0]);
    const size_t length = get_little(bytes.substr(1), 3);
    bytes.remove_prefix(4);
    if (length > bytes.size()) return corrupt("it ends within a chunk");
    const std::string_view body = bytes.substr(0, length);
    bytes.remove_prefix(length);
    if (type == kIdentifier) {
      if (body != kIdentifierBody) return corrupt("its identifier is wrong");
      identified = true;
    } else if (!identified) {
      return corrupt("it does not begin with the identifier");
    } else if (type == kCompressed || type == kUncompressed) {
      OTS_CHECK(take_data(type, body, max_output, out));
    } else if (type < kFirstSkippable) {
      return corrupt("a chunk of the unknown type " + std::to_string(type));
    }
  }
  if (!identified) return corrupt("it is empty");
  return out;
}

}  // namespace otsstream
