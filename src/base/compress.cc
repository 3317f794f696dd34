#include "base/compress.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <new>

#include "base/compress_frames.h"
#include "base/snappy_framed.h"

namespace otsstream {
namespace {

// zlib counts in 32 bits; longer runs are handed over piece by piece.
constexpr size_t kMaxPiece = std::numeric_limits<uInt>::max();

Bytef* as_bytes(const char* p) { return reinterpret_cast<Bytef*>(const_cast<char*>(p)); }

std::string_view next_piece(std::string_view& rest) {
  std::string_view piece = rest.substr(0, kMaxPiece);
  rest.remove_prefix(piece.size());
  return piece;
}

}  // namespace

std::string zlib_deflate(std::string_view bytes, int level) {
  z_stream z{};
  if (level < -1 || level > 9) level = Z_DEFAULT_COMPRESSION;
  if (deflateInit(&z, level) != Z_OK) throw std::bad_alloc();  // the only way left to fail
  std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&z, deflateEnd);

  std::string out(deflateBound(&z, bytes.size()), '\0');
  size_t used = 0;
  int rc = Z_OK;
  while (rc != Z_STREAM_END) {
    if (z.avail_in == 0 && !bytes.empty()) {
      std::string_view piece = next_piece(bytes);
      z.next_in = as_bytes(piece.data());
      z.avail_in = static_cast<uInt>(piece.size());
    }
    if (used == out.size()) out.resize(out.size() + out.size() / 2 + 64);
    size_t room = std::min(out.size() - used, kMaxPiece);
    z.next_out = as_bytes(out.data() + used);
    z.avail_out = static_cast<uInt>(room);
    rc = deflate(&z, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
    used += room - z.avail_out;
  }
  out.resize(used);
  return out;
}

Result<std::string> zlib_inflate(std::string_view bytes, size_t max_output) {
  auto corrupt = [](std::string why) {
    return fail(ErrorKind::kCorrupt, "Zlib-Corrupt", "damaged zlib stream: " + std::move(why));
  };
  z_stream z{};
  if (inflateInit(&z) != Z_OK) {
    return fail(ErrorKind::kResource, "Zlib-Memory", "no memory to inflate a zlib stream");
  }
  std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&z, inflateEnd);

  // One byte more than allowed tells "exactly full" from "too long".
  const size_t hard_limit =
      max_output == std::numeric_limits<size_t>::max() ? max_output : max_output + 1;
  std::string out(std::min(hard_limit, std::max<size_t>(bytes.size() * 4, 1024)), '\0');
  size_t used = 0;
  int rc = Z_OK;
  while (rc != Z_STREAM_END) {
    if (z.avail_in == 0) {
      std::string_view piece = next_piece(bytes);
      z.next_in = as_bytes(piece.data());
      z.avail_in = static_cast<uInt>(piece.size());
    }
    if (used == out.size()) out.resize(std::min(hard_limit, out.size() * 2));
    size_t room = std::min(out.size() - used, kMaxPiece);
    z.next_out = as_bytes(out.data() + used);
    z.avail_out = static_cast<uInt>(room);
    rc = inflate(&z, Z_NO_FLUSH);
    used += room - z.avail_out;
    if (used > max_output) {
      return fail(ErrorKind::kResource, "Zlib-TooLong",
                  "a zlib stream inflates to more than the allowed " + std::to_string(max_output) +
                      " bytes");
    }
    if (rc == Z_BUF_ERROR) return corrupt("it ends too early");
    if (rc == Z_NEED_DICT) return corrupt("it asks for a preset dictionary");
    if (rc == Z_MEM_ERROR) {
      return fail(ErrorKind::kResource, "Zlib-Memory", "no memory to inflate a zlib stream");
    }
    if (rc != Z_OK && rc != Z_STREAM_END) return corrupt(z.msg != nullptr ? z.msg : "bad data");
  }
  if (z.avail_in > 0 || !bytes.empty()) return corrupt("bytes follow its end");
  out.resize(used);
  return out;
}

Result<std::string> compress(Codec codec, std::string_view bytes) {
  switch (codec) {
    case Codec::kDeflate:
      return zlib_deflate(bytes);
    case Codec::kZstd:
      return zstd_compress(bytes);
    case Codec::kLz4Frame:
      return lz4_frame_compress(bytes);
    case Codec::kSnappyFramed:
      return snappy_framed_compress(bytes);
  }
  return fail(ErrorKind::kInternal, "Compress-Codec", "no such codec");
}

Result<std::string> decompress(Codec codec, std::string_view bytes, size_t max_output) {
  switch (codec) {
    case Codec::kDeflate:
      return zlib_inflate(bytes, max_output);
    case Codec::kZstd:
      return zstd_decompress(bytes, max_output);
    case Codec::kLz4Frame:
      return lz4_frame_decompress(bytes, max_output);
    case Codec::kSnappyFramed:
      return snappy_framed_decompress(bytes, max_output);
  }
  return fail(ErrorKind::kInternal, "Compress-Codec", "no such codec");
}

}  // namespace otsstream
