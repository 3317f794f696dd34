#include "maxcompute/wire/arrow/chunks.h"

#include <algorithm>
#include <bit>

#include "base/bytes.h"
#include "base/crc.h"
#include "maxcompute/wire/arrow/errors.h"

namespace otsstream::maxcompute::arrow {
namespace {

constexpr size_t kCrcBytes = 4;

void put_big_endian(std::string& out, uint32_t v) { put_fixed(out, __builtin_bswap32(v)); }

uint32_t load_big_endian(const char* p) { return __builtin_bswap32(load_fixed<uint32_t>(p)); }

}  // namespace

std::string write_chunks(std::string_view payload, uint32_t chunk_bytes) {
  std::string out;
  out.reserve(payload.size() + kCrcBytes * (payload.size() / chunk_bytes + 2));
  put_big_endian(out, chunk_bytes);
  uint32_t total = 0;
  while (true) {
    const std::string_view chunk = payload.substr(0, chunk_bytes);
    payload.remove_prefix(chunk.size());
    total = crc32c(total, chunk);
    out += chunk;
    if (chunk.size() < chunk_bytes) break;
    put_big_endian(out, crc32c(0, chunk));
  }
  put_big_endian(out, total);
  return out;
}

Result<std::string> read_chunks(std::string_view stream) {
  std::string payload;
  if (stream.empty() || stream == std::string_view("\0\0\0\0", kCrcBytes)) return payload;
  if (stream.size() < 2 * kCrcBytes) return malformed("the body ends within its chunk size");
  const size_t chunk_bytes = load_big_endian(stream.data());
  if (chunk_bytes == 0) return malformed("a chunk size of 0");
  const size_t whole = stream.size();
  stream.remove_prefix(kCrcBytes);
  payload.reserve(stream.size());
  uint32_t total = 0;
  bool last = false;
  while (!last) {
    const std::string_view piece = stream.substr(0, chunk_bytes + kCrcBytes);
    last = piece.size() < chunk_bytes + kCrcBytes;
    if (piece.size() < kCrcBytes) return malformed("the body ends without its checksum");
    const std::string_view chunk = piece.substr(0, piece.size() - kCrcBytes);
    total = crc32c(total, chunk);
    if (load_big_endian(piece.data() + chunk.size()) != (last ? total : crc32c(0, chunk))) {
      return fail(ErrorKind::kCorrupt, "CorruptedDataStream",
                  std::string("Arrow: wrong checksum of ") + (last ? "the body" : "the chunk") +
                      " that ends at byte " + std::to_string(whole - stream.size() + piece.size()));
    }
    payload += chunk;
    stream.remove_prefix(piece.size());
  }
  return payload;
}

}  // namespace otsstream::maxcompute::arrow
