#include "base/compress_frames.h"

#include <lz4frame.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace otsstream {
namespace {

auto corrupt(const char* what, std::string why) {
  return fail(ErrorKind::kCorrupt, "Compress-Corrupt",
              std::string("damaged ") + what + " frame: " + std::move(why));
}

auto no_memory(const char* what) {
  return fail(ErrorKind::kResource, "Compress-Memory",
              std::string("no memory for a ") + what + " frame");
}

// Output that grows as it is filled, to one byte more than allowed: that tells "exactly full" from
// "too long".
class BoundedOutput {
 public:
  BoundedOutput(size_t max_output, size_t input)
      : max_output_(max_output),
        hard_limit_(max_output == std::numeric_limits<size_t>::max() ? max_output : max_output + 1),
        bytes_(std::min(hard_limit_, std::max<size_t>(input * 4, 1024)), '\0') {}

  char* room() {
    if (used_ == bytes_.size()) bytes_.resize(std::min(hard_limit_, bytes_.size() * 2));
    return bytes_.data() + used_;
  }
  size_t room_size() const { return bytes_.size() - used_; }
  bool full() const { return room_size() == 0; }

  Status filled(const char* what, size_t n) {
    used_ += n;
    if (used_ <= max_output_) return {};
    return fail(ErrorKind::kResource, "Compress-TooLong",
                std::string("a ") + what + " frame holds more than the allowed " +
                    std::to_string(max_output_) + " bytes");
  }

  std::string take() {
    bytes_.resize(used_);
    return std::move(bytes_);
  }

 private:
  size_t max_output_;
  size_t hard_limit_;
  std::string bytes_;
  size_t used_ = 0;
};

}  // namespace

Result<std::string> zstd_compress(std::string_view bytes) {
  std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  if (!context) return no_memory("zstd");
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t n =
      ZSTD_compress2(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(n)) return no_memory("zstd");  // the only way left to fail
  out.resize(n);
  return out;
}

Result<std::string> zstd_decompress(std::string_view bytes, size_t max_output) {
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (!context) return no_memory("zstd");
  BoundedOutput out(max_output, bytes.size());
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  size_t left_of_frame = 1;  // frames may follow one another
  bool more = true;
  while (more) {
    char* room = out.room();
    ZSTD_outBuffer piece{room, out.room_size(), 0};
    left_of_frame = ZSTD_decompressStream(context.get(), &piece, &in);
    if (ZSTD_isError(left_of_frame)) return corrupt("zstd", ZSTD_getErrorName(left_of_frame));
    OTS_CHECK(out.filled("zstd", piece.pos));
    more = in.pos < in.size || (left_of_frame != 0 && out.full());
  }
  if (left_of_frame != 0) return corrupt("zstd", "it ends too early");
  return out.take();
}

Result<std::string> lz4_frame_compress(std::string_view bytes) {
  LZ4F_preferences_t preferences{};
  // Java's reader knows independent blocks only.
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.blockSizeID = LZ4F_max256KB;
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  std::string out(LZ4F_compressFrameBound(bytes.size(), &preferences), '\0');
  const size_t n =
      LZ4F_compressFrame(out.data(), out.size(), bytes.data(), bytes.size(), &preferences);
  if (LZ4F_isError(n)) return no_memory("lz4");  // the only way left to fail
  out.resize(n);
  return out;
}

Result<std::string> lz4_frame_decompress(std::string_view bytes, size_t max_output) {
  LZ4F_dctx* raw = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION))) return no_memory("lz4");
  std::unique_ptr<LZ4F_dctx, LZ4F_errorCode_t (*)(LZ4F_dctx*)> context(
      raw, LZ4F_freeDecompressionContext);
  BoundedOutput out(max_output, bytes.size());
  size_t left_of_frame = 1;  // frames may follow one another
  bool more = true;
  while (more) {
    char* room = out.room();
    size_t written = out.room_size();
    size_t read = bytes.size();
    left_of_frame = LZ4F_decompress(context.get(), room, &written, bytes.data(), &read, nullptr);
    if (LZ4F_isError(left_of_frame)) return corrupt("lz4", LZ4F_getErrorName(left_of_frame));
    bytes.remove_prefix(read);
    OTS_CHECK(out.filled("lz4", written));
    more = !bytes.empty() || (left_of_frame != 0 && out.full());
  }
  if (left_of_frame != 0) return corrupt("lz4", "it ends too early");
  return out.take();
}

}  // namespace otsstream
